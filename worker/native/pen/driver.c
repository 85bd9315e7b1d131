// An input driver of Xorg for a graphics tablet that is not there: a pen and an eraser, each a device, whose axes and names are those by which
// applications know them. Both are played by the messages of one socket, so that they are in order.
//
//   Section "InputDevice"
//     Driver "farpanepen"
//     Option "Tool" "pen"        # or "eraser"
//     Option "Socket" "/path"    # the same for both

#include <xorg-server.h>

#include <X11/extensions/XI.h>
#include <errno.h>
#include <exevents.h>
#include <string.h>
#include <xf86.h>
#include <xf86Module.h>
#include <xf86Xinput.h>
#include <xserver-properties.h>

#include "serials.h"
#include "socket.h"

enum { buttons = 3 };

static const char *const tool_names[PEN_TOOLS] = {[PEN_TIP] = "pen", [PEN_ERASER] = "eraser"};
// The types by which programs of the first X Input extension know them.
static char *const tool_types[PEN_TOOLS] = {[PEN_TIP] = "STYLUS", [PEN_ERASER] = "ERASER"};
static const char *const axis_labels[PEN_AXES] = {
  [PEN_X] = AXIS_LABEL_PROP_ABS_X,           [PEN_Y] = AXIS_LABEL_PROP_ABS_Y,
  [PEN_PRESSURE] = AXIS_LABEL_PROP_ABS_PRESSURE, [PEN_TILT_X] = AXIS_LABEL_PROP_ABS_TILT_X,
  [PEN_TILT_Y] = AXIS_LABEL_PROP_ABS_TILT_Y, [PEN_ROTATION] = AXIS_LABEL_PROP_ABS_WHEEL,
};

// The tools that are on. `last`: what was last heard of it; `pressed`: a bit for each button.
static struct {
  InputInfoPtr device;
  bool near;
  unsigned pressed;
  struct pen_message last;
} tools[PEN_TOOLS];

static void play(const struct pen_message *message) {
  const InputInfoPtr device = tools[message->tool].device;
  if (device == NULL) return;
  tools[message->tool].last = *message;
  const bool comes = message->kind == PEN_COMES;
  if (comes || message->kind == PEN_GOES) {
    tools[message->tool].near = comes;
    pen_serials_set(device->dev, message->tool, comes);
  }
  ValuatorMask *mask = valuator_mask_new(PEN_AXES);
  if (mask == NULL) return;
  for (int axis = 0; axis < PEN_AXES; axis++) valuator_mask_set(mask, axis, message->axes[axis]);
  input_lock();
  switch (message->kind) {
    case PEN_MOVES:
      xf86PostMotionEventM(device->dev, Absolute, mask);
      break;
    case PEN_COMES:
    case PEN_GOES:
      xf86PostProximityEventM(device->dev, comes, mask);
      break;
    case PEN_PRESSES:
    case PEN_LIFTS:
      if (message->kind == PEN_PRESSES) tools[message->tool].pressed |= 1u << message->button;
      else tools[message->tool].pressed &= ~(1u << message->button);
      xf86PostButtonEventM(device->dev, Absolute, message->button, message->kind == PEN_PRESSES, mask);
      break;
  }
  input_unlock();
  valuator_mask_free(&mask);
}

// Who told of the pen is gone: it holds nothing any more, and is away.
static void take_away(const char *why) {
  for (int tool = 0; tool < PEN_TOOLS; tool++) {
    if (why != NULL && tools[tool].device != NULL) xf86IDrvMsg(tools[tool].device, X_ERROR, "the connection is over: %s\n", why);
    struct pen_message message = tools[tool].last;
    message.axes[PEN_PRESSURE] = 0;
    message.kind = PEN_LIFTS;
    for (message.button = 1; message.button <= buttons; message.button++) {
      if (tools[tool].pressed & (1u << message.button)) play(&message);
    }
    message.kind = PEN_GOES;
    message.button = 0;
    if (tools[tool].near) play(&message);
  }
}

static void no_feedback(DeviceIntPtr device, PtrCtrl *control) {
  (void)device;
  (void)control;
}

static enum pen_tool tool_of(InputInfoPtr info) { return (enum pen_tool)(intptr_t)info->private; }

