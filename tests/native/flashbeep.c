/*
 * A test application that flashes and beeps at once, about every 700 ms, so that a benchmark can tell how far apart the two are where
 * they are seen and heard. Its display is black, and white for 100 ms; its sound is silent, and a sine of 1 kHz for as long.
 *
 * At once: the picture is drawn when the first samples of the beep are handed to the sound server. A strip at the top says when that
 * was: timecode.c tells how.
 *
 * gcc -O2 -Wall -Wextra -o flashbeep flashbeep.c -lX11 -lpulse-simple -lm
 */
#define _GNU_SOURCE
#include <X11/Xlib.h>
#include <math.h>
#include <pulse/simple.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define STRIP_BYTES 8
#define STRIP_LINES 32
#define RATE 48000
/* 5 ms: what is written at a time. */
#define PIECE (RATE / 200)
#define FLASH_PIECES 20
#define SHORTEST_PAUSE_PIECES 100
/* Flashes must not come at the same phase of every frame. */
#define PAUSE_VARIES_PIECES 41

static void fail(const char *message) {
  fprintf(stderr, "flashbeep: %s\n", message);
  exit(1);
}

static pa_simple *open_sound(void) {
  static const pa_sample_spec format = {.format = PA_SAMPLE_S16LE, .rate = RATE, .channels = 2};
  /* Two pieces may wait at the server: what a game that cares for its sound's delay asks for. */
  static const pa_buffer_attr buffer = {.maxlength = (uint32_t)-1,
                                        .tlength = 2 * PIECE * 4,
                                        .prebuf = (uint32_t)-1,
                                        .minreq = PIECE * 4,
                                        .fragsize = (uint32_t)-1};
  pa_simple *sound = pa_simple_new(NULL, "flashbeep", PA_STREAM_PLAYBACK, NULL, "beeps", &format, NULL, &buffer, NULL);
  if (sound == NULL) fail("no sound server");
  return sound;
}

static void fill(Display *display, Drawable target, GC context, int x, int width, int lines, bool white) {
  XSetForeground(display, context, white ? WhitePixel(display, 0) : BlackPixel(display, 0));
  XFillRectangle(display, target, context, x, 0, width, lines);
}

static void draw_strip(Display *display, Drawable target, GC context, uint8_t flash) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  uint32_t time = (uint32_t)((uint64_t)now.tv_sec * 10000 + now.tv_nsec / 100000);
  uint8_t bytes[STRIP_BYTES] = {time >> 16, time >> 8, time, flash};
  for (int i = 0; i < STRIP_BYTES - 1; i++) bytes[STRIP_BYTES - 1] ^= bytes[i] * (2 * i + 1) + i;
  int block = DisplayWidth(display, 0) / (STRIP_BYTES * 8);
  for (int bit = 0; bit < STRIP_BYTES * 8; bit++) {
    fill(display, target, context, bit * block, block, STRIP_LINES, bytes[bit / 8] >> (7 - bit % 8) & 1);
  }
}

/* At one stroke: what captures when something is drawn must not see a half of it. */
static void draw(Display *display, Window window, Pixmap picture, GC context, bool white, uint8_t flash) {
  int width = DisplayWidth(display, 0);
  int height = DisplayHeight(display, 0);
  fill(display, picture, context, 0, width, height, white);
  if (white) draw_strip(display, picture, context, flash);
  XCopyArea(display, picture, window, context, 0, 0, width, height, 0, 0);
  XSync(display, False);
}

int main(void) {
  Display *display = XOpenDisplay(NULL);
  if (display == NULL) fail("no display");
  Window window = XCreateSimpleWindow(display, DefaultRootWindow(display), 0, 0, DisplayWidth(display, 0),
                                      DisplayHeight(display, 0), 0, 0, BlackPixel(display, 0));
  XMapWindow(display, window);
  GC context = XCreateGC(display, window, 0, NULL);
  Pixmap picture = XCreatePixmap(display, window, DisplayWidth(display, 0), DisplayHeight(display, 0), DefaultDepth(display, 0));
  draw(display, window, picture, context, false, 0);
  pa_simple *sound = open_sound();

  int until_change = SHORTEST_PAUSE_PIECES;
  bool on = false;
  uint8_t flashes = 0;
  for (int phase = 0;;) {
    if (until_change-- == 0) {
      on = !on;
      until_change = on ? FLASH_PIECES : SHORTEST_PAUSE_PIECES + rand() % PAUSE_VARIES_PIECES;
      phase = 0;
      draw(display, window, picture, context, on, on ? ++flashes : flashes);
    }
    int16_t samples[PIECE * 2] = {0};
    for (int i = 0; on && i < PIECE; i++, phase++) {
      samples[2 * i] = samples[2 * i + 1] = 16000 * sin(phase * 2 * M_PI * 1000 / RATE);
    }
    if (pa_simple_write(sound, samples, sizeof samples, NULL) < 0) fail("the sound server is gone");
  }
}
