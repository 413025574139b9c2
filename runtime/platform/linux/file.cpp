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
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace emblem;

int platform::openToRead(const char *path) {
  return ::open(path, O_RDONLY | O_CLOEXEC);
}

int platform::openToWrite(const char *path) {
  return ::open(path, O_WRONLY | O_CLOEXEC);
}

static int createUnnamedFile(const char *folder) {
  if (const int file =
          ::open(folder, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
      file >= 0)
    return file;
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

static const char *namedFolder() {
  const char *folder = std::getenv("TMPDIR");
  return folder && *folder ? folder : nullptr;
}

const char *platform::temporaryFolder() {
  const char *folder = namedFolder();
  return folder ? folder : "/tmp";
}

int platform::createTemporaryFile() {
  const int file = createUnnamedFile(temporaryFolder());
  return file < 0 && !namedFolder() ? ::memfd_create("emblem", MFD_CLOEXEC)
                                    : file;
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
  status.changed =
      int64_t(from.st_mtim.tv_sec) * 1'000'000'000 + from.st_mtim.tv_nsec;
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

bool platform::hasRoom(int file) {
  pollfd output = {file, POLLOUT, 0};
  return ::poll(&output, 1, 0) > 0 && (output.revents & POLLOUT);
}

char *platform::followLinks(const char *path) {
  constexpr int mostLinks = 40; // as the system has it
  char name[PATH_MAX], link[PATH_MAX], joined[PATH_MAX];
  int length = std::snprintf(name, sizeof(name), "%s", path);
  for (int i = 0; i < mostLinks && length < int(sizeof(name)); ++i) {
    const ssize_t bytes = ::readlink(name, link, sizeof(link) - 1);
    if (bytes < 0)
      return ::strdup(name);
    link[bytes] = 0;
    const char *slash = std::strrchr(name, '/');
    const int folder = link[0] != '/' && slash ? int(slash + 1 - name) : 0;
    length =
        std::snprintf(joined, sizeof(joined), "%.*s%s", folder, name, link);
    std::snprintf(name, sizeof(name), "%s", joined);
  }
  errno = ELOOP;
  return nullptr;
}
