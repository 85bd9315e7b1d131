/*
 * A test application whose every frame says when it was drawn, so that a test can read out of a video what it shows and a
 * benchmark how old it is. It fills its display, moves every pixel, and follows the display's size.
 *
 * The top 32 lines are a strip of 64 blocks, each `width / 64` pixels wide (rounded down), white = 1, the highest bit first:
 *
 *   bits   what
 *   24     CLOCK_REALTIME in units of 0.1 ms, modulo 2^24 (it comes round every 28 minutes)
 *   8      number of the frame, modulo 256
 *   8      number of keys and buttons pressed so far, modulo 256
 *   8      X11 key code or button of the last one
 *   8      tag, given on the command line: which of several this one is
 *   8      checksum: over the seven bytes before it, exclusive or of (byte * (2 * index + 1) + index)
 *
 * gcc -O2 -Wall -Wextra -o timecode timecode.c -lX11 -lm
 * timecode [--fps N] [--tag N] [--still]      60 frames a second, tag 0; --still moves nothing below the strip
 */
#define _GNU_SOURCE
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <getopt.h>
#include <math.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STRIP_LINES 32
#define STRIP_BYTES 8
#define STRIP_BITS (STRIP_BYTES * 8)
#define WAVE 1024 /* Steps of one turn. */
#define SECOND_NS 1000000000LL

struct options {
  int fps;
  uint8_t tag;
  bool still;
};

/* What the strip says besides the time. */
struct state {
  uint8_t frame;
  uint8_t inputs;
  uint8_t last_code;
};

/* What is drawn. No memory is shared with the server: in a sandbox it would refuse that. */
struct picture {
  int width;
  int height;
  /* Twice as wide and high, and kept by the server: to move it is a copy within the server. */
  Pixmap texture;
  /* The strip's lines, sent with every frame. */
  XImage *strip;
};

static int64_t monotonic_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * SECOND_NS + now.tv_nsec;
}

static uint32_t time_of_day_tenth_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint32_t)((uint64_t)now.tv_sec * 10000 + now.tv_nsec / 100000);
}

static void fail(const char *message) {
  fprintf(stderr, "timecode: %s\n", message);
  exit(1);
}

static struct options read_options(int count, char **arguments) {
  static const struct option known[] = {
      {"fps", required_argument, NULL, 'f'}, {"tag", required_argument, NULL, 't'}, {"still", no_argument, NULL, 's'}, {0}};
  struct options options = {.fps = 60};
  for (int option; (option = getopt_long(count, arguments, "", known, NULL)) != -1;) {
    if (option == 'f') options.fps = atoi(optarg);
    else if (option == 't') options.tag = (uint8_t)atoi(optarg);
    else if (option == 's') options.still = true;
    else exit(2);
  }
  if (options.fps < 1 || options.fps > 240) fail("--fps must be 1 to 240");
  return options;
}

static XImage *make_image(Display *display, int width, int height) {
  int screen = DefaultScreen(display);
  char *pixels = malloc(sizeof(uint32_t) * width * height);
  if (pixels == NULL) fail("out of memory");
  XImage *image = XCreateImage(display, DefaultVisual(display, screen), DefaultDepth(display, screen), ZPixmap, 0, pixels, width,
                               height, 32, 0);
  if (image == NULL || image->bits_per_pixel != 32) fail("the display must have 32 bits a pixel");
  return image;
}

static uint32_t *line_of(XImage *image, int y) { return (uint32_t *)(image->data + (size_t)y * image->bytes_per_line); }

/* Waves of different lengths with some noise on them: neither too easy nor too hard for an encoder, and quick to make. */
static Pixmap make_texture(Display *display, Window window, GC context, int width, int height) {
  int wave[WAVE];
  for (int i = 0; i < WAVE; i++) wave[i] = 80 * sin(i * 2 * M_PI / WAVE);
  XImage *image = make_image(display, width, height);
  for (int y = 0; y < height; y++) {
    uint32_t *line = line_of(image, y);
    int bend = wave[2 * y % WAVE] * 6 + WAVE;
    for (int x = 0; x < width; x++) {
      uint32_t noise = ((uint32_t)x * 2654435761u ^ (uint32_t)y * 40503u) >> 28;
      uint32_t red = 128 + wave[(3 * x + bend) % WAVE] + noise;
      uint32_t green = 128 + wave[(5 * y + x) % WAVE] + noise;
      uint32_t blue = 128 + wave[(7 * x + 6 * y) % WAVE] + noise;
      line[x] = red << 16 | green << 8 | blue;
    }
  }
  Pixmap texture = XCreatePixmap(display, window, width, height, DefaultDepth(display, DefaultScreen(display)));
  XPutImage(display, texture, context, image, 0, 0, 0, 0, width, height);
  XDestroyImage(image);
  return texture;
}

