/* The parts of a picture that have changed: a few rectangles, joined where that reads little more. */
#ifndef FARPANE_BOXES_H
#define FARPANE_BOXES_H

#include <stdbool.h>
#include <stdint.h>

#define BOXES_MAX 8

/* From the first column and row to those behind the last. */
struct box {
  int x0, y0, x1, y1;
};

struct boxes {
  int count;
  struct box list[BOXES_MAX];
};

static inline bool box_is_empty(struct box box) { return box.x1 <= box.x0 || box.y1 <= box.y0; }

static inline int64_t box_area(struct box box) {
  return box_is_empty(box) ? 0 : (int64_t)(box.x1 - box.x0) * (box.y1 - box.y0);
}

static inline bool box_equal(struct box a, struct box b) {
  return a.x0 == b.x0 && a.y0 == b.y0 && a.x1 == b.x1 && a.y1 == b.y1;
}

/* What is in both. */
struct box box_common(struct box a, struct box b);

/* Adds a rectangle, cut to `width` by `height` and grown to even borders: two by two pixels share their colour. */
void boxes_add(struct boxes *boxes, struct box box, int width, int height);

/* Whether all of it is in one of them. */
bool boxes_cover(const struct boxes *boxes, struct box box);

int64_t boxes_area(const struct boxes *boxes);

#endif
