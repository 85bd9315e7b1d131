#define _GNU_SOURCE
#include "screen.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <time.h>
#include <unistd.h>
#include <xcb/damage.h>
#include <xcb/shm.h>
#include <xcb/xfixes.h>

static bool has(xcb_connection_t *connection, xcb_extension_t *extension) {
  const xcb_query_extension_reply_t *reply = xcb_get_extension_data(connection, extension);
  return reply != NULL && reply->present;
}

/* A last column or line without a neighbour is left out. */
static int even(int length) { return length & ~1; }

static struct box whole(const struct screen *screen) { return (struct box){0, 0, screen->width, screen->height}; }

void screen_change_all(struct screen *screen) {
  screen->changed.count = 0;
  boxes_add(&screen->changed, whole(screen), screen->width, screen->height);
}

static void detach(struct screen *screen) {
  if (screen->pixels == NULL) return;
  xcb_shm_detach(screen->connection, screen->segment);
  shmdt(screen->pixels);
  screen->pixels = NULL;
}

/* Only who shares an IPC namespace with the server can share memory with it: anyone else is refused, and does without. */
static void attach(struct screen *screen) {
  detach(screen);
  screen->pixels_length = (int64_t)screen->width * screen->height;
  if (!has(screen->connection, &xcb_shm_id)) return;
  int id = shmget(IPC_PRIVATE, screen->pixels_length * sizeof(uint32_t), IPC_CREAT | 0600);
  if (id == -1) return;
  void *memory = shmat(id, NULL, 0);
  if (memory != (void *)-1) {
    screen->segment = xcb_generate_id(screen->connection);
    xcb_void_cookie_t cookie = xcb_shm_attach_checked(screen->connection, screen->segment, id, false);
    xcb_generic_error_t *refused = xcb_request_check(screen->connection, cookie);
    if (refused == NULL) screen->pixels = memory;
    else shmdt(memory);
    free(refused);
  }
  /* It goes with its last user, however that ends. */
  shmctl(id, IPC_RMID, NULL);
}

static const xcb_screen_t *default_screen(const xcb_setup_t *setup, int number) {
  xcb_screen_iterator_t all = xcb_setup_roots_iterator(setup);
  while (number-- > 0 && all.rem > 1) xcb_screen_next(&all);
  return all.rem > 0 ? all.data : NULL;
}

static bool has_32_bits_a_pixel(const xcb_setup_t *setup, uint8_t depth) {
  if (setup->image_byte_order != XCB_IMAGE_ORDER_LSB_FIRST || (depth != 24 && depth != 32)) return false;
  for (xcb_format_iterator_t all = xcb_setup_pixmap_formats_iterator(setup); all.rem > 0; xcb_format_next(&all)) {
    if (all.data->depth == depth) return all.data->bits_per_pixel == 32;
  }
  return false;
}

static bool watch(struct screen *screen) {
  xcb_connection_t *connection = screen->connection;
  if (!has(connection, &xcb_damage_id) || !has(connection, &xcb_xfixes_id)) return false;
  free(xcb_xfixes_query_version_reply(connection, xcb_xfixes_query_version(connection, 4, 0), NULL));
  free(xcb_damage_query_version_reply(connection, xcb_damage_query_version(connection, 1, 1), NULL));
  screen->damage_event = xcb_get_extension_data(connection, &xcb_damage_id)->first_event + XCB_DAMAGE_NOTIFY;
  screen->damage = xcb_generate_id(connection);
  /* What is damaged twice is told once, until it is subtracted. */
  xcb_damage_create(connection, screen->damage, screen->root, XCB_DAMAGE_REPORT_LEVEL_DELTA_RECTANGLES);
  uint32_t events = XCB_EVENT_MASK_STRUCTURE_NOTIFY;
  xcb_change_window_attributes(connection, screen->root, XCB_CW_EVENT_MASK, &events);
  return true;
}

