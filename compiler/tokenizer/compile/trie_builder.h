//===- trie_builder.h - A double array from strings -------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_COMPILE_TRIE_BUILDER_H
#define EMBLEM_COMPILER_TOKENIZER_COMPILE_TRIE_BUILDER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace emblem::frontend {

/// Several tries in one array; runtime/tokenizer/tokenizer_tables.h has the
/// layout.
class TrieBuilder {
public:
  using Key = std::pair<llvm::StringRef, int32_t>;

  /// Adds a trie of `keys` (not empty, without the byte 0, each once; values
  /// from 0 up) and returns its root.
  uint32_t add(std::vector<Key> keys);

  /// False: some base did not fit its bits, and the units are of no use.
  bool fits() const;

  const std::vector<uint32_t> &getUnits() const { return units; }

private:
  struct Node;
  uint32_t placeChildren(llvm::ArrayRef<uint8_t> labels);
  std::optional<uint32_t> findBase(uint32_t block,
                                   llvm::ArrayRef<uint8_t> labels) const;
  void addBlock();

  /// A block of 256 units that may still have room.
  struct OpenBlock {
    uint32_t index;
    unsigned misses; // how many nodes found no place
  };

  std::vector<uint32_t> units;
  std::vector<uint8_t> unitTaken; // bytes: read more often than they are many
  std::vector<uint8_t> baseTaken;
  std::vector<OpenBlock> openBlocks;
};

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_TOKENIZER_COMPILE_TRIE_BUILDER_H
