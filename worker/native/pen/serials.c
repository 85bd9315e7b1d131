#include <xorg-server.h>

#include "serials.h"

#include <X11/Xatom.h>
#include <dix.h>
#include <exevents.h>
#include <inputstr.h>
#include <string.h>

// Of the tablet on the USB; of the tool that was near last; of the one that is near, both 0 where none is.
enum { TABLET, LAST_SERIAL, LAST_ID, SERIAL, ID, SERIALS };

// An Art Pen's and its eraser's: of what there is, those have pressure, tilt and rotation.
static const CARD32 ids[PEN_TOOLS] = {[PEN_TIP] = 0x100804, [PEN_ERASER] = 0x10080c};

void pen_serials_set(void *device, enum pen_tool tool, bool near) {
  const char name[] = "Wacom Serial IDs";
  const Atom property = MakeAtom(name, strlen(name), TRUE);
  CARD32 values[SERIALS] = {[LAST_SERIAL] = 1, [LAST_ID] = ids[tool]};
  if (near) {
    values[SERIAL] = 1;
    values[ID] = ids[tool];
  }
  XIChangeDeviceProperty(device, property, XA_INTEGER, 32, PropModeReplace, SERIALS, values, TRUE);
}
