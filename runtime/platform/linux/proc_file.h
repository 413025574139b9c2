//===- proc_file.h - A file of the kernel, line by line ---------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_PLATFORM_LINUX_PROC_FILE_H
#define EMBLEM_RUNTIME_PLATFORM_LINUX_PROC_FILE_H

#include <cstddef>
#include <fcntl.h>
#include <unistd.h>

namespace emblem::platform {

/// Reads a small file of the kernel without allocating.
class ProcFile {
public:
  /// A file that cannot be opened reads as empty.
  explicit ProcFile(const char *path)
      : file(::open(path, O_RDONLY | O_CLOEXEC)) {}
  ~ProcFile() {
    if (file >= 0)
      ::close(file);
  }
  ProcFile(const ProcFile &) = delete;
  ProcFile &operator=(const ProcFile &) = delete;

  /// The next line without its end, cut to `size` - 1 characters; false at the
  /// end of the file.
  bool next(char *line, size_t size) {
    size_t length = 0;
    bool any = false;
    for (char c; take(c);) {
      any = true;
      if (c == '\n')
        break;
      if (length + 1 < size)
        line[length++] = c;
    }
    line[length] = 0;
    return any;
  }

private:
  bool take(char &c) {
    if (at == end) {
      const ssize_t bytes = file < 0 ? 0 : ::read(file, buffer, sizeof(buffer));
      if (bytes <= 0)
        return false;
      at = 0;
      end = size_t(bytes);
    }
    c = buffer[at++];
    return true;
  }

  int file;
  size_t at = 0, end = 0;
  char buffer[1024];
};

} // namespace emblem::platform

#endif // EMBLEM_RUNTIME_PLATFORM_LINUX_PROC_FILE_H
