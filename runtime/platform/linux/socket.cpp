//===- socket.cpp - Listening, and connections ----------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/platform/socket.h"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace emblem;

namespace {
/// An address of either kind.
union Address {
  sockaddr any;
  sockaddr_in four;
  sockaddr_in6 six;
};
} // namespace

/// Names are not looked up: that asks libc for libraries which a static program
/// does not have.
static socklen_t readAddress(const char *host, int port, Address &address) {
  if (std::strcmp(host, "localhost") == 0)
    host = "127.0.0.1";
  address = {};
  if (::inet_pton(AF_INET, host, &address.four.sin_addr) == 1) {
    address.four.sin_family = AF_INET;
    address.four.sin_port = htons(uint16_t(port));
    return sizeof(address.four);
  }
  if (::inet_pton(AF_INET6, host, &address.six.sin6_addr) == 1) {
    address.six.sin6_family = AF_INET6;
    address.six.sin6_port = htons(uint16_t(port));
    return sizeof(address.six);
  }
  return 0;
}

bool platform::isAddress(const char *host) {
  Address address;
  return readAddress(host, 0, address) != 0;
}

static int openSocket(int family) {
  return ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/// Closes a socket that is of no use; errno stays.
static int giveUp(int socket) {
  const int why = errno;
  ::close(socket);
  errno = why;
  return -1;
}

constexpr int mostWaiting = 4096; // the system has a limit of its own

int platform::listenOnAddress(const char *host, int port, bool shares) {
  Address address;
  const socklen_t size = readAddress(host, port, address);
  if (size == 0) {
    errno = EADDRNOTAVAIL;
    return -1;
  }
  const int socket = openSocket(address.any.sa_family);
  if (socket < 0)
    return -1;
  const int one = 1;
  // Where a server has just ended, its connections linger.
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
  if (shares &&
      ::setsockopt(socket, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one)) != 0)
    return giveUp(socket);
  if (::bind(socket, &address.any, size) != 0 ||
      ::listen(socket, mostWaiting) != 0)
    return giveUp(socket);
  return socket;
}

int platform::portOf(int socket) {
  Address address;
  socklen_t size = sizeof(address);
  if (::getsockname(socket, &address.any, &size) != 0)
    return -1;
  return ntohs(address.any.sa_family == AF_INET6 ? address.six.sin6_port
                                                 : address.four.sin_port);
}

int platform::listenOnPath(const char *path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (std::strlen(path) >= sizeof(address.sun_path)) {
    errno = ENAMETOOLONG;
    return -1;
  }
  std::strcpy(address.sun_path, path);
  const auto *any = reinterpret_cast<const sockaddr *>(&address);

  // Only a socket at which nobody answers is taken away.
  struct stat status;
  if (::lstat(path, &status) == 0 && S_ISSOCK(status.st_mode)) {
    const int caller = openSocket(AF_UNIX);
    if (caller < 0)
      return -1;
    if (::connect(caller, any, sizeof(address)) != 0 && errno == ECONNREFUSED)
      ::unlink(path);
    ::close(caller);
  }
  const int socket = openSocket(AF_UNIX);
  if (socket < 0)
    return -1;
  if (::bind(socket, any, sizeof(address)) != 0 ||
      ::listen(socket, mostWaiting) != 0)
    return giveUp(socket);
  return socket;
}

void platform::removePath(const char *path) { ::unlink(path); }

int platform::acceptConnection(int listener) {
  const int socket =
      ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (socket >= 0) {
    // An answer goes out at once. What has no such thing needs none.
    const int one = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
  }
  return socket;
}

bool platform::wouldWait() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

bool platform::lacksFiles() {
  return errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
         errno == ENOMEM;
}

int64_t platform::receive(int socket, void *bytes, size_t size) {
  return ::recv(socket, bytes, size, 0);
}

int64_t platform::send(int socket, const void *first, size_t firstSize,
                       const void *second, size_t secondSize) {
  iovec parts[] = {{const_cast<void *>(first), firstSize},
                   {const_cast<void *>(second), secondSize}};
  msghdr message = {};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  return ::sendmsg(socket, &message, MSG_NOSIGNAL);
}

void platform::endSending(int socket) { ::shutdown(socket, SHUT_WR); }

int64_t platform::raiseOpenFiles() {
  rlimit limit;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return 1024;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
    ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur > rlim_t(INT64_MAX) ? INT64_MAX
                                            : int64_t(limit.rlim_cur);
}
