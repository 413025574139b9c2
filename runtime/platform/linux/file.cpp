//===- file.cpp - Files, pipes and terminals ------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/platform/file.h"

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace emblem;

int platform::openToRead(const char *path) {
  return ::open(path, O_RDONLY | O_CLOEXEC);
}

int platform::openToWrite(const char *path) {
  return ::open(path, O_WRONLY | O_CLOEXEC);
}

int platform::createFile(const char *path) {
  return ::open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
}

int platform::createUnnamedFile(const char *folder) {
  char path[PATH_MAX];
  const int length =
      std::snprintf(path, sizeof(path), "%s/emblem.XXXXXX", folder);
  if (length < 0 || size_t(length) >= sizeof(path)) {
    errno = ENAMETOOLONG;
    return -1;
  }
  const int file = ::mkostemp(path, O_CLOEXEC);
  if (file >= 0)
    ::unlink(path);
  return file;
}

bool platform::closeFile(int file) { return ::close(file) == 0; }

/// Calls again what a signal has interrupted.
template <typename Call> static int64_t repeat(Call call) {
  int64_t result;
  do
    result = call();
  while (result < 0 && errno == EINTR);
  return result;
}

int64_t platform::readFile(int file, void *bytes, size_t size) {
  return repeat([=] { return ::read(file, bytes, size); });
}

int64_t platform::readFileAt(int file, void *bytes, size_t size,
                             int64_t offset) {
  return repeat([=] { return ::pread(file, bytes, size, offset); });
}

int64_t platform::writeFile(int file, const void *bytes, size_t size) {
  return repeat([=] { return ::write(file, bytes, size); });
}

int64_t platform::writeFileAt(int file, const void *bytes, size_t size,
                              int64_t offset) {
  return repeat([=] { return ::pwrite(file, bytes, size, offset); });
}

static bool read(int result, const struct stat &from,
                 platform::FileStatus &status) {
  if (result != 0)
    return false;
  using enum platform::FileKind;
  status.kind = S_ISREG(from.st_mode)   ? Regular
                : S_ISDIR(from.st_mode) ? Folder
                : S_ISCHR(from.st_mode) ? Device
                                        : Other;
  status.bytes = from.st_size;
  status.permissions = from.st_mode & 07777;
  return true;
}

bool platform::statusOf(const char *path, FileStatus &status) {
  struct stat from;
  const int result = ::stat(path, &from);
  return read(result, from, status);
}

bool platform::statusOf(int file, FileStatus &status) {
  struct stat from;
  const int result = ::fstat(file, &from);
  return read(result, from, status);
}

void platform::setPermissions(int file, uint32_t permissions) {
  ::fchmod(file, permissions);
}

bool platform::isReadable(const char *path) {
  return ::access(path, R_OK) == 0;
}

bool platform::isWritable(const char *path) {
  return ::access(path, W_OK) == 0;
}

bool platform::isTerminal(int file) { return ::isatty(file); }

bool platform::appends(int file) {
  const int flags = ::fcntl(file, F_GETFL);
  return flags >= 0 && (flags & O_APPEND);
}

int64_t platform::positionOf(int file) { return ::lseek(file, 0, SEEK_CUR); }

bool platform::hasInput(int file) {
  pollfd input = {file, POLLIN, 0};
  return ::poll(&input, 1, 0) > 0;
}

char *platform::followLinks(const char *path) {
  return ::realpath(path, nullptr);
}

const char *platform::temporaryFolder() {
  const char *folder = std::getenv("TMPDIR");
  return folder && *folder ? folder : "/tmp";
}

void platform::removeFile(const char *path) { ::unlink(path); }
