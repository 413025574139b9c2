//===- new_file.cpp - A file that gets its name when it is whole ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/platform/new_file.h"

#include "runtime/platform/file.h"
#include "runtime/platform/process.h"

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace emblem::platform;

// Names that a signal removes. Who finds no place is not removed by signals.
static constexpr int mostNames = 32;
static std::atomic<const char *> names[mostNames];
static std::atomic<bool> areSignalsCaught;

void emblem::platform::removeUnfinishedFiles() {
  for (std::atomic<const char *> &name : names)
    if (const char *path = name.exchange(nullptr))
      ::unlink(path);
}

static void rememberName(const char *path) {
  if (!areSignalsCaught.exchange(true))
    callBeforeEnd(removeUnfinishedFiles);
  for (std::atomic<const char *> &name : names) {
    const char *none = nullptr;
    if (name.compare_exchange_strong(none, path))
      return;
  }
}

void NewFile::forgetName() {
  for (std::atomic<const char *> &name : names) {
    const char *own = temporary;
    name.compare_exchange_strong(own, nullptr);
  }
  temporary[0] = 0;
  named = false;
}

/// How long the folder of `path` is, its slash included.
static int folderLength(const char *path) {
  const char *slash = std::strrchr(path, '/');
  return slash ? int(slash + 1 - path) : 0;
}

/// A name in the folder of `path` that nobody else has.
static bool writeRandomName(const char *path, char (&name)[4096]) {
  uint64_t bits = 0;
  if (::getrandom(&bits, sizeof(bits), 0) != ssize_t(sizeof(bits)))
    return false;
  const int length =
      std::snprintf(name, sizeof(name), "%.*s.emblem-%016llx.tmp",
                    folderLength(path), path, (unsigned long long)bits);
  if (length > 0 && size_t(length) < sizeof(name))
    return true;
  errno = ENAMETOOLONG;
  return false;
}

static void writeLink(int file, char (&link)[64]) {
  std::snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
}

/// A file without a name, that can be given one; -1: not here.
static int createUnnamed(const char *path) {
  char folder[4096];
  const int length = folderLength(path);
  if (size_t(length) >= sizeof(folder))
    return -1;
  std::snprintf(folder, sizeof(folder), "%.*s", length ? length : 1,
                length ? path : ".");
  const int file = ::open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
  char link[64];
  writeLink(file, link);
  if (file < 0 || ::access(link, F_OK) == 0)
    return file;
  ::close(file); // without /proc it could not be named
  return -1;
}

bool NewFile::createNamed(const char *path) {
  for (int attempt = 0; attempt < 8; ++attempt) {
    if (!writeRandomName(path, temporary))
      break;
    file = ::open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file >= 0) {
      named = true;
      rememberName(temporary);
      return true;
    }
    if (errno != EEXIST)
      break;
  }
  temporary[0] = 0;
  return false;
}

bool NewFile::create(const char *path, bool mustBeNamed) {
  discard();
  if (!mustBeNamed)
    file = createUnnamed(path);
  if (file < 0)
    return createNamed(path);
  std::snprintf(temporary, sizeof(temporary), "/proc/%d/fd/%d", int(::getpid()),
                file);
  return true;
}

void NewFile::allowToRun() {
  struct stat status;
  if (::fstat(file, &status) == 0)
    ::fchmod(file, (status.st_mode | (status.st_mode & 0444) >> 2) & 07777);
}

/// From no name to `path`, which may be another file's.
bool NewFile::nameIt(const char *path) {
  char link[64];
  writeLink(file, link);
  if (::linkat(AT_FDCWD, link, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0)
    return true;
  if (errno != EEXIST || !writeRandomName(path, temporary))
    return false;
  // No call replaces a name by a file that has none.
  named = true;
  rememberName(temporary);
  return ::linkat(AT_FDCWD, link, AT_FDCWD, temporary, AT_SYMLINK_FOLLOW) ==
             0 &&
         ::rename(temporary, path) == 0;
}

bool NewFile::keep(const char *path) {
  bool kept = named ? ::rename(temporary, path) == 0 : nameIt(path);
  int error = errno;
  if (kept)
    forgetName();
  // Network file systems report a full disk only here.
  if (!closeFile(file) && kept) {
    kept = false;
    error = errno;
  }
  file = -1;
  if (!kept)
    discard();
  errno = error;
  return kept;
}

void NewFile::discard() {
  if (file >= 0)
    ::close(file);
  file = -1;
  if (named)
    ::unlink(temporary);
  forgetName();
}
