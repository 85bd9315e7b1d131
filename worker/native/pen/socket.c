// The server's main thread reads, one message each time that it looks after its sockets: of movements that wait in its queue of events only
// the last is kept (mieqEnqueue), and a stroke would lose its corners.

#define _GNU_SOURCE
#include <xorg-server.h>

#include "socket.h"

#include <errno.h>
#include <os.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static struct {
  struct pen_listener listener;
  char path[sizeof((struct sockaddr_un *)0)->sun_path];
  int listening, connected;
  uint8_t bytes[PEN_MESSAGE_BYTES];
  size_t have;
} at = {.listening = -1, .connected = -1};

static void accept_next(int fd, int ready, void *data);

static void wait_for_next(void) { SetNotifyFd(at.listening, accept_next, X_NOTIFY_READ, NULL); }

static void disconnect(const char *why) {
  if (at.connected < 0) return;
  RemoveNotifyFd(at.connected);
  close(at.connected);
  at.connected = -1;
  at.have = 0;
  at.listener.gone(why);
}

static void read_one(int fd, int ready, void *data) {
  (void)ready;
  (void)data;
  const ssize_t got = read(fd, at.bytes + at.have, sizeof at.bytes - at.have);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    disconnect(got < 0 ? strerror(errno) : at.have > 0 ? "it ended within a message" : NULL);
    wait_for_next();
    return;
  }
  at.have += got;
  if (at.have < sizeof at.bytes) return;
  at.have = 0;
  struct pen_message message;
  if (pen_message_read(at.bytes, &message)) {
    at.listener.message(&message);
    return;
  }
  disconnect("it sent what is no message");
  wait_for_next();
}

static void accept_next(int fd, int ready, void *data) {
  (void)ready;
  (void)data;
  at.connected = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (at.connected < 0) return;
  RemoveNotifyFd(at.listening);
  SetNotifyFd(at.connected, read_one, X_NOTIFY_READ, NULL);
}

static bool fail(int fd) {
  const int error = errno;
  close(fd);
  errno = error;
  return false;
}

bool pen_socket_open(const char *path, struct pen_listener listener) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return false;
  }
  strcpy(address.sun_path, path);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  // Only the user of the server may connect.
  const mode_t mask = umask(0077);
  const int bound = bind(fd, (struct sockaddr *)&address, sizeof address);
  umask(mask);
  if (bound < 0 || listen(fd, 1) < 0) return fail(fd);
  at.listener = listener;
  at.listening = fd;
  strcpy(at.path, path);
  wait_for_next();
  return true;
}

void pen_socket_close(void) {
  if (at.listening < 0) return;
  disconnect(NULL);
  RemoveNotifyFd(at.listening);
  close(at.listening);
  at.listening = -1;
  unlink(at.path);
}