const char *screen_open(struct screen *screen, const char *name, bool with_cursor) {
  int number = 0;
  *screen = (struct screen){.wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), .cursor.wanted = with_cursor};
  screen->connection = xcb_connect(name, &number);
  if (xcb_connection_has_error(screen->connection)) return "nobody answers, or the key to it is wrong";
  const xcb_setup_t *setup = xcb_get_setup(screen->connection);
  const xcb_screen_t *found = default_screen(setup, number);
  if (found == NULL || !has_32_bits_a_pixel(setup, found->root_depth)) return "it has not 32 bits a pixel";
  screen->root = found->root;
  screen->width = even(found->width_in_pixels);
  screen->height = even(found->height_in_pixels);
  if (!watch(screen)) return "it does not tell what is drawn (the DAMAGE and XFIXES extensions)";
  if (with_cursor) cursor_start(&screen->cursor, screen->connection, screen->root);
  attach(screen);
  screen_change_all(screen);
  return NULL;
}

void screen_close(struct screen *screen) {
  detach(screen);
  cursor_free(&screen->cursor);
  xcb_disconnect(screen->connection);
  close(screen->wake);
  *screen = (struct screen){.wake = -1};
}

bool screen_show_cursor(struct screen *screen, bool wanted) {
  struct cursor *cursor = &screen->cursor;
  if (cursor->wanted == wanted) return false;
  cursor->wanted = wanted;
  if (wanted) {
    cursor_start(cursor, screen->connection, screen->root);
  } else {
    cursor_stop(cursor, screen->connection, screen->root);
    boxes_add(&screen->changed, cursor->drawn, screen->width, screen->height);
    cursor->drawn = (struct box){0};
  }
  return true;
}

static int64_t monotonic_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

