// Which tool is near, by the property in which the drivers of Wacom's tablets say it: programs of Qt, Krita among them, hear only there that
// a pen comes and goes, and take the rotation only of a pen that has one.

#ifndef FARPANE_PEN_SERIALS_H
#define FARPANE_PEN_SERIALS_H

#include "message.h"

// `device`: a DeviceIntPtr.
void pen_serials_set(void *device, enum pen_tool tool, bool near);

#endif
