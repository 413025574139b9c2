//===- output_file.cpp - Output that is whole, or not there ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/output_file.h"

#include "runtime/command/diagnostics.h"

#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace emblem::command {

static constexpr size_t bufferSize = 64 << 10;

/// The name that the signal handler takes away; null: none.
static const char *volatile unfinishedPath = nullptr;

static void removeUnfinished(int signal) {
  if (unfinishedPath)
    ::unlink(unfinishedPath);
  // The action was reset when this was called: now the signal ends us.
  ::raise(signal);
}

static void removeOnSignals(const char *path) {
  unfinishedPath = path;
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action = {};
    // A signal that is ignored (nohup) stays ignored.
    if (::sigaction(signal, nullptr, &action) == 0 &&
        action.sa_handler == SIG_DFL) {
      action.sa_handler = removeUnfinished;
      action.sa_flags = SA_RESETHAND;
      ::sigaction(signal, &action, nullptr);
    }
  }
}

OutputFile::~OutputFile() {
  if (!temporaryPath.empty()) {
    ::unlink(temporaryPath.c_str());
    unfinishedPath = nullptr;
  }
  if (owned)
    ::close(descriptor);
}

bool OutputFile::open(const char *name) {
  buffer.reserve(bufferSize);
  if (!name || std::string_view(name) == "-") {
    path = "standard output";
    descriptor = STDOUT_FILENO;
    // A file opened for appending takes every write at its end.
    int flags = ::fcntl(descriptor, F_GETFL);
    struct stat status;
    if (flags >= 0 && !(flags & O_APPEND) &&
        ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode))
      start = ::lseek(descriptor, 0, SEEK_CUR);
    return true;
  }

  path = name;
  struct stat status;
  bool exists = ::stat(name, &status) == 0;
  if (exists && ::access(name, W_OK) != 0) {
    // rename() would replace it all the same.
  } else if (exists && !S_ISREG(status.st_mode)) {
    // A device or a named pipe is written as it is.
    descriptor = ::open(name, O_WRONLY | O_CLOEXEC);
  } else {
    // A link goes on pointing to the file.
    if (char *target = exists ? ::realpath(name, nullptr) : nullptr) {
      path = target;
      ::free(target);
    }
    temporaryPath = path + "." + std::to_string(::getpid()) + ".part";
    descriptor = ::open(temporaryPath.c_str(),
                        O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0) {
      removeOnSignals(temporaryPath.c_str());
      start = 0;
      if (exists)
        ::fchmod(descriptor, status.st_mode & 07777);
    } else {
      temporaryPath.clear();
    }
  }
  owned = descriptor >= 0;
  if (!owned)
    failure = errno;
  return owned;
}

bool OutputFile::openTemporary() {
  buffer.reserve(bufferSize);
  const char *folder = ::getenv("TMPDIR");
  if (!folder || !*folder)
    folder = "/tmp";
  path = std::string("a temporary file in ") + folder;
  std::string name = std::string(folder) + "/emblem.XXXXXX";
  descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  owned = descriptor >= 0;
  if (owned) {
    ::unlink(name.c_str());
    start = 0;
  } else {
    failure = errno;
  }
  return owned;
}

void OutputFile::writeThrough(const char *bytes, size_t size) {
  while (size > 0 && !failure) {
    ssize_t count = ::write(descriptor, bytes, size);
    if (count < 0 && errno != EINTR)
      failure = errno;
    if (count > 0) {
      bytes += count;
      size -= count;
    }
  }
}

void OutputFile::write(const void *bytes, size_t size) {
  const char *data = static_cast<const char *>(bytes);
  if (buffer.size() + size > bufferSize)
    flush();
  if (size > bufferSize)
    return writeThrough(data, size);
  buffer.insert(buffer.end(), data, data + size);
}

void OutputFile::print(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  write(formatText(format, arguments));
  va_end(arguments);
}

bool OutputFile::flush() {
  writeThrough(buffer.data(), buffer.size());
  buffer.clear();
  return !failure;
}

void OutputFile::patch(int64_t offset, const void *bytes, size_t size) {
  if (!flush())
    return;
  ssize_t count = ::pwrite(descriptor, bytes, size, start + offset);
  if (count != static_cast<ssize_t>(size))
    failure = count < 0 ? errno : EIO;
}

void OutputFile::append(OutputFile &source) {
  source.flush();
  takeFailure(source);
  std::vector<char> block(bufferSize);
  for (int64_t offset = 0; !failure;) {
    ssize_t count =
        ::pread(source.descriptor, block.data(), block.size(), offset);
    if (count == 0)
      return;
    if (count < 0) {
      failure = errno;
      return;
    }
    write(block.data(), count);
    offset += count;
  }
}

void OutputFile::takeFailure(const OutputFile &source) {
  if (source.failure && !failure) {
    failure = source.failure;
    path = source.path;
  }
}

bool OutputFile::commit() {
  if (!flush())
    return false;
  if (owned) {
    owned = false;
    // Network file systems report a full disk only here.
    if (::close(descriptor) != 0)
      failure = errno;
  }
  if (!temporaryPath.empty() && !failure) {
    if (::rename(temporaryPath.c_str(), path.c_str()) != 0) {
      failure = errno;
    } else {
      temporaryPath.clear();
      unfinishedPath = nullptr;
    }
  }
  return !failure;
}

int OutputFile::finish() {
  if (commit())
    return 0;
  if (failure == EPIPE)
    return 1;
  return badInput("cannot write %s: %s", path.c_str(), strerror(failure));
}

} // namespace emblem::command
