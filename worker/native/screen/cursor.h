/* The pointer of an X display, drawn into its picture: a server gives pictures out without it. */
#ifndef FARPANE_CURSOR_H
#define FARPANE_CURSOR_H

#include <stdbool.h>
#include <stdint.h>
#include <xcb/xcb.h>

#include "boxes.h"

struct cursor {
  bool wanted;
  uint8_t changed_event, input_opcode;
  /* What the server told, and was not asked for yet. */
  bool moved, changed;
  int x, y;
  int hot_x, hot_y, width, height;
  /* Alpha, red, green, blue, multiplied already. */
  uint32_t *image;
  /* Where it was drawn last. */
  struct box drawn;
};

/* Asks the server to tell of it. Does nothing where the server can't. */
void cursor_start(struct cursor *cursor, xcb_connection_t *connection, xcb_window_t root);
/* Asks it not to tell any more: a pointer that nobody draws wakes nobody. */
void cursor_stop(struct cursor *cursor, xcb_connection_t *connection, xcb_window_t root);
void cursor_free(struct cursor *cursor);
/* Returns whether the event was about it. */
bool cursor_hear(struct cursor *cursor, const xcb_generic_event_t *event);
/* Whether what is seen of it has changed. */
bool cursor_is_stale(const struct cursor *cursor);
/* Asks the server what it looks like now. Returns false where the connection is lost. */
bool cursor_update(struct cursor *cursor, xcb_connection_t *connection, xcb_window_t root);
/*
 * Asks whether it was moved by a program, of which no event tells: between the two other requests may go the same way, and nothing is
 * waited for. cursor_is_stale() has the answer.
 */
xcb_query_pointer_cookie_t cursor_ask(const struct cursor *cursor, xcb_connection_t *connection, xcb_window_t root);
void cursor_answer(struct cursor *cursor, xcb_connection_t *connection, xcb_query_pointer_cookie_t question);
struct box cursor_box(const struct cursor *cursor);
/* Draws what of it lies in a part of the picture. */
void cursor_draw(const struct cursor *cursor, struct box box, uint32_t *pixels, int stride);

#endif
