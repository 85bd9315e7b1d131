// The socket that the tablet's messages come by: one connection at a time, others wait for its end.

#ifndef FARPANE_PEN_SOCKET_H
#define FARPANE_PEN_SOCKET_H

#include <stdbool.h>

#include "message.h"

struct pen_listener {
  void (*message)(const struct pen_message *message);
  // The connection is over. `why`: what was wrong, or null where the other end has closed it.
  void (*gone)(const char *why);
};

// False, with errno, where there can be no such socket.
bool pen_socket_open(const char *path, struct pen_listener listener);

// Idempotent.
void pen_socket_close(void);

#endif
