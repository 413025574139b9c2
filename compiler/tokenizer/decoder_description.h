//===- decoder_description.h - A tokenizer's decoder ------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The steps that make a text of tokens, by the names that `tokenizers` gives
// them.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_DECODER_DESCRIPTION_H
#define EMBLEM_COMPILER_TOKENIZER_DECODER_DESCRIPTION_H

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace emblem::frontend {

struct WordPieceDecoder {
  std::string prefix = "##";
  bool cleanup = true; // no space before marks, "n't" and their like
};
struct ByteLevelDecoder {};
struct MetaspaceDecoder {
  uint32_t replacement = 0x2581;
  bool dropsFirst = true; // no space where the first token begins
};
/// BPEDecoder: a suffix that ends words becomes a space.
struct SuffixDecoder {
  std::string suffix = "</w>";
};
struct ByteFallbackDecoder {};
struct FuseDecoder {};
struct StripDecoder {
  uint32_t content = 0;
  uint32_t start = 0, stop = 0; // at most so many times
};
struct ReplaceDecoder {
  std::string pattern;
  bool isRegex = false;
  std::string content;
};
/// A decoder that is not supported: nothing can be decoded.
struct UnknownDecoder {
  std::string name;
};

using DecoderPart =
    std::variant<WordPieceDecoder, ByteLevelDecoder, MetaspaceDecoder,
                 SuffixDecoder, ByteFallbackDecoder, FuseDecoder, StripDecoder,
                 ReplaceDecoder, UnknownDecoder>;
using DecoderParts = std::vector<DecoderPart>;

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_TOKENIZER_DECODER_DESCRIPTION_H
