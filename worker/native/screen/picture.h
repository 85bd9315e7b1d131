/* The picture of a screen as a frame of GStreamer's, kept up to date where the screen has changed. */
#ifndef FARPANE_PICTURE_H
#define FARPANE_PICTURE_H

#include <gst/video/video.h>

#include "screen.h"

struct picture {
  GstVideoInfo info;
  GstBuffer *buffer;
};

/* Begins anew, empty, in the size and format of the caps: NV12 or I420. Returns false where they are none. */
gboolean picture_begin(struct picture *picture, const GstCaps *caps);
void picture_clear(struct picture *picture);
/* Takes over what has changed since the last time. */
enum screen_state picture_update(struct picture *picture, struct screen *screen);
/* The frame for whoever wants it, as of a time. Where it is still held when the next one is made, that is made in a copy. */
GstBuffer *picture_frame(struct picture *picture, GstClockTime at);

#endif
