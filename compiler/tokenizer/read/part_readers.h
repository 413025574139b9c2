//===- part_readers.h - The parts of tokenizer.json -------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Each reads one part. A component that is not known is refused by its name.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_READ_PART_READERS_H
#define EMBLEM_COMPILER_TOKENIZER_READ_PART_READERS_H

#include "compiler/tokenizer/read/json_fields.h"
#include "compiler/tokenizer/tokenizer_description.h"

#include "llvm/ADT/StringMap.h"

namespace emblem::frontend {

llvm::Error readNormalizer(const JsonFields &part, NormalizerParts &result);
llvm::Error readPreTokenizer(const JsonFields &part, PreTokenizerParts &result);
llvm::Error readPostProcessor(const JsonFields &part,
                              TokenizerDescription &result);

/// Of a decoder, one that is not known is kept by its name.
llvm::Error readDecoder(const JsonFields &part, DecoderParts &result);

/// The model, and the ids of its tokens. `hasExactScores` is
/// describeTokenizer's.
llvm::Expected<llvm::StringMap<int32_t>>
readTokenizerModel(const JsonFields &part, bool hasExactScores,
                   TokenizerModel &result);

/// {"String": ...} or {"Regex": ...} in the field `pattern`.
llvm::Expected<Pattern> readTextPattern(const JsonFields &part);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_TOKENIZER_READ_PART_READERS_H
