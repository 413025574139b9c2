//===- output_file.cpp - Output that is whole, or not there ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/output_file.h"

#include "runtime/command/diagnostics.h"
#include "runtime/platform/file.h"

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace emblem::command {

static constexpr size_t bufferSize = 64 << 10;

OutputFile::~OutputFile() {
  if (owned)
    platform::closeFile(descriptor);
}

bool OutputFile::open(const char *name) {
  buffer.reserve(bufferSize);
  if (!name || std::string_view(name) == "-") {
    path = "standard output";
    descriptor = platform::standardOutput;
    platform::FileStatus status;
    if (!platform::appends(descriptor) &&
        platform::statusOf(descriptor, status) &&
        status.kind == platform::FileKind::Regular)
      start = platform::positionOf(descriptor);
    return true;
  }

  path = name;
  platform::FileStatus status;
  const bool exists = platform::statusOf(name, status);
  if (exists && !platform::isWritable(name)) {
    // A new file would take its place all the same.
  } else if (exists && status.kind != platform::FileKind::Regular) {
    // A device or a named pipe is written as it is.
    descriptor = platform::openToWrite(name);
    owned = descriptor >= 0;
  } else if (char *target = platform::followLinks(name)) {
    // A link goes on pointing to the file.
    path = target;
    ::free(target);
    if (newFile.create(path.c_str())) {
      descriptor = newFile.descriptor();
      start = 0;
      if (exists)
        platform::setPermissions(descriptor, status.permissions);
    }
  }
  if (descriptor < 0)
    failure = errno;
  return descriptor >= 0;
}

bool OutputFile::openTemporary() {
  buffer.reserve(bufferSize);
  path = std::string("a temporary file in ") + platform::temporaryFolder();
  descriptor = platform::createTemporaryFile();
  owned = descriptor >= 0;
  if (owned)
    start = 0;
  else
    failure = errno;
  return owned;
}

void OutputFile::writeThrough(const char *bytes, size_t size) {
  while (size > 0 && !failure) {
    const int64_t count = platform::writeFile(descriptor, bytes, size);
    if (count < 0) {
      failure = errno;
      return;
    }
    bytes += count;
    size -= count;
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
  const int64_t count =
      platform::writeFileAt(descriptor, bytes, size, start + offset);
  if (count != static_cast<int64_t>(size))
    failure = count < 0 ? errno : EIO;
}

void OutputFile::append(OutputFile &source) {
  source.flush();
  takeFailure(source);
  std::vector<char> block(bufferSize);
  for (int64_t offset = 0; !failure;) {
    const int64_t count = platform::readFileAt(source.descriptor, block.data(),
                                               block.size(), offset);
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
    if (!platform::closeFile(descriptor))
      failure = errno;
  }
  if (newFile.descriptor() >= 0 && !failure && !newFile.keep(path.c_str()))
    failure = errno;
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
