#include "picture.h"

#include "convert.h"

gboolean picture_begin(struct picture *picture, const GstCaps *caps) {
  picture_clear(picture);
  if (!gst_video_info_from_caps(&picture->info, caps)) return FALSE;
  picture->buffer = gst_buffer_new_allocate(NULL, picture->info.size, NULL);
  gst_buffer_add_video_meta(picture->buffer, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_INFO_FORMAT(&picture->info),
                            picture->info.width, picture->info.height);
  return TRUE;
}

void picture_clear(struct picture *picture) { gst_clear_buffer(&picture->buffer); }

/* The screen_reader: from the server's pixels into the frame. */
static void take_part(void *user, struct box box, const uint32_t *pixels, int stride) {
  GstVideoFrame *frame = user;
  gboolean together = GST_VIDEO_FRAME_FORMAT(frame) == GST_VIDEO_FORMAT_NV12;
  ptrdiff_t y_stride = GST_VIDEO_FRAME_PLANE_STRIDE(frame, 0);
  ptrdiff_t c_stride = GST_VIDEO_FRAME_PLANE_STRIDE(frame, 1);
  uint8_t *y = GST_VIDEO_FRAME_PLANE_DATA(frame, 0);
  uint8_t *cb = GST_VIDEO_FRAME_PLANE_DATA(frame, 1);
  ptrdiff_t c_offset = box.y0 / 2 * c_stride + (together ? box.x0 : box.x0 / 2);
  struct planes planes = {.y = y + box.y0 * y_stride + box.x0, .cb = cb + c_offset, .y_stride = y_stride, .c_stride = c_stride};
  if (!together) planes.cr = (uint8_t *)GST_VIDEO_FRAME_PLANE_DATA(frame, 2) + c_offset;
  const struct matrix *matrix =
      frame->info.colorimetry.matrix == GST_VIDEO_COLOR_MATRIX_BT601 ? &matrix_bt601 : &matrix_bt709;
  convert(matrix, pixels, stride, box.x1 - box.x0, box.y1 - box.y0, planes);
}

enum screen_state picture_update(struct picture *picture, struct screen *screen) {
  GstVideoFrame frame;
  picture->buffer = gst_buffer_make_writable(picture->buffer);
  if (!gst_video_frame_map(&frame, &picture->info, picture->buffer, GST_MAP_READWRITE)) return SCREEN_LOST;
  enum screen_state state = screen_read(screen, take_part, &frame);
  gst_video_frame_unmap(&frame);
  return state;
}

GstBuffer *picture_frame(struct picture *picture, GstClockTime at) {
  picture->buffer = gst_buffer_make_writable(picture->buffer);
  GST_BUFFER_PTS(picture->buffer) = at;
  return gst_buffer_ref(picture->buffer);
}
