//===- checksum.h - A checksum against damage -------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// At the speed of memory, for files of gigabytes. Whatever changes within one
// word of 8 bytes is always found, anything else but once in 2^64; who wants to
// can make two files of one checksum. A header alone: the compiler writes what
// the program checks.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_CHECKSUM_H
#define EMBLEM_RUNTIME_COMMAND_CHECKSUM_H

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace emblem::command {

class Checksum {
public:
  /// Bytes that follow those before: how they are divided among calls does not
  /// matter.
  void add(const void *bytes, size_t size) {
    const char *from = static_cast<const char *>(bytes);
    total += size;
    while (size > 0) {
      if (held == 0 && size >= sizeof(block)) {
        mix(from);
        from += sizeof(block);
        size -= sizeof(block);
        continue;
      }
      const size_t room = sizeof(block) - held;
      const size_t taken = size < room ? size : room;
      std::memcpy(block + held, from, taken);
      held += taken;
      from += taken;
      size -= taken;
      if (held == sizeof(block)) {
        mix(block);
        held = 0;
      }
    }
  }

  uint64_t value() const {
    Checksum whole = *this;
    std::memset(whole.block + held, 0, sizeof(block) - held);
    whole.mix(whole.block);
    uint64_t sum = total;
    for (uint64_t lane : whole.lanes)
      sum = step(sum, lane);
    return sum;
  }

private:
  // Half of splitmix64 (Steele et al., 2014), whose numbers these are. Each step
  // is one to one in either operand.
  static uint64_t step(uint64_t lane, uint64_t word) {
    uint64_t mixed = (lane ^ word) * 0xBF58476D1CE4E5B9;
    mixed ^= mixed >> 32;
    return mixed * 0x94D049BB133111EB + 0x9E3779B97F4A7C15;
  }

  void mix(const char *from) {
    for (int i = 0; i < 4; ++i) {
      uint64_t word;
      std::memcpy(&word, from + 8 * i, sizeof(word));
      lanes[i] = step(lanes[i], word);
    }
  }

  uint64_t lanes[4] = {1, 2, 3, 4};
  uint64_t total = 0;
  char block[32] = {};
  size_t held = 0; // bytes of the block
};

/// The last bytes of a program, and of a shared library.
struct ProgramFooter {
  static constexpr char mark[8] = {'E', 'M', 'B', 'L', 'S', 'U', 'M', 1};

  char magic[8];
  uint64_t checksum; // of all bytes before the footer
};

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_CHECKSUM_H
