#include "cursor.h"

#include <stdlib.h>
#include <string.h>
#include <xcb/xfixes.h>
#include <xcb/xinput.h>

static void select_moves(xcb_connection_t *connection, xcb_window_t root, uint32_t events) {
  struct {
    xcb_input_event_mask_t head;
    uint32_t events;
  } mask = {.head = {.deviceid = XCB_INPUT_DEVICE_ALL_MASTER, .mask_len = 1}, .events = events};
  xcb_input_xi_select_events(connection, root, 1, &mask.head);
}

/* Moves are told by the input extension alone, and only as raw events whoever has the pointer. */
static uint8_t hear_of_moves(xcb_connection_t *connection, xcb_window_t root) {
  const xcb_query_extension_reply_t *extension = xcb_get_extension_data(connection, &xcb_input_id);
  if (extension == NULL || !extension->present) return 0;
  xcb_input_xi_query_version_reply_t *version =
      xcb_input_xi_query_version_reply(connection, xcb_input_xi_query_version(connection, 2, 1), NULL);
  if (version == NULL) return 0;
  free(version);
  select_moves(connection, root, XCB_INPUT_XI_EVENT_MASK_RAW_MOTION);
  return extension->major_opcode;
}

void cursor_start(struct cursor *cursor, xcb_connection_t *connection, xcb_window_t root) {
  const xcb_query_extension_reply_t *fixes = xcb_get_extension_data(connection, &xcb_xfixes_id);
  if (fixes == NULL || !fixes->present) {
    cursor->wanted = false;
    return;
  }
  /* The server answers nothing else before it was told a version. */
  free(xcb_xfixes_query_version_reply(connection, xcb_xfixes_query_version(connection, 4, 0), NULL));
  xcb_xfixes_select_cursor_input(connection, root, XCB_XFIXES_CURSOR_NOTIFY_MASK_DISPLAY_CURSOR);
  cursor->changed_event = fixes->first_event + XCB_XFIXES_CURSOR_NOTIFY;
  cursor->input_opcode = hear_of_moves(connection, root);
  cursor->changed = true;
}

void cursor_stop(struct cursor *cursor, xcb_connection_t *connection, xcb_window_t root) {
  xcb_xfixes_select_cursor_input(connection, root, 0);
  if (cursor->input_opcode != 0) select_moves(connection, root, 0);
  cursor->moved = cursor->changed = false;
}

void cursor_free(struct cursor *cursor) {
  free(cursor->image);
  *cursor = (struct cursor){0};
}

bool cursor_hear(struct cursor *cursor, const xcb_generic_event_t *event) {
  uint8_t type = event->response_type & 0x7f;
  if (!cursor->wanted) return false;
  if (type == cursor->changed_event) {
    cursor->changed = true;
    return true;
  }
  if (type != XCB_GE_GENERIC) return false;
  const xcb_ge_generic_event_t *generic = (const xcb_ge_generic_event_t *)event;
  if (generic->extension != cursor->input_opcode || generic->event_type != XCB_INPUT_RAW_MOTION) return false;
  cursor->moved = true;
  return true;
}

bool cursor_is_stale(const struct cursor *cursor) { return cursor->wanted && (cursor->moved || cursor->changed); }

static bool take_image(struct cursor *cursor, xcb_connection_t *connection) {
  xcb_xfixes_get_cursor_image_reply_t *reply =
      xcb_xfixes_get_cursor_image_reply(connection, xcb_xfixes_get_cursor_image(connection), NULL);
  if (reply == NULL) return xcb_connection_has_error(connection) == 0;
  free(cursor->image);
  size_t size = sizeof(uint32_t) * reply->width * reply->height;
  cursor->image = malloc(size + 1);
  if (cursor->image != NULL) memcpy(cursor->image, xcb_xfixes_get_cursor_image_cursor_image(reply), size);
  cursor->width = cursor->image == NULL ? 0 : reply->width;
  cursor->height = reply->height;
  cursor->hot_x = reply->xhot;
  cursor->hot_y = reply->yhot;
  cursor->x = reply->x;
  cursor->y = reply->y;
  free(reply);
  return true;
}

static bool take_place(struct cursor *cursor, xcb_connection_t *connection, xcb_window_t root) {
  xcb_query_pointer_reply_t *reply = xcb_query_pointer_reply(connection, xcb_query_pointer(connection, root), NULL);
  if (reply == NULL) return false;
  cursor->x = reply->root_x;
  cursor->y = reply->root_y;
  free(reply);
  return true;
}

bool cursor_update(struct cursor *cursor, xcb_connection_t *connection, xcb_window_t root) {
  bool changed = cursor->changed;
  cursor->moved = cursor->changed = false;
  return changed ? take_image(cursor, connection) : take_place(cursor, connection, root);
}

xcb_query_pointer_cookie_t cursor_ask(const struct cursor *cursor, xcb_connection_t *connection, xcb_window_t root) {
  if (!cursor->wanted) return (xcb_query_pointer_cookie_t){0};
  return xcb_query_pointer(connection, root);
}

void cursor_answer(struct cursor *cursor, xcb_connection_t *connection, xcb_query_pointer_cookie_t question) {
  if (question.sequence == 0) return;
  xcb_query_pointer_reply_t *reply = xcb_query_pointer_reply(connection, question, NULL);
  if (reply != NULL && (reply->root_x != cursor->x || reply->root_y != cursor->y)) cursor->moved = true;
  free(reply);
}

struct box cursor_box(const struct cursor *cursor) {
  int x = cursor->x - cursor->hot_x;
  int y = cursor->y - cursor->hot_y;
  return (struct box){x, y, x + cursor->width, y + cursor->height};
}

/* One over the other, of which the upper is multiplied with its alpha already. */
static uint32_t over(uint32_t upper, uint32_t lower) {
  uint32_t rest = 255 - (upper >> 24);
  if (rest == 0) return upper;
  uint32_t red_blue = (lower & 0xff00ff) * rest + 0x800080;
  uint32_t green = (lower >> 8 & 0xff) * rest + 0x80;
  red_blue = (red_blue + (red_blue >> 8 & 0xff00ff)) >> 8 & 0xff00ff;
  green = (green + (green >> 8)) & 0xff00;
  return upper + (red_blue | green);
}

void cursor_draw(const struct cursor *cursor, struct box box, uint32_t *pixels, int stride) {
  struct box whole = cursor_box(cursor);
  struct box part = box_common(box, whole);
  for (int y = part.y0; y < part.y1; y++) {
    const uint32_t *from = cursor->image + (int64_t)(y - whole.y0) * cursor->width - whole.x0;
    uint32_t *to = pixels + (int64_t)(y - box.y0) * stride - box.x0;
    for (int x = part.x0; x < part.x1; x++) to[x] = over(from[x], to[x]);
  }
}