static struct picture make_picture(Display *display, Window window, GC context, int width, int height) {
  return (struct picture){.width = width,
                          .height = height,
                          .texture = make_texture(display, window, context, width * 2, height * 2),
                          .strip = make_image(display, width, STRIP_LINES)};
}

static void free_picture(Display *display, struct picture *picture) {
  XFreePixmap(display, picture->texture);
  XDestroyImage(picture->strip);
}

static void draw_texture(Display *display, Window window, GC context, const struct picture *picture, uint32_t step) {
  int x = step * 4 % picture->width;
  int y = step * 2 % picture->height;
  XCopyArea(display, picture->texture, window, context, x, y, picture->width, picture->height - STRIP_LINES, 0, STRIP_LINES);
}

static void draw_strip(Display *display, Window window, GC context, const struct picture *picture, const struct state *state,
                       uint8_t tag) {
  uint32_t time = time_of_day_tenth_ms();
  uint8_t bytes[STRIP_BYTES] = {time >> 16, time >> 8, time, state->frame, state->inputs, state->last_code, tag, 0};
  for (int i = 0; i < STRIP_BYTES - 1; i++) bytes[STRIP_BYTES - 1] ^= bytes[i] * (2 * i + 1) + i;
  int block = picture->width / STRIP_BITS;
  uint32_t *first = line_of(picture->strip, 0);
  for (int x = 0; x < picture->width; x++) {
    int bit = x / block;
    first[x] = bit < STRIP_BITS && bytes[bit / 8] >> (7 - bit % 8) & 1 ? 0xffffff : 0;
  }
  for (int line = 1; line < STRIP_LINES; line++) memcpy(line_of(picture->strip, line), first, sizeof(uint32_t) * picture->width);
  XPutImage(display, window, context, picture->strip, 0, 0, 0, 0, picture->width, STRIP_LINES);
}

/* Takes what has come from the server. Returns whether the display has another size now. */
static bool take_events(Display *display, struct state *state, int *width, int *height) {
  bool resized = false;
  while (XPending(display) > 0) {
    XEvent event;
    XNextEvent(display, &event);
    if (event.type == KeyPress || event.type == ButtonPress) {
      state->inputs++;
      state->last_code = event.type == KeyPress ? event.xkey.keycode : event.xbutton.button;
    } else if (event.type == ConfigureNotify && event.xconfigure.window == DefaultRootWindow(display)) {
      resized = resized || event.xconfigure.width != *width || event.xconfigure.height != *height;
      *width = event.xconfigure.width;
      *height = event.xconfigure.height;
    }
  }
  return resized;
}

/* Sleeps until `until`, or until the server has something to say. */
static void wait_for_events(Display *display, int64_t until) {
  int64_t left = until - monotonic_ns();
  if (left <= 0 || XPending(display) > 0) return;
  struct timespec timeout = {.tv_sec = left / SECOND_NS, .tv_nsec = left % SECOND_NS};
  struct pollfd server = {.fd = ConnectionNumber(display), .events = POLLIN};
  ppoll(&server, 1, &timeout, NULL);
}

int main(int count, char **arguments) {
  struct options options = read_options(count, arguments);
  Display *display = XOpenDisplay(NULL);
  if (display == NULL) fail("no display");
  int width = DisplayWidth(display, DefaultScreen(display));
  int height = DisplayHeight(display, DefaultScreen(display));
  if (width < STRIP_BITS || height <= STRIP_LINES) fail("the display is too small");
  Window root = DefaultRootWindow(display);
  Window window = XCreateSimpleWindow(display, root, 0, 0, width, height, 0, 0, 0);
  XSelectInput(display, root, StructureNotifyMask);
  XSelectInput(display, window, KeyPressMask | ButtonPressMask);
  XStoreName(display, window, "timecode");
  XMapWindow(display, window);
  XSetInputFocus(display, PointerRoot, RevertToPointerRoot, CurrentTime);
  GC context = XCreateGC(display, window, 0, NULL);
  struct picture picture = make_picture(display, window, context, width, height);
  draw_texture(display, window, context, &picture, 0);

  struct state state = {0};
  int64_t interval = SECOND_NS / options.fps;
  int64_t next = monotonic_ns();
  for (uint32_t step = 0;; step++) {
    do {
      wait_for_events(display, next);
      if (take_events(display, &state, &width, &height)) {
        free_picture(display, &picture);
        XResizeWindow(display, window, width, height);
        picture = make_picture(display, window, context, width, height);
        draw_texture(display, window, context, &picture, step);
      }
    } while (monotonic_ns() < next);
    /* After a long pause go on from now instead of catching up. */
    if (monotonic_ns() - next > 4 * interval) next = monotonic_ns();
    next += interval;
    state.frame++;
    if (!options.still) {
      draw_texture(display, window, context, &picture, step);
      /* The time code says when it is drawn, not when it was put behind this in a queue. */
      XSync(display, False);
    }
    draw_strip(display, window, context, &picture, &state, options.tag);
    XSync(display, False);
  }
}
