#include "message.h"

#include <string.h>

const struct pen_range pen_ranges[PEN_AXES] = {
  // Finer than the pixels of any screen. How large the tablet is nobody knows: it says about 50 cm.
  [PEN_X] = {0, (1 << 20) - 1, 1 << 21},
  [PEN_Y] = {0, (1 << 20) - 1, 1 << 21},
  [PEN_PRESSURE] = {0, 1000, 0},
  // Degrees.
  [PEN_TILT_X] = {-90, 90, 57},
  [PEN_TILT_Y] = {-90, 90, 57},
  // Fifths of a degree, clockwise.
  [PEN_ROTATION] = {-900, 900, 286},
};

struct wire {
  uint8_t version, kind, tool, button;
  int32_t x, y;
  int16_t pressure, tilt_x, tilt_y, rotation;
  uint32_t zero;
};
_Static_assert(sizeof(struct wire) == PEN_MESSAGE_BYTES, "no gaps");

bool pen_message_read(const uint8_t bytes[PEN_MESSAGE_BYTES], struct pen_message *message) {
  struct wire wire;
  memcpy(&wire, bytes, sizeof wire);
  if (wire.version != PEN_MESSAGE_VERSION || wire.zero != 0 || wire.tool >= PEN_TOOLS) return false;
  if (wire.kind < PEN_MOVES || wire.kind > PEN_LIFTS) return false;
  const bool of_button = wire.kind == PEN_PRESSES || wire.kind == PEN_LIFTS;
  if (of_button ? wire.button < 1 || wire.button > 3 : wire.button != 0) return false;
  *message = (struct pen_message){
    .kind = wire.kind,
    .tool = wire.tool,
    .button = wire.button,
    .axes = {wire.x, wire.y, wire.pressure, wire.tilt_x, wire.tilt_y, wire.rotation},
  };
  for (int axis = 0; axis < PEN_AXES; axis++) {
    const int value = message->axes[axis];
    if (value < pen_ranges[axis].minimum || value > pen_ranges[axis].maximum) return false;
  }
  return true;
}
