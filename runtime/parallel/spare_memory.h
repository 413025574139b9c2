//===- spare_memory.h - Memory kept from one use to the next ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_PARALLEL_SPARE_MEMORY_H
#define EMBLEM_RUNTIME_PARALLEL_SPARE_MEMORY_H

#include "runtime/parallel/heap_array.h"

#include <atomic>
#include <cstdint>

namespace emblem::runtime {

/// One block that its last user left, for the next: malloc gives large ones
/// back to the system, and their pages' faults take longer than many a use.
class SpareMemory {
  struct alignas(64) Block {
    size_t bytes; // of the lines behind it
  };

public:
  SpareMemory() = default;
  SpareMemory(const SpareMemory &) = delete;
  SpareMemory &operator=(const SpareMemory &) = delete;
  ~SpareMemory() { std::free(kept.load()); }

  /// What a larger use had is not kept.
  static constexpr size_t mostKept = size_t(4) << 20;

  /// A block, from any thread, until this goes.
  class Use {
  public:
    explicit Use(SpareMemory &owner) : owner(owner) {}
    Use(const Use &) = delete;
    Use &operator=(const Use &) = delete;
    ~Use() {
      if (block && block->bytes <= mostKept)
        block = owner.kept.exchange(block, std::memory_order_acq_rel);
      std::free(block);
    }

    /// `bytes` at a multiple of 64; null: there is no memory. Once only.
    void *get(size_t bytes) {
      block = owner.kept.exchange(nullptr, std::memory_order_acquire);
      if (!block || block->bytes < bytes) {
        std::free(block);
        block = allocateFor<Block>(2 + bytes / sizeof(Block));
        if (!block)
          return nullptr;
        block->bytes = bytes;
      }
      return block + 1;
    }

  private:
    SpareMemory &owner;
    Block *block = nullptr;
  };

private:
  std::atomic<Block *> kept{nullptr};
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_PARALLEL_SPARE_MEMORY_H
