/*
 * Asks worker/native/screen/pacing.c when pictures are to be taken: one command a line on standard input, times in microseconds. Only
 * `decide` is answered, by `wait TIME`, `capture` or `repeat`; what was decided is then taken for done.
 *
 *   start TIME    damage TIME PIXELS    touch    refresh TIME    decide TIME FPS
 *
 * gcc -O2 -Wall -Wextra -o pacing pacing.c ../../worker/native/screen/pacing.c
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../../worker/native/screen/pacing.h"

#define US 1000

static void decide(struct pacing *pacing, int64_t now, unsigned fps) {
  struct decision decision = pacing_decide(pacing, now, fps);
  switch (decision.action) {
    case ACTION_WAIT:
      /* Never before it is due. */
      printf("wait %" PRId64 "\n", decision.at / US + 1);
      break;
    case ACTION_CAPTURE:
      pacing_captured(pacing, now, fps);
      puts("capture");
      break;
    case ACTION_REPEAT:
      pacing_repeated(pacing, now);
      puts("repeat");
  }
  fflush(stdout);
}

int main(void) {
  struct pacing pacing = {0};
  int64_t time, pixels;
  for (char line[128]; fgets(line, sizeof line, stdin) != NULL;) {
    if (sscanf(line, "start %" SCNd64, &time) == 1) pacing_start(&pacing, time * US);
    else if (sscanf(line, "damage %" SCNd64 " %" SCNd64, &time, &pixels) == 2) pacing_damage(&pacing, time * US, pixels);
    else if (sscanf(line, "refresh %" SCNd64, &time) == 1) pacing_refresh(&pacing, time * US);
    else if (sscanf(line, "decide %" SCNd64 " %" SCNd64, &time, &pixels) == 2) decide(&pacing, time * US, (unsigned)pixels);
    else if (strcmp(line, "touch\n") == 0) pacing_touch(&pacing);
    else return 1;
  }
  return 0;
}
