#include "convert.h"

#include <stdbool.h>

/* The compiler makes vectors of the loops, for the widest that it may use: on x86 the machine is asked when this is loaded. */
#if defined(__x86_64__)
#define FOR_THIS_MACHINE __attribute__((target_clones("avx2", "default")))
#else
#define FOR_THIS_MACHINE
#endif

#define ONE 65536
#define Y_ONE (219.0 / 255 * ONE)
#define C_ONE (224.0 / 255 * ONE)
#define ROUND(x) (int32_t)((x) < 0 ? (x) - 0.5 : (x) + 0.5)

/* From what red and blue have of the luma (ITU-R BT.601 section 2.5, BT.709 section 3). */
#define MATRIX(KR, KB)                                                                                                      \
  {                                                                                                                         \
    .y = {ROUND(KR *Y_ONE), ROUND((1 - KR - KB) * Y_ONE), ROUND(KB *Y_ONE)},                                                \
    .cb = {ROUND(-KR / (2 - 2 * KB) * C_ONE), ROUND(-(1 - KR - KB) / (2 - 2 * KB) * C_ONE), ROUND(0.5 * C_ONE)},            \
    .cr = {ROUND(0.5 * C_ONE), ROUND(-(1 - KR - KB) / (2 - 2 * KR) * C_ONE), ROUND(-KB / (2 - 2 * KR) * C_ONE)},            \
  }

const struct matrix matrix_bt601 = MATRIX(0.299, 0.114);
const struct matrix matrix_bt709 = MATRIX(0.2126, 0.0722);

static inline __attribute__((always_inline)) int32_t weigh(struct weights w, int32_t r, int32_t g, int32_t b) {
  return w.r * r + w.g * g + w.b * b;
}

FOR_THIS_MACHINE
static void luma(struct weights w, const uint32_t *restrict pixels, uint8_t *restrict y, int width) {
  for (int x = 0; x < width; x++) {
    uint32_t p = pixels[x];
    y[x] = (uint8_t)((weigh(w, p >> 16 & 255, p >> 8 & 255, p & 255) + 16 * ONE + ONE / 2) >> 16);
  }
}

/* Of two rows: the mean of two by two pixels. */
#define CHROMA(STORE)                                                                            \
  for (int x = 0; x < width / 2; x++) {                                                          \
    uint32_t p = above[2 * x], q = above[2 * x + 1], s = below[2 * x], t = below[2 * x + 1];     \
    int32_t r = (p >> 16 & 255) + (q >> 16 & 255) + (s >> 16 & 255) + (t >> 16 & 255);           \
    int32_t g = (p >> 8 & 255) + (q >> 8 & 255) + (s >> 8 & 255) + (t >> 8 & 255);               \
    int32_t b = (p & 255) + (q & 255) + (s & 255) + (t & 255);                                   \
    uint32_t cb = (uint32_t)(weigh(m->cb, r, g, b) + 4 * (128 * ONE + ONE / 2)) >> 18;           \
    uint32_t cr = (uint32_t)(weigh(m->cr, r, g, b) + 4 * (128 * ONE + ONE / 2)) >> 18;           \
    STORE;                                                                                       \
  }

FOR_THIS_MACHINE
static void chroma_together(const struct matrix *m, const uint32_t *restrict above, const uint32_t *restrict below,
                            uint16_t *restrict to, int width) {
  CHROMA(to[x] = (uint16_t)(cb | cr << 8))
}

FOR_THIS_MACHINE
static void chroma_apart(const struct matrix *m, const uint32_t *restrict above, const uint32_t *restrict below,
                         uint8_t *restrict to_cb, uint8_t *restrict to_cr, int width) {
  CHROMA((to_cb[x] = (uint8_t)cb, to_cr[x] = (uint8_t)cr))
}

void convert(const struct matrix *matrix, const uint32_t *pixels, ptrdiff_t stride, int width, int height, struct planes to) {
  for (int row = 0; row < height; row += 2) {
    const uint32_t *above = pixels + row * stride;
    const uint32_t *below = above + stride;
    luma(matrix->y, above, to.y, width);
    luma(matrix->y, below, to.y + to.y_stride, width);
    /* Two bytes at once: the first is the lower half. */
    if (to.cr == NULL) chroma_together(matrix, above, below, (uint16_t *)to.cb, width);
    else chroma_apart(matrix, above, below, to.cb, to.cr, width);
    to.y += 2 * to.y_stride;
    to.cb += to.c_stride;
    if (to.cr != NULL) to.cr += to.c_stride;
  }
}