void screen_wait(struct screen *screen, int64_t until) {
  xcb_flush(screen->connection);
  int64_t left = until - monotonic_ns();
  if (left <= 0) return;
  struct timespec timeout = {.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
  struct pollfd both[] = {{.fd = xcb_get_file_descriptor(screen->connection), .events = POLLIN},
                          {.fd = screen->wake, .events = POLLIN}};
  ppoll(both, 2, &timeout, NULL);
  uint64_t count;
  if (both[1].revents != 0 && read(screen->wake, &count, sizeof count) == -1) return;
}

void screen_wake(struct screen *screen) {
  uint64_t one = 1;
  if (write(screen->wake, &one, sizeof one) == -1) return;
}

static void hear_damage(struct screen *screen, const xcb_generic_event_t *event) {
  xcb_rectangle_t area = ((const xcb_damage_notify_event_t *)event)->area;
  struct box box = {area.x, area.y, area.x + area.width, area.y + area.height};
  /* It may have been told before the last reading, and heard after it. */
  bool is_old = (int32_t)(event->full_sequence - screen->read_sequence) < 0;
  if (is_old && boxes_cover(&screen->read, box)) return;
  boxes_add(&screen->changed, box, screen->width, screen->height);
  screen->changed_pixels += box_area(box);
}

static bool is_resized(struct screen *screen, const xcb_configure_notify_event_t *event) {
  int width = even(event->width);
  int height = even(event->height);
  if (event->window != screen->root || (width == screen->width && height == screen->height)) return false;
  screen->width = width;
  screen->height = height;
  return true;
}

static void hear(struct screen *screen, const xcb_generic_event_t *event, bool *resized) {
  uint8_t type = event->response_type & 0x7f;
  if (type == screen->damage_event) {
    hear_damage(screen, event);
  } else if (type == XCB_CONFIGURE_NOTIFY) {
    if (is_resized(screen, (const xcb_configure_notify_event_t *)event)) *resized = true;
  } else {
    cursor_hear(&screen->cursor, event);
  }
}

enum screen_state screen_listen(struct screen *screen) {
  bool resized = false;
  for (xcb_generic_event_t *event; (event = xcb_poll_for_event(screen->connection)) != NULL; free(event)) {
    hear(screen, event, &resized);
  }
  if (xcb_connection_has_error(screen->connection)) return SCREEN_LOST;
  if (!resized) return SCREEN_OK;
  attach(screen);
  screen_change_all(screen);
  return SCREEN_RESIZED;
}

/* Where the cursor was and where it is now must be drawn again. */
static bool follow_cursor(struct screen *screen) {
  struct cursor *cursor = &screen->cursor;
  if (!cursor_is_stale(cursor)) return true;
  if (!cursor_update(cursor, screen->connection, screen->root)) return false;
  boxes_add(&screen->changed, cursor->drawn, screen->width, screen->height);
  cursor->drawn = cursor_box(cursor);
  boxes_add(&screen->changed, cursor->drawn, screen->width, screen->height);
  return true;
}

static void hand_over(struct screen *screen, struct box box, uint32_t *pixels, screen_reader reader, void *user) {
  int stride = box.x1 - box.x0;
  if (screen->cursor.wanted) cursor_draw(&screen->cursor, box, pixels, stride);
  reader(user, box, pixels, stride);
}

static bool read_shared(struct screen *screen, screen_reader reader, void *user) {
  const struct boxes *boxes = &screen->changed;
  xcb_shm_get_image_cookie_t cookies[BOXES_MAX];
  int64_t at[BOXES_MAX + 1] = {0};
  for (int i = 0; i < boxes->count; i++) {
    struct box box = boxes->list[i];
    cookies[i] = xcb_shm_get_image(screen->connection, screen->root, box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0, ~0u,
                                   XCB_IMAGE_FORMAT_Z_PIXMAP, screen->segment, at[i] * sizeof(uint32_t));
    at[i + 1] = at[i] + box_area(box);
  }
  bool all = true;
  for (int i = 0; i < boxes->count; i++) {
    xcb_shm_get_image_reply_t *reply = xcb_shm_get_image_reply(screen->connection, cookies[i], NULL);
    if (reply != NULL) hand_over(screen, boxes->list[i], screen->pixels + at[i], reader, user);
    else all = false;
    free(reply);
  }
  return all;
}

static bool read_copied(struct screen *screen, screen_reader reader, void *user) {
  bool all = true;
  for (int i = 0; i < screen->changed.count; i++) {
    struct box box = screen->changed.list[i];
    xcb_get_image_reply_t *reply = xcb_get_image_reply(
        screen->connection,
        xcb_get_image(screen->connection, XCB_IMAGE_FORMAT_Z_PIXMAP, screen->root, box.x0, box.y0, box.x1 - box.x0,
                      box.y1 - box.y0, ~0u),
        NULL);
    if (reply != NULL) hand_over(screen, box, (uint32_t *)xcb_get_image_data(reply), reader, user);
    else all = false;
    free(reply);
  }
  return all;
}

void screen_glance(struct screen *screen) {
  cursor_answer(&screen->cursor, screen->connection, cursor_ask(&screen->cursor, screen->connection, screen->root));
}

enum screen_state screen_read(struct screen *screen, screen_reader reader, void *user) {
  /* Subtracted before it is read: what is drawn in between is told again. */
  screen->read_sequence = xcb_damage_subtract(screen->connection, screen->damage, XCB_NONE, XCB_NONE).sequence;
  bool complete = follow_cursor(screen);
  if (boxes_area(&screen->changed) > screen->pixels_length) screen_change_all(screen);
  xcb_query_pointer_cookie_t pointer = cursor_ask(&screen->cursor, screen->connection, screen->root);
  complete = complete && (screen->pixels == NULL ? read_copied : read_shared)(screen, reader, user);
  cursor_answer(&screen->cursor, screen->connection, pointer);
  if (complete) {
    screen->read = screen->changed;
    screen->changed.count = 0;
    return SCREEN_OK;
  }
  return xcb_connection_has_error(screen->connection) ? SCREEN_LOST : SCREEN_RESIZED;
}
