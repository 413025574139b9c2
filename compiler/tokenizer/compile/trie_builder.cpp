//===- trie_builder.cpp - A double array from strings ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/compile/trie_builder.h"

#include "runtime/tokenizer/tokenizer_tables.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <deque>

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::runtime;

static constexpr uint32_t blockSize = 256;
// More pack a little tighter and take longer.
static constexpr unsigned maxMisses = 32;

/// A prefix that keys [first, last) share, `depth` bytes long. `unit` is where
/// its base goes.
struct TrieBuilder::Node {
  size_t first, last, depth;
  uint32_t unit;
};

static constexpr uint32_t noUnit = 0xFFFFFFFF;

uint32_t TrieBuilder::add(std::vector<Key> keys) {
  llvm::sort(keys);
  uint32_t root = 0;
  // Breadth first: what every word passes through lies together.
  std::deque<Node> nodes{{0, keys.size(), 0, noUnit}};
  while (!nodes.empty()) {
    Node node = nodes.front();
    nodes.pop_front();

    // A key that ends here sorts first, and has the label 0.
    SmallVector<uint8_t> labels;
    SmallVector<size_t> starts;
    for (size_t i = node.first; i < node.last; ++i) {
      StringRef key = keys[i].first;
      uint8_t label = node.depth < key.size() ? uint8_t(key[node.depth]) : 0;
      if (labels.empty() || labels.back() != label) {
        labels.push_back(label);
        starts.push_back(i);
      }
    }
    starts.push_back(node.last);

    uint32_t base = placeChildren(labels);
    if (node.unit == noUnit)
      root = base;
    else
      units[node.unit] |= base << trieBaseShift;
    for (auto [index, label] : enumerate(labels)) {
      uint32_t unit = base ^ label;
      if (label == 0) {
        units[unit] = trieLeaf | uint32_t(keys[starts[index]].second);
        units[node.unit] |= trieTerminal;
        continue;
      }
      units[unit] = label;
      nodes.push_back({starts[index], starts[index + 1], node.depth + 1, unit});
    }
  }
  return root;
}

bool TrieBuilder::fits() const { return units.size() <= trieBaseMask + 1; }

// Finds a base that no other node has, with room for all the labels, and takes
// it. Bases being unique, a unit's label alone tells whose child it is.
uint32_t TrieBuilder::placeChildren(ArrayRef<uint8_t> labels) {
  std::optional<uint32_t> base;
  for (OpenBlock &block : openBlocks) {
    base = findBase(block.index, labels);
    if (base)
      break;
    ++block.misses;
  }
  // Blocks that are nearly full are searched for nothing.
  llvm::erase_if(openBlocks, [](const OpenBlock &block) {
    return block.misses > maxMisses;
  });
  if (!base) {
    addBlock();
    base = findBase(openBlocks.back().index, labels);
  }
  baseTaken[*base] = true;
  for (uint8_t label : labels)
    unitTaken[*base ^ label] = true;
  return *base;
}

std::optional<uint32_t> TrieBuilder::findBase(uint32_t block,
                                              ArrayRef<uint8_t> labels) const {
  for (uint32_t base = block * blockSize, end = base + blockSize; base < end;
       ++base)
    if (!baseTaken[base] &&
        none_of(labels, [&](uint8_t label) { return unitTaken[base ^ label]; }))
      return base;
  return std::nullopt;
}

void TrieBuilder::addBlock() {
  openBlocks.push_back({uint32_t(units.size() / blockSize), 0});
  // An unused unit is a leaf, which follows no byte.
  units.resize(units.size() + blockSize, trieLeaf);
  unitTaken.resize(units.size());
  baseTaken.resize(units.size());
}
