#include "pacing.h"

#define MS 1000000LL
#define SECOND (1000 * MS)

/*
 * An application draws in several requests. It is taken for done when as many pixels are damaged as the last time, or when
 * nothing more has come for a while; and however it goes on, one frame is not held back for longer than SETTLE_LIMIT.
 */
#define PAUSE (2 * MS)
#define SETTLE_LIMIT (4 * MS)
/* What is drawn so soon after a capture belonged to what was captured, which then came too early. */
#define LATE (3 * MS)
/* So many captures after one that came too early, a second one is no chance; and in so many the lesson fades to a third. */
#define MEMORY 128

/*
 * An application that keeps to the rate is captured in its own rhythm, early by half a frame or late; only one that is faster on
 * average is held to it. A little above the rate that was asked for, for its clock is not ours.
 */
#define HEADROOM_PERCENT 105

/* A picture that stands still is sent again, ever more seldom: it gets better, and the stream is seen to live. */
#define FIRST_REPEAT (100 * MS)
#define LAST_REPEAT (1000 * MS)

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }
static int64_t interval_of(unsigned max_fps) { return SECOND * 100 / HEADROOM_PERCENT / max_fps; }

static bool is_whole(const struct pacing *pacing) { return pacing->damaged >= pacing->expected; }

/* When the application is taken to have drawn what it is drawing. */
static int64_t settled_at(const struct pacing *pacing) {
  int64_t pause = is_whole(pacing) ? pacing->quiet : most(pacing->quiet, PAUSE);
  return least(pacing->last_damage + pause, pacing->first_damage + SETTLE_LIMIT);
}

static void sent(struct pacing *pacing, int64_t now, int64_t step) {
  pacing->repeat_step = step;
  pacing->repeat_at = now + step;
}

static void came_too_early(struct pacing *pacing, int64_t by) {
  if (pacing->since_miss < MEMORY) pacing->quiet = most(pacing->quiet, by + by / 4);
  pacing->since_miss = 0;
  pacing->rest = true;
}

void pacing_start(struct pacing *pacing, int64_t now) {
  *pacing = (struct pacing){.since_miss = MEMORY};
  pacing_damage(pacing, now, 1);
}

void pacing_damage(struct pacing *pacing, int64_t now, int64_t pixels) {
  if (pacing->damaged == 0) pacing->first_damage = now;
  pacing->last_damage = now;
  pacing->damaged += pixels;
  bool late = pacing->settled_capture != 0 && now - pacing->settled_capture < LATE;
  if (!late) return;
  if (!pacing->rest) came_too_early(pacing, now - pacing->settled_capture);
  pacing->expected += pixels;
}

void pacing_touch(struct pacing *pacing) { pacing->touched = true; }

void pacing_refresh(struct pacing *pacing, int64_t now) {
  pacing->repeat_step = 0;
  pacing->repeat_at = now;
}

/* A pointer over something that moves goes with it, or it would take its turns. */
static int64_t capture_at(const struct pacing *pacing, unsigned max_fps) {
  if (pacing->damaged != 0) return most(settled_at(pacing), pacing->due);
  if (pacing->touched) return most(pacing->last_damage + interval_of(max_fps) * 5 / 4, pacing->due);
  return INT64_MAX;
}

struct decision pacing_decide(const struct pacing *pacing, int64_t now, unsigned max_fps) {
  int64_t capture = capture_at(pacing, max_fps);
  int64_t repeat = pacing->repeat_at == 0 ? INT64_MAX : pacing->repeat_at;
  if (capture <= now) return (struct decision){ACTION_CAPTURE, now};
  if (repeat <= now) return (struct decision){ACTION_REPEAT, now};
  return (struct decision){ACTION_WAIT, least(capture, repeat)};
}

void pacing_captured(struct pacing *pacing, int64_t now, unsigned max_fps) {
  int64_t interval = interval_of(max_fps);
  if (pacing->damaged != 0 && !pacing->rest) {
    pacing->settled_capture = settled_at(pacing) >= pacing->due ? now : 0;
    pacing->expected = pacing->damaged;
    pacing->quiet -= pacing->quiet / MEMORY;
    if (pacing->since_miss < MEMORY) pacing->since_miss++;
  } else {
    pacing->settled_capture = 0;
  }
  /* The generic cell rate algorithm (ITU-T I.371), with a tolerance of half a frame; a rest is not counted. */
  if (!pacing->rest) pacing->due = most(pacing->due, now - interval / 2) + interval;
  pacing->rest = false;
  pacing->touched = false;
  pacing->damaged = 0;
  sent(pacing, now, FIRST_REPEAT);
}

void pacing_repeated(struct pacing *pacing, int64_t now) {
  sent(pacing, now, pacing->repeat_step == 0 ? FIRST_REPEAT : least(2 * pacing->repeat_step, LAST_REPEAT));
}
