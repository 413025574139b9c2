//===- memory.h - Global memory, buffer by buffer ---------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Each buffer has addresses of its own, 2^40 from the next, so that no mistake
// leads from one into another. A byte is known once somebody has written it.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_PTX_MACHINE_MEMORY_H
#define EMBLEM_TEST_GPU_PTX_MACHINE_MEMORY_H

#include "test/gpu/ptx_machine/faults.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace emblem::ptx {

/// Who accesses global memory: a launch's number and a block's, from 1 on.
struct Accessor {
  uint32_t launch = 1, block = 1;
};

/// Buffers come and go only while no kernel runs.
class GlobalMemory {
public:
  GlobalMemory() = default;
  GlobalMemory(const GlobalMemory &) = delete;
  GlobalMemory &operator=(const GlobalMemory &) = delete;

  /// The new buffer's address. Its bytes are unknown.
  uint64_t allocate(size_t bytes, bool writable = true);
  /// False if no buffer begins there.
  bool release(uint64_t address);
  /// Kernels may write it or not.
  void setWritable(uint64_t address, bool writable);

  /// The bytes of one buffer from `address` on, or nullptr if they are not
  /// wholly in one. For a host's copies.
  uint8_t *hostBytes(uint64_t address, size_t bytes);
  /// As hostBytes; the bytes are known afterwards.
  bool write(uint64_t address, const void *from, size_t bytes);
  /// Bytes from `address` on that nobody has written.
  size_t unknownBytes(uint64_t address, size_t bytes) const;

  /// The number of a launch that begins.
  uint32_t beginLaunch();

  /// A kernel's accesses, to addresses that are multiples of their sizes or of
  /// an alignment of their own. A race
  /// of two blocks shows at one of the two; accesses of less than a word are
  /// not followed. `to` gets 0xAA where the access is out of bounds.
  std::optional<FaultKind> load(uint64_t address, uint32_t bytes, void *to,
                                Accessor who, uint32_t alignment = 0);
  std::optional<FaultKind> store(uint64_t address, uint32_t bytes,
                                 const void *from, Accessor who);
  /// A read and a write that nothing comes between: `change` gets the bytes.
  template <typename Change>
  std::optional<FaultKind> update(uint64_t address, uint32_t bytes,
                                  Change change);
  /// Whether a read would be in bounds and aligned.
  std::optional<FaultKind> check(uint64_t address, uint32_t bytes,
                                 uint32_t alignment) const;

  size_t liveBytes() const { return live; }

private:
  struct Free {
    void operator()(void *memory) const { std::free(memory); }
  };
  using Bytes = std::unique_ptr<uint8_t[], Free>;
  using Marks = std::unique_ptr<uint32_t[], Free>;
  struct Buffer {
    Bytes data, known;
    /// For each word, who has read and written it last.
    Marks readers, writers;
    size_t bytes = 0;
    bool writable = true;
  };
  static Marks newMarks(size_t bytes);
  const Buffer *find(uint64_t address, size_t bytes) const;
  Buffer *find(uint64_t address, size_t bytes) {
    return const_cast<Buffer *>(std::as_const(*this).find(address, bytes));
  }

  std::deque<Buffer> buffers;
  size_t live = 0;
  uint32_t launches = 0;
  std::mutex updates;
};

template <typename Change>
std::optional<FaultKind> GlobalMemory::update(uint64_t address, uint32_t bytes,
                                              Change change) {
  if (std::optional<FaultKind> fault = check(address, bytes, bytes))
    return fault;
  Buffer *buffer = find(address, bytes);
  if (!buffer->writable)
    return FaultKind::ReadOnlyWrite;
  bool unknown = unknownBytes(address, bytes) > 0;
  std::lock_guard<std::mutex> lock(updates);
  change(hostBytes(address, bytes));
  return unknown ? std::optional(FaultKind::UnwrittenGlobal) : std::nullopt;
}

} // namespace emblem::ptx

#endif // EMBLEM_TEST_GPU_PTX_MACHINE_MEMORY_H
