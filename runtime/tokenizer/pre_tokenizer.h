//===- pre_tokenizer.h - From text to words ---------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TOKENIZER_PRE_TOKENIZER_H
#define EMBLEM_RUNTIME_TOKENIZER_PRE_TOKENIZER_H

#include "runtime/tokenizer/normalizer.h"
#include "runtime/tokenizer/pattern_scan.h"
#include "runtime/tokenizer/word_encoder.h"

namespace emblem::runtime {

/// Runs a tokenizer's word steps, each on every piece of text that the one
/// before it made, and hands the last one's to the model.
class PreTokenizer {
public:
  /// The pieces that rewriting steps have made of a piece of text.
  using Rewritten = Buffer<uint8_t>[maxRewrites];

  /// `trace`: where what is rewritten comes from; or null.
  PreTokenizer(const TokenizerHeader &header, Rewritten &rewritten,
               WordEncoder &model, TextTrace *trace)
      : header(header), steps(sectionData<WordStep>(header, header.wordSteps)),
        end(steps + header.wordSteps.count), rewritten(rewritten), model(model),
        trace(trace) {}

  /// `atStart`: the whole text starts here.
  Flow run(TextSpan text, bool atStart) {
    return runSteps(steps, 0, text, atStart);
  }

  /// The most bytes that a text of `textBytes` becomes, and memory for it.
  static bool reserve(const TokenizerHeader &header, size_t &textBytes,
                      Rewritten &rewritten);

private:
  Flow runSteps(const WordStep *step, uint32_t rewrites, TextSpan text,
                bool atStart);
  Flow split(const WordStep &step, uint32_t rewrites, TextSpan text,
             bool atStart);
  bool rewrite(const WordStep &step, uint32_t index, TextSpan &text,
               bool atStart);
  bool traceRewrite(const WordStep &step, uint32_t index, TextSpan from,
                    TextSpan to);

  const TokenizerHeader &header;
  const WordStep *steps, *end;
  Rewritten &rewritten;
  WordEncoder &model;
  TextTrace *trace;
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TOKENIZER_PRE_TOKENIZER_H
