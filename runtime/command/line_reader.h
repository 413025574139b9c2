//===- line_reader.h - Lines of any length from a descriptor ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_LINE_READER_H
#define EMBLEM_RUNTIME_COMMAND_LINE_READER_H

#include <cstddef>
#include <string_view>
#include <vector>

namespace emblem::command {

/// Splits what a file descriptor gives at each "\n", "\r\n" or "\r", as Python's
/// open() does, and changes nothing else: zero bytes belong to their line. A
/// last line needs no end. The memory is one buffer, as long as the longest
/// line.
class LineReader {
public:
  /// Does not own the descriptor.
  explicit LineReader(int descriptor) : descriptor(descriptor) {}

  /// The next line, without its end, valid until the next call. Waits for it.
  /// False at the end, or when reading fails: then error() is not 0.
  bool next(std::string_view &line);

  /// Whether next() would return without waiting for more input.
  bool ready();

  /// The errno of the read that failed, or 0.
  int error() const { return failure; }

private:
  /// Looks for an end where no call has looked before.
  bool findLineEnd();
  void readMore();

  int descriptor;
  int failure = 0;
  bool ended = false;
  std::vector<char> buffer;
  size_t begin = 0;       // of what next() has not returned yet
  size_t end = 0;         // of what has been read
  size_t scanned = 0;     // no end in [begin, scanned)
  size_t feed = 0;        // no '\n' in [scanned, feed)
  bool skipsFeed = false; // the last line's end was '\r', and may have a '\n'
};

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_LINE_READER_H
