//===- byte_pair.h - Merging neighbours -------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TOKENIZER_BYTE_PAIR_H
#define EMBLEM_RUNTIME_TOKENIZER_BYTE_PAIR_H

#include "runtime/tokenizer/buffer.h"
#include "runtime/tokenizer/id_list.h"
#include "runtime/tokenizer/normalizer.h"
#include "runtime/tokenizer/table_view.h"

namespace emblem::runtime {

/// A token, and its neighbours in the same word by index, -1 where it has none.
struct BytePairSymbol {
  int32_t id; // noToken: merged into the one before
  int32_t previous, next;
};

struct BytePairScratch {
  Buffer<BytePairSymbol> symbols;
  Buffer<uint64_t> queue; // a heap of rank << 32 | index of the left symbol
  Buffer<int32_t>
      lengths; // of symbols, in bytes of the text; where it is traced
};

/// Byte-pair encoding (Sennrich et al., arXiv:1508.07909): of all neighbours
/// that merge, those of the lowest rank do, the leftmost first, until none are
/// left. Takes time of n log n in the length of a word.
class BytePair {
public:
  BytePair(const TokenizerHeader &header, BytePairScratch &scratch, IdList &out)
      : model(header.model), units(sectionData<uint32_t>(header, header.trie)),
        byteIds(model.byteIds.count
                    ? sectionData<int32_t>(header, model.byteIds)
                    : nullptr),
        merges(sectionData<Merge>(header, model.merges)),
        mask(uint32_t(model.merges.count) - 1), scratch(scratch), out(out) {}

  /// Room for any word of `textBytes`. False: no memory.
  static bool reserve(size_t textBytes, BytePairScratch &scratch);

  Flow encode(TextSpan word);

private:
  Flow encodePart(TextSpan word);
  void readBytes(TextSpan word);
  void readCharacters(TextSpan word);
  bool readByteTokens(TextSpan character);
  void append(int32_t id, int32_t length);
  Flow pushTraced(TextSpan word);
  const Merge *find(int32_t left, int32_t right) const;
  void mergeFew();
  void mergeMany();
  void enqueue(int32_t left);

  const ModelTable &model;
  const uint32_t *units;
  const int32_t *byteIds; // or null
  const Merge *merges;
  uint32_t mask;
  BytePairScratch &scratch;
  IdList &out;
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TOKENIZER_BYTE_PAIR_H