static int init_device(DeviceIntPtr device) {
  CARD8 map[buttons + 1] = {0, 1, 2, 3};
  Atom button_labels[buttons] = {
    XIGetKnownProperty(BTN_LABEL_PROP_BTN_LEFT),
    XIGetKnownProperty(BTN_LABEL_PROP_BTN_MIDDLE),
    XIGetKnownProperty(BTN_LABEL_PROP_BTN_RIGHT),
  };
  Atom labels[PEN_AXES];
  for (int axis = 0; axis < PEN_AXES; axis++) labels[axis] = XIGetKnownProperty(axis_labels[axis]);
  if (!InitButtonClassDeviceStruct(device, buttons, button_labels, map)) return BadAlloc;
  if (!InitValuatorClassDeviceStruct(device, PEN_AXES, labels, GetMotionHistorySize(), Absolute)) return BadAlloc;
  if (!InitPtrFeedbackClassDeviceStruct(device, no_feedback)) return BadAlloc;
  if (!InitProximityClassDeviceStruct(device)) return BadAlloc;
  for (int axis = 0; axis < PEN_AXES; axis++) {
    const struct pen_range *range = &pen_ranges[axis];
    const int resolution = range->resolution;
    if (!xf86InitValuatorAxisStruct(device, axis, labels[axis], range->minimum, range->maximum, resolution, 0, resolution, Absolute))
      return BadAlloc;
    xf86InitValuatorDefaults(device, axis);
  }
  pen_serials_set(device, tool_of(device->public.devicePrivate), false);
  return Success;
}

static bool any_on(void) { return tools[PEN_TIP].device != NULL || tools[PEN_ERASER].device != NULL; }

static int turn_on(DeviceIntPtr device) {
  const InputInfoPtr info = device->public.devicePrivate;
  if (!any_on()) {
    char *path = xf86SetStrOption(info->options, "Socket", NULL);
    const bool open = path != NULL && pen_socket_open(path, (struct pen_listener){play, take_away});
    if (!open) xf86IDrvMsg(info, X_ERROR, "no socket at %s: %s\n", path == NULL ? "(no Socket)" : path, strerror(errno));
    free(path);
    if (!open) return BadAccess;
  }
  tools[tool_of(info)].device = info;
  device->public.on = TRUE;
  return Success;
}

static void turn_off(DeviceIntPtr device) {
  const InputInfoPtr info = device->public.devicePrivate;
  memset(&tools[tool_of(info)], 0, sizeof tools[0]);
  device->public.on = FALSE;
  if (!any_on()) pen_socket_close();
}

static int control(DeviceIntPtr device, int what) {
  switch (what) {
    case DEVICE_INIT:
      return init_device(device);
    case DEVICE_ON:
      return turn_on(device);
    case DEVICE_OFF:
    case DEVICE_CLOSE:
      turn_off(device);
      return Success;
    default:
      return BadValue;
  }
}

static int pre_init(InputDriverPtr driver, InputInfoPtr info, int flags) {
  (void)driver;
  (void)flags;
  char *name = xf86SetStrOption(info->options, "Tool", "");
  int tool = 0;
  while (tool < PEN_TOOLS && strcmp(name, tool_names[tool]) != 0) tool++;
  if (tool == PEN_TOOLS) xf86IDrvMsg(info, X_ERROR, "Option \"Tool\" must be \"pen\" or \"eraser\", not \"%s\"\n", name);
  free(name);
  if (tool == PEN_TOOLS) return BadValue;
  info->private = (void *)(intptr_t)tool;
  info->type_name = tool_types[tool];
  info->device_control = control;
  info->fd = -1;
  return Success;
}

static void un_init(InputDriverPtr driver, InputInfoPtr info, int flags) {
  (void)driver;
  xf86DeleteInput(info, flags);
}

static InputDriverRec driver = {1, "farpanepen", NULL, pre_init, un_init, NULL, NULL, 0};

static void *set_up(void *module, void *options, int *major, int *minor) {
  (void)options;
  (void)major;
  (void)minor;
  xf86AddInputDriver(&driver, module, 0);
  return module;
}

static XF86ModuleVersionInfo version = {
  "farpanepen", MODULEVENDORSTRING, MODINFOSTRING1, MODINFOSTRING2, XORG_VERSION_CURRENT,
  1, 0, 0, ABI_CLASS_XINPUT, ABI_XINPUT_VERSION, MOD_CLASS_XINPUT, {0, 0, 0, 0},
};

_X_EXPORT XF86ModuleData farpanepenModuleData = {&version, set_up, NULL};
