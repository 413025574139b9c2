//===- line_reader.cpp - Lines of any length from a descriptor ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/line_reader.h"

#include "runtime/platform/file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace emblem::command {

bool LineReader::findLineEnd() {
  if (skipsFeed && begin < end) {
    skipsFeed = false;
    if (buffer[begin] == '\n')
      scanned = ++begin;
  }
  // Where '\n' comes next is kept: a file with '\r' alone is read once.
  feed = std::max(feed, scanned);
  if (feed < end && buffer[feed] != '\n') {
    const void *found = memchr(buffer.data() + feed, '\n', end - feed);
    feed = found ? static_cast<const char *>(found) - buffer.data() : end;
  }
  if (scanned < feed) {
    const void *found = memchr(buffer.data() + scanned, '\r', feed - scanned);
    scanned = found ? static_cast<const char *>(found) - buffer.data() : feed;
  }
  return scanned < end;
}

void LineReader::readMore() {
  constexpr size_t blockSize = 64 << 10;
  if (begin > 0) {
    // What is left is a part of one line: moving it is cheap.
    memmove(buffer.data(), buffer.data() + begin, end - begin);
    scanned -= begin;
    feed -= std::min(feed, begin);
    end -= begin;
    begin = 0;
  }
  if (buffer.size() - end < blockSize)
    buffer.resize(buffer.size() * 2 > blockSize ? buffer.size() * 2
                                                : blockSize);
  const int64_t count =
      platform::readFile(descriptor, buffer.data() + end, buffer.size() - end);
  if (count > 0) {
    end += count;
    return;
  }
  ended = true;
  if (count < 0)
    failure = errno;
}

bool LineReader::next(std::string_view &line) {
  while (!findLineEnd() && !ended)
    readMore();
  if (failure)
    return false;
  bool hasEnd = scanned < end;
  if (!hasEnd && begin == end)
    return false;
  line = {buffer.data() + begin, scanned - begin};
  skipsFeed = hasEnd && buffer[scanned] == '\r';
  begin = scanned = scanned + hasEnd;
  return true;
}

bool LineReader::ready() {
  while (!findLineEnd() && !ended) {
    if (!platform::hasInput(descriptor))
      return false;
    readMore();
  }
  return true;
}

} // namespace emblem::command
