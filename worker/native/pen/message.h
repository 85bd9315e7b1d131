// What the host tells the tablet: messages of one size, in the byte order of this machine (worker/src/input/tablet/message.ts writes them).

#ifndef FARPANE_PEN_MESSAGE_H
#define FARPANE_PEN_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

enum { PEN_MESSAGE_BYTES = 24, PEN_MESSAGE_VERSION = 1 };

enum pen_tool { PEN_TIP, PEN_ERASER, PEN_TOOLS };

enum pen_kind { PEN_MOVES = 1, PEN_COMES, PEN_GOES, PEN_PRESSES, PEN_LIFTS };

// The axes, in the order in which the drivers of tablets have them: some programs know them by their numbers.
enum pen_axis { PEN_X, PEN_Y, PEN_PRESSURE, PEN_TILT_X, PEN_TILT_Y, PEN_ROTATION, PEN_AXES };

// The numbers that an axis goes from and to, and how many of them a metre has, or a radian.
struct pen_range {
  int minimum, maximum, resolution;
};
extern const struct pen_range pen_ranges[PEN_AXES];

struct pen_message {
  enum pen_kind kind;
  enum pen_tool tool;
  // As in X, 1 to 3; 0 where the message is of none.
  int button;
  int axes[PEN_AXES];
};

// False where the bytes are no such message.
bool pen_message_read(const uint8_t bytes[PEN_MESSAGE_BYTES], struct pen_message *message);

#endif
