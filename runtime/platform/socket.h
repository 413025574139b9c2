//===- socket.h - Listening, and connections --------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_PLATFORM_SOCKET_H
#define EMBLEM_RUNTIME_PLATFORM_SOCKET_H

#include <cstddef>
#include <cstdint>

namespace emblem::platform {

// Sockets are numbers of open files (file.h), here such that nothing waits.
// Where a function gives -1, errno says why.

/// Whether `host` is an address: of IPv4, of IPv6, or "localhost".
bool isAddress(const char *host);

/// Listens on an address; on port 0, on any that is free. With `shares`, others
/// that ask for it too may listen on the same port, and get connections in turn.
int listenOnAddress(const char *host, int port, bool shares);
/// The port that it listens on.
int portOf(int socket);
/// Listens on a path, which takes the place of one that a process left behind
/// when it ended.
int listenOnPath(const char *path);
void removePath(const char *path);

/// A connection that came in; -1: none has.
int acceptConnection(int listener);
/// Whether the last function gave -1 only because it would have had to wait.
bool wouldWait();
/// Whether it did because this process, or the system, has no more open files.
bool lacksFiles();

/// As many bytes as have come, at most `size`; 0: the other side sends no more.
int64_t receive(int socket, void *bytes, size_t size);
/// Sends what it can of the two, one behind the other; how many bytes.
int64_t send(int socket, const void *first, size_t firstSize,
             const void *second, size_t secondSize);
/// Nothing more is sent; what comes can still be read.
void endSending(int socket);

/// How many files this process may have open; as many as the system lets it.
int64_t raiseOpenFiles();

} // namespace emblem::platform

#endif // EMBLEM_RUNTIME_PLATFORM_SOCKET_H
