/* BGRx to Y'CbCr 4:2:0 of limited range. */
#ifndef FARPANE_CONVERT_H
#define FARPANE_CONVERT_H

#include <stddef.h>
#include <stdint.h>

/* What one of the three takes of red, green and blue, in 1/65536; its zero is added apart. */
struct weights {
  int32_t r, g, b;
};

struct matrix {
  struct weights y, cb, cr;
};

extern const struct matrix matrix_bt601;
extern const struct matrix matrix_bt709;

/* The planes of a picture, at the first pixel to be written. `cr` is NULL where Cb and Cr alternate in `cb` (NV12). */
struct planes {
  uint8_t *y, *cb, *cr;
  ptrdiff_t y_stride, c_stride;
};

/* Width and height are even; `stride` is in pixels. */
void convert(const struct matrix *matrix, const uint32_t *pixels, ptrdiff_t stride, int width, int height, struct planes to);

#endif
