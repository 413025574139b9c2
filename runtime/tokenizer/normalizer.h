//===- normalizer.h - The steps of a normaliser -----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TOKENIZER_NORMALIZER_H
#define EMBLEM_RUNTIME_TOKENIZER_NORMALIZER_H

#include "runtime/tokenizer/buffer.h"
#include "runtime/tokenizer/table_view.h"
#include "runtime/tokenizer/token_place.h"

#include <span>

namespace emblem::runtime {

struct TextSpan {
  const uint8_t *begin, *end;

  size_t size() const { return size_t(end - begin); }
  bool empty() const { return begin == end; }
};

/// Runs a tokenizer's steps, each over the whole text. Its memory grows with
/// the texts seen and is kept.
class Normalizer {
public:
  /// `text` becomes what it is normalised to, in this object's memory or where
  /// it was, and `atStart` false where its first characters fell away. The map
  /// of `trace`, if there is one, becomes that of the result. False: no memory.
  bool run(const TokenizerHeader &header, TextSpan &text, bool &atStart,
           TextTrace *trace = nullptr);

  /// Makes `run` allocate nothing for any text of up to `textBytes`. False: no
  /// memory.
  bool reserve(const TokenizerHeader &header, size_t textBytes);

  /// The most bytes that a text of `textBytes` becomes.
  static size_t mostBytes(const TokenizerHeader &header, size_t textBytes);

  /// For combining marks that wait for their order.
  Buffer<uint64_t> &getMarks() { return marks; }

private:
  bool runStep(const TokenizerHeader &header, const NormalizerStep &step,
               Buffer<uint8_t> &out, TextSpan &text, bool &atStart,
               TextTrace *trace, Buffer<TextRange> *ranges);

  bool walk(const TokenizerHeader &header, const NormalizerStep &step,
            TextSpan text, uint8_t *&out, TextTrace *trace, TextRange *ranges);

  Buffer<uint8_t> texts[2]; // steps write to one and the other in turn
  Buffer<uint64_t> marks;
  Buffer<uint32_t> codePoints; // of a stretch that is composed
};

/// At most 2 marks come of each byte (U+0344 has two bytes, and is two).
inline constexpr size_t maxMarksPerByte = 2;

inline std::span<const NormalizerStep>
normalizerSteps(const TokenizerHeader &header) {
  return {sectionData<NormalizerStep>(header, header.normalizer),
          size_t(header.normalizer.count)};
}

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TOKENIZER_NORMALIZER_H
