// Plugs in a gamepad (uinput, Linux 4.5 and newer) as the Xbox 360's: writes its devices to stdout, a line each and an empty line behind
// them, then plays what comes on stdin (struct input_event) until that ends.

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/uinput.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const int keys[] = {BTN_A, BTN_B, BTN_X, BTN_Y, BTN_TL, BTN_TR, BTN_SELECT, BTN_START, BTN_MODE, BTN_THUMBL, BTN_THUMBR};

static int fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  return 1;
}

static int add_axis(int device, int code, int minimum, int maximum, int flat) {
  struct uinput_abs_setup axis = {.code = code, .absinfo = {.minimum = minimum, .maximum = maximum, .flat = flat}};
  return ioctl(device, UI_ABS_SETUP, &axis);
}

// The kernel names the device; its nodes are found below it.
static int print_nodes(int device) {
  char name[64], path[160];
  if (ioctl(device, UI_GET_SYSNAME(sizeof name), name) < 0) return fail("UI_GET_SYSNAME");
  snprintf(path, sizeof path, "/sys/devices/virtual/input/%s", name);
  int found = 0;
  for (int tries = 0; tries < 50 && found == 0; tries++) {
    DIR *folder = opendir(path);
    if (folder == NULL) return fail(path);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
      if (strncmp(entry->d_name, "event", 5) != 0 && strncmp(entry->d_name, "js", 2) != 0) continue;
      char node[300];
      snprintf(node, sizeof node, "/dev/input/%s", entry->d_name);
      // The device's file comes a moment after its name.
      if (access(node, F_OK) != 0) continue;
      puts(node);
      found++;
    }
    closedir(folder);
    if (found == 0) usleep(20000);
  }
  if (found == 0) {
    fprintf(stderr, "the gamepad has no file in /dev/input\n");
    return 1;
  }
  puts("");
  fflush(stdout);
  return 0;
}

int main(int count, char **arguments) {
  int device = open("/dev/uinput", O_WRONLY);
  if (device < 0) return fail("/dev/uinput");
  if (ioctl(device, UI_SET_EVBIT, EV_KEY) < 0 || ioctl(device, UI_SET_EVBIT, EV_ABS) < 0) return fail("UI_SET_EVBIT");
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    if (ioctl(device, UI_SET_KEYBIT, keys[i]) < 0) return fail("UI_SET_KEYBIT");
  }
  const int sticks[] = {ABS_X, ABS_Y, ABS_RX, ABS_RY};
  for (int i = 0; i < 4; i++) if (add_axis(device, sticks[i], -32768, 32767, 128) < 0) return fail("UI_ABS_SETUP");
  if (add_axis(device, ABS_Z, 0, 255, 0) < 0 || add_axis(device, ABS_RZ, 0, 255, 0) < 0) return fail("UI_ABS_SETUP");
  if (add_axis(device, ABS_HAT0X, -1, 1, 0) < 0 || add_axis(device, ABS_HAT0Y, -1, 1, 0) < 0) return fail("UI_ABS_SETUP");

  struct uinput_setup setup = {.id = {.bustype = BUS_USB, .vendor = 0x045e, .product = 0x028e, .version = 0x110}};
  snprintf(setup.name, sizeof setup.name, "%s", count > 1 ? arguments[1] : "Farpane gamepad");
  if (ioctl(device, UI_DEV_SETUP, &setup) < 0) return fail("UI_DEV_SETUP");
  if (ioctl(device, UI_DEV_CREATE) < 0) return fail("UI_DEV_CREATE");
  if (print_nodes(device) != 0) return 1;

  struct input_event event;
  for (size_t have = 0;;) {
    ssize_t got = read(STDIN_FILENO, (char *)&event + have, sizeof event - have);
    if (got <= 0) break;
    have += got;
    if (have < sizeof event) continue;
    have = 0;
    if (write(device, &event, sizeof event) != sizeof event) return fail("write");
  }
  ioctl(device, UI_DEV_DESTROY);
  return 0;
}
