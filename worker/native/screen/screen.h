/* An X display, seen as a picture that changes. One thread at a time may use it, but for screen_wake(). */
#ifndef FARPANE_SCREEN_H
#define FARPANE_SCREEN_H

#include <stdbool.h>
#include <stdint.h>
#include <xcb/xcb.h>

#include "boxes.h"
#include "cursor.h"

struct screen {
  xcb_connection_t *connection;
  xcb_window_t root;
  /* Even. */
  int width, height;
  xcb_window_t damage;
  uint8_t damage_event;
  /* Shared with the server; where it can't be, `pixels` is NULL and pictures come through the socket. */
  uint32_t segment;
  uint32_t *pixels;
  int64_t pixels_length;
  struct cursor cursor;
  /* What has changed since it was read last; the whole picture after its size has. */
  struct boxes changed;
  /* How many pixels have changed since screen_listen() was last asked. */
  int64_t changed_pixels;
  /* What was read last, and the number of the request before that. */
  struct boxes read;
  uint32_t read_sequence;
  int wake;
};

enum screen_state { SCREEN_OK, SCREEN_RESIZED, SCREEN_LOST };

/* Where the pixels of a part lie that was read. `stride` is in pixels. */
typedef void (*screen_reader)(void *user, struct box box, const uint32_t *pixels, int stride);

/* Opens the display; `name` may be NULL for the one of the environment. Returns NULL, or why not, in words. */
const char *screen_open(struct screen *screen, const char *name, bool with_cursor);
void screen_close(struct screen *screen);

/* All of it is to be read again. */
void screen_change_all(struct screen *screen);

/* Puts the cursor into the picture, or takes it out. Returns whether that changes it. */
bool screen_show_cursor(struct screen *screen, bool wanted);

/* Waits until something happens or the time has come (CLOCK_MONOTONIC, ns). */
void screen_wait(struct screen *screen, int64_t until);
/* Ends the wait of another thread, now or the next. */
void screen_wake(struct screen *screen);

/* Takes in what the server has told. Never waits. */
enum screen_state screen_listen(struct screen *screen);
/* Asks the server about what it does not tell by itself: whether a program has moved the pointer. */
void screen_glance(struct screen *screen);
/* Hands over the parts that have changed, with the cursor in them. Nothing is lost where it fails. */
enum screen_state screen_read(struct screen *screen, screen_reader reader, void *user);

#endif
