// Tells when it gets each key: a line "KEYCODE MICROSECONDS\n" (since 1970, CLOCK_REALTIME) on the socket of the data channel `keys`.
// It paints its window in another colour at each key, as an application that answers would.

#include <X11/Xlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static int connect_channel(void) {
  const char *folder = getenv("FARPANE_SOCKETS");
  if (folder == NULL) {
    fprintf(stderr, "keyclock: FARPANE_SOCKETS is not set\n");
    exit(1);
  }
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s/webrtc_data_keys", folder);
  int channel = socket(AF_UNIX, SOCK_STREAM, 0);
  if (channel < 0 || connect(channel, (struct sockaddr *)&address, sizeof address) != 0) {
    perror("keyclock: webrtc_data_keys");
    exit(1);
  }
  return channel;
}

int main(void) {
  int channel = connect_channel();
  Display *display = XOpenDisplay(NULL);
  if (display == NULL) {
    fprintf(stderr, "keyclock: no display\n");
    return 1;
  }
  int screen = DefaultScreen(display);
  Window root = RootWindow(display, screen);
  Window window = XCreateSimpleWindow(display, root, 0, 0, DisplayWidth(display, screen), DisplayHeight(display, screen), 0, 0, 0x204060);
  // A machine that stalls between press and release would make more keys of one.
  XAutoRepeatOff(display);
  XSelectInput(display, window, KeyPressMask | ExposureMask);
  XMapWindow(display, window);
  unsigned long colour = 0x204060;
  for (;;) {
    XEvent event;
    XNextEvent(display, &event);
    if (event.type != KeyPress) continue;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    char line[64];
    int length = snprintf(line, sizeof line, "%u %lld\n", event.xkey.keycode, now.tv_sec * 1000000LL + now.tv_nsec / 1000);
    if (write(channel, line, length) != length) return 1;
    colour = (colour * 1103515245 + 12345) & 0xffffff;
    XSetWindowBackground(display, window, colour);
    XClearWindow(display, window);
    XFlush(display);
  }
}
