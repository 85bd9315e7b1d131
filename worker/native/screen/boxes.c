#include "boxes.h"

/* To read so many pixels more is cheaper than one more request. */
#define JOIN_SLACK 16384

static int least(int a, int b) { return a < b ? a : b; }
static int most(int a, int b) { return a > b ? a : b; }

static struct box around(struct box a, struct box b) {
  return (struct box){least(a.x0, b.x0), least(a.y0, b.y0), most(a.x1, b.x1), most(a.y1, b.y1)};
}

/* How many pixels more are read when two become one. */
static int64_t cost_of_joining(struct box a, struct box b) { return box_area(around(a, b)) - box_area(a) - box_area(b); }

static struct box take(struct boxes *boxes, int at) {
  struct box taken = boxes->list[at];
  boxes->list[at] = boxes->list[--boxes->count];
  return taken;
}

struct box box_common(struct box a, struct box b) {
  return (struct box){most(a.x0, b.x0), most(a.y0, b.y0), least(a.x1, b.x1), least(a.y1, b.y1)};
}

void boxes_add(struct boxes *boxes, struct box box, int width, int height) {
  box = (struct box){box.x0 & ~1, box.y0 & ~1, (box.x1 + 1) & ~1, (box.y1 + 1) & ~1};
  box = box_common(box, (struct box){0, 0, width, height});
  if (box_is_empty(box)) return;
  /* A union may reach another one: until none is near, and there is room. */
  while (boxes->count > 0) {
    int best = 0;
    for (int i = 1; i < boxes->count; i++) {
      if (cost_of_joining(boxes->list[i], box) < cost_of_joining(boxes->list[best], box)) best = i;
    }
    if (cost_of_joining(boxes->list[best], box) > JOIN_SLACK && boxes->count < BOXES_MAX) break;
    box = around(take(boxes, best), box);
  }
  boxes->list[boxes->count++] = box;
}

bool boxes_cover(const struct boxes *boxes, struct box box) {
  for (int i = 0; i < boxes->count; i++) {
    if (box_equal(box_common(boxes->list[i], box), box)) return true;
  }
  return false;
}

int64_t boxes_area(const struct boxes *boxes) {
  int64_t area = 0;
  for (int i = 0; i < boxes->count; i++) area += box_area(boxes->list[i]);
  return area;
}
