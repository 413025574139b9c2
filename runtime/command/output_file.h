//===- output_file.h - Output that is whole, or not there -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_OUTPUT_FILE_H
#define EMBLEM_RUNTIME_COMMAND_OUTPUT_FILE_H

#include "runtime/platform/new_file.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace emblem::command {

/// Buffered bytes to standard output or to a file. A regular file gets its
/// name only in commit(), and what is not committed leaves nothing behind
/// (platform::NewFile).
///
/// After the first failure nothing more is written, and error() says why.
class OutputFile {
public:
  OutputFile() = default;
  OutputFile(const OutputFile &) = delete;
  OutputFile &operator=(const OutputFile &) = delete;
  ~OutputFile();

  /// Writes to `path`, or where it is null or "-", to standard output.
  bool open(const char *path);
  /// Writes to a file without a name, in $TMPDIR or /tmp.
  bool openTemporary();

  void write(const void *bytes, size_t size);
  void write(std::string_view text) { write(text.data(), text.size()); }
  [[gnu::format(printf, 2, 3)]] void print(const char *format, ...);

  /// Hands everything to the system. False: some write has failed.
  bool flush();
  /// flush(), and gives the file its name.
  bool commit();
  /// commit(). Returns an exit code: 0, or 1 after a sentence on standard
  /// error, which a closed pipe does not need.
  int finish();

  /// Whether patch() can rewrite what has been written.
  bool seekable() const { return start >= 0; }
  /// Rewrites bytes, `offset` bytes from the first one that was written here.
  void patch(int64_t offset, const void *bytes, size_t size);
  /// Appends everything that `source`, a temporary file, holds.
  void append(OutputFile &source);
  /// Fails as `source` has failed, if it has.
  void takeFailure(const OutputFile &source);

  bool failed() const { return failure != 0; }
  int error() const { return failure; }

private:
  void writeThrough(const char *bytes, size_t size);

  int descriptor = -1;
  bool owned = false;
  int failure = 0;
  int64_t start = -1;        // where the descriptor stood at first; -1: a pipe
  std::string path;          // the file's name after commit(), or what it is
  platform::NewFile newFile; // which the descriptor is of, until then
  std::vector<char> buffer;
};

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_OUTPUT_FILE_H
