//===- unigram.h - The most probable pieces ---------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TOKENIZER_UNIGRAM_H
#define EMBLEM_RUNTIME_TOKENIZER_UNIGRAM_H

#include "runtime/tokenizer/buffer.h"
#include "runtime/tokenizer/id_list.h"
#include "runtime/tokenizer/normalizer.h"
#include "runtime/tokenizer/table_view.h"

namespace emblem::runtime {

/// The best way to the text's place that this node stands for.
struct UnigramNode {
  double score;  // of all its pieces, summed from the left
  int32_t start; // where its last piece starts; -1: no way was found yet
  int32_t id;    // of that piece
};

/// The pieces whose scores have the largest sum (Kudo, arXiv:1804.10959), by
/// Viterbi's algorithm; of equal sums, the one that was found first. Takes time
/// linear in a text, times the longest piece.
class Unigram {
public:
  Unigram(const TokenizerHeader &header, Buffer<UnigramNode> &nodes,
          IdList &out)
      : model(header.model), units(sectionData<uint32_t>(header, header.trie)),
        scores(sectionData<double>(header, model.scores)),
        byteIds(model.byteIds.count
                    ? sectionData<int32_t>(header, model.byteIds)
                    : nullptr),
        nodes(nodes), out(out) {}

  /// Room for any word of `textBytes`. False: no memory.
  static bool reserve(size_t textBytes, Buffer<UnigramNode> &nodes);

  Flow encode(TextSpan word);

private:
  void findBestPath(TextSpan word);
  Flow pushUnknown(TextSpan part);

  const ModelTable &model;
  const uint32_t *units;
  const double *scores;
  const int32_t *byteIds;     // or null
  Buffer<UnigramNode> &nodes; // one for each byte, and the end
  IdList &out;
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TOKENIZER_UNIGRAM_H
