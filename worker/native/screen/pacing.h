/* When a picture is taken: decided from times alone, in nanoseconds of one clock, 0 for never. */
#ifndef FARPANE_PACING_H
#define FARPANE_PACING_H

#include <stdbool.h>
#include <stdint.h>

struct pacing {
  /* Damage that was not captured yet: the first, the last, and how many pixels. */
  int64_t first_damage, last_damage, damaged;
  /* The pointer has moved, or looks different. */
  bool touched;
  /* How many pixels the application damaged when it drew last, all in all. */
  int64_t expected;
  /* So long it is waited after the last of them whether more comes: for those who draw over what they have drawn. */
  int64_t quiet;
  /* The last capture, where it followed from the application's drawing and not from the rate. */
  int64_t settled_capture;
  /* What was not captured yet belongs to what was: that came too early. */
  bool rest;
  /* Captures since one came too early. */
  int since_miss;
  /* What is drawn at the full rate is captured from here on. */
  int64_t due;
  int64_t repeat_at, repeat_step;
};

enum action { ACTION_WAIT, ACTION_CAPTURE, ACTION_REPEAT };

struct decision {
  enum action action;
  /* When to ask again, unless something happens before. */
  int64_t at;
};

void pacing_start(struct pacing *pacing, int64_t now);
void pacing_damage(struct pacing *pacing, int64_t now, int64_t pixels);
void pacing_touch(struct pacing *pacing);
/* The last picture is wanted once more, at once: for a keyframe. */
void pacing_refresh(struct pacing *pacing, int64_t now);
struct decision pacing_decide(const struct pacing *pacing, int64_t now, unsigned max_fps);
/* What was decided is done. */
void pacing_captured(struct pacing *pacing, int64_t now, unsigned max_fps);
void pacing_repeated(struct pacing *pacing, int64_t now);

#endif
