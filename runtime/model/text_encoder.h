//===- text_encoder.h - Texts to token ids, on threads ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_MODEL_TEXT_ENCODER_H
#define EMBLEM_RUNTIME_MODEL_TEXT_ENCODER_H

#include "emblem/emblem.h"
#include "runtime/parallel/heap_array.h"
#include "runtime/parallel/mapped_memory.h"
#include "runtime/parallel/mutex.h"
#include "runtime/parallel/thread_pool.h"
#include "runtime/tokenizer/tokenizer.h"

#include <atomic>

struct EmblemModelTable;

namespace emblem::runtime {

/// Whether the tokens of a text's prompt are not pooled.
bool leavesPromptsOut(const EmblemModelTable &table);

/// Where texts are cut.
struct CutRules {
  int64_t mostTokens = INT64_MAX; // at most what the model takes
  CutSide side = CutSide::OfTokenizer;
};

/// A model's tokenizer with the working memory of each thread. Texts are
/// encoded a wave at a time, and each gets room for as many ids as a text may
/// have.
class TextEncoder {
public:
  /// Where the table has no tokenizer this is right, and available() is false.
  EmblemStatus open(const EmblemModelTable &table, int threads);

  bool available() const { return opened; }

  /// Where it is available.
  const Tokenizer &getTokenizer() const { return tokenizer; }

  /// The id that each text ends with; -1: there is none, or none is known.
  int32_t endId() const { return opened ? tokenizer.endId() : -1; }

  /// The padding that the model is not shown at a text's end; -1: there is
  /// none, or none is known.
  int32_t trailingPadding() const {
    return opened ? tokenizer.trailingPadding() : -1;
  }
  /// How many of the ids the model is shown; of any, one at least.
  int64_t countShown(const int32_t *ids, int64_t count) const {
    while (count > 1 && ids[count - 1] == trailingPadding())
      --count;
    return count;
  }

  /// Texts that one wave takes at most.
  int64_t waveSize() const { return wave; }

  /// Encodes `count` texts (EmblemText) or pairs (EmblemPair), at most
  /// waveSize(), on the caller's thread where they are short, else on `pool` or
  /// with the options' parallel_for.
  template <typename InputT>
  void encode(const InputT *texts, int64_t count, ThreadPool &pool,
              const EmblemOptions &options, CutRules rules = {});

  /// Of text `i` of the wave.
  const Encoding &encoding(int64_t i) const { return encodings[i]; }
  const int32_t *ids(int64_t i) const { return waveIds + i * maxTokens; }
  /// Of pair `i`; null for a text.
  const int32_t *types(int64_t i) const {
    return waveTypes ? waveTypes + i * maxTokens : nullptr;
  }

  /// How many of the text's ids, of `count`, are of the prompt that it begins
  /// with, the longest, and are not pooled: never all of them.
  int64_t promptTokens(EmblemText text, int64_t count) const;

  /// One text or pair, as it is handed over while it lasts; `types` are of a
  /// pair, `places` where they are asked for, else null.
  struct EncodedText {
    const int32_t *ids, *types;
    const TokenPlace *places;
    Encoding encoding;
  };
  /// One text or pair, beside the waves and from any thread.
  using Use = void (*)(void *context, const EncodedText &text);
  template <typename InputT>
  void encodeOne(InputT text, CutRules rules, bool places, Use use,
                 void *context);

private:
  /// Makes every thread's working memory large enough for texts of up to
  /// `textBytes`. False: not for all of them.
  bool reserve(size_t textBytes);
  Encoding encode(EmblemText text, CutRules rules, int32_t *ids, int32_t *types,
                  TokenPlace *places, Tokenizer::Scratch &scratch) const;
  Encoding encode(EmblemPair pair, CutRules rules, int32_t *ids, int32_t *types,
                  TokenPlace *places, Tokenizer::Scratch &scratch) const;
  template <typename InputT> void encodeShare(int thread);

  bool countPromptTokens();

  Tokenizer tokenizer;
  const EmblemModelTable *table = nullptr;
  HeapArray<int64_t> promptCounts;
  const int64_t *tokensOfPrompts = nullptr; // null: they are pooled
  bool opened = false;                      // there is a tokenizer
  int threads = 1;
  int64_t maxTokens = 0;
  int64_t wave = 0;
  MappedMemory memory;
  int32_t *waveIds = nullptr;     // [wave, maxTokens]
  int32_t *singleIds = nullptr;   // [maxTokens]
  int32_t *waveTypes = nullptr;   // [wave, maxTokens], of pairs
  int32_t *singleTypes = nullptr; // [maxTokens], of a pair
  Encoding *encodings = nullptr;
  /// One a thread, and one for encodeOne.
  HeapArray<Tokenizer::Scratch> scratches;
  size_t reservedBytes = 0; // of a text that needs no more memory
  Mutex single;
  Buffer<TokenPlace> singlePlaces; // [maxTokens], once they are asked for

  const void *texts = nullptr; // EmblemText or EmblemPair
  int64_t count = 0;
  CutRules rules;
  alignas(cacheLine) std::atomic<int64_t> claimed{0};
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_MODEL_TEXT_ENCODER_H
