/*
 * A program that draws, points and resizes as it is told, so that a test knows what a display shows. One command a line on standard
 * input, answered by `ok` when the server has done it:
 *
 *   fill X Y WIDTH HEIGHT RRGGBB     on the root window
 *   point X Y                        moves the pointer as a mouse does (XTEST)
 *   warp X Y                         moves the pointer as a program does
 *   cursor WIDTH HEIGHT X Y RRGGBB   gives the root window a pointer: a box of that colour, held at X, Y; nothing where it is black
 *   size WIDTH HEIGHT                of the screen (RandR 1.2), within that which the server was started with
 *
 * gcc -O2 -Wall -Wextra -o painter painter.c -lxcb -lxcb-randr -lxcb-xtest
 */
#include <stdio.h>
#include <stdlib.h>
#include <xcb/randr.h>
#include <xcb/xcb.h>
#include <xcb/xtest.h>

static void sync_with(xcb_connection_t *connection) {
  free(xcb_get_input_focus_reply(connection, xcb_get_input_focus(connection), NULL));
}

/* The one output is switched off: no mode has to fit the size then. */
static void resize(xcb_connection_t *connection, xcb_window_t root, int width, int height) {
  xcb_randr_get_screen_resources_reply_t *resources =
      xcb_randr_get_screen_resources_reply(connection, xcb_randr_get_screen_resources(connection, root), NULL);
  if (resources == NULL || resources->num_crtcs == 0) exit(1);
  xcb_randr_crtc_t crtc = xcb_randr_get_screen_resources_crtcs(resources)[0];
  free(xcb_randr_set_crtc_config_reply(
      connection, xcb_randr_set_crtc_config(connection, crtc, 0, resources->config_timestamp, 0, 0, 0, 1, 0, NULL), NULL));
  xcb_randr_set_screen_size(connection, root, width, height, width / 4, height / 4);
  free(resources);
}

static void set_cursor(xcb_connection_t *connection, xcb_window_t root, const int size[2], const int hot[2], unsigned colour) {
  xcb_pixmap_t mask = xcb_generate_id(connection);
  xcb_create_pixmap(connection, 1, mask, root, size[0], size[1]);
  xcb_gcontext_t context = xcb_generate_id(connection);
  uint32_t covers = colour != 0;
  xcb_create_gc(connection, context, mask, XCB_GC_FOREGROUND, &covers);
  xcb_rectangle_t all = {0, 0, size[0], size[1]};
  xcb_poly_fill_rectangle(connection, mask, context, 1, &all);
  xcb_cursor_t cursor = xcb_generate_id(connection);
  unsigned red = colour >> 16, green = colour >> 8 & 255, blue = colour & 255;
  xcb_create_cursor(connection, cursor, mask, mask, red * 257, green * 257, blue * 257, 0, 0, 0, hot[0], hot[1]);
  xcb_change_window_attributes(connection, root, XCB_CW_CURSOR, &cursor);
  xcb_free_cursor(connection, cursor);
  xcb_free_gc(connection, context);
  xcb_free_pixmap(connection, mask);
}

int main(void) {
  xcb_connection_t *connection = xcb_connect(NULL, NULL);
  if (xcb_connection_has_error(connection)) return 1;
  xcb_window_t root = xcb_setup_roots_iterator(xcb_get_setup(connection)).data->root;
  xcb_gcontext_t context = xcb_generate_id(connection);
  xcb_create_gc(connection, context, root, 0, NULL);
  int x, y, width, height;
  unsigned colour;
  for (char line[256]; fgets(line, sizeof line, stdin) != NULL;) {
    if (sscanf(line, "fill %d %d %d %d %x", &x, &y, &width, &height, &colour) == 5) {
      xcb_rectangle_t rectangle = {x, y, width, height};
      xcb_change_gc(connection, context, XCB_GC_FOREGROUND, &colour);
      xcb_poly_fill_rectangle(connection, root, context, 1, &rectangle);
    } else if (sscanf(line, "point %d %d", &x, &y) == 2) {
      xcb_test_fake_input(connection, XCB_MOTION_NOTIFY, 0, XCB_CURRENT_TIME, root, x, y, 0);
    } else if (sscanf(line, "warp %d %d", &x, &y) == 2) {
      xcb_warp_pointer(connection, XCB_NONE, root, 0, 0, 0, 0, x, y);
    } else if (sscanf(line, "cursor %d %d %d %d %x", &width, &height, &x, &y, &colour) == 5) {
      set_cursor(connection, root, (int[]){width, height}, (int[]){x, y}, colour);
    } else if (sscanf(line, "size %d %d", &width, &height) == 2) {
      resize(connection, root, width, height);
    } else {
      return 2;
    }
    sync_with(connection);
    puts("ok");
    fflush(stdout);
  }
  return 0;
}
