//===- part_compilers.h - Tables of a tokenizer's parts ---------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_COMPILE_PART_COMPILERS_H
#define EMBLEM_COMPILER_TOKENIZER_COMPILE_PART_COMPILERS_H

#include "compiler/tokenizer/compile/table_writer.h"
#include "compiler/tokenizer/tokenizer_description.h"

#include "llvm/Support/Error.h"

namespace emblem::frontend {

/// Parts that are characterwise and stand together become one step.
llvm::Expected<std::vector<runtime::NormalizerStep>>
compileNormalizer(llvm::ArrayRef<NormalizerPart> parts, TableWriter &writer);

/// The steps of a pre-tokenizer, of which a byte-level one also has the model
/// take bytes (`takesBytes`).
llvm::Expected<std::vector<runtime::WordStep>>
compilePreTokenizer(llvm::ArrayRef<PreTokenizerPart> parts, TableWriter &writer,
                    bool &takesBytes);

/// TokenizerHeader.edges: spaces at the ends of byte-level tokens' texts.
std::vector<uint8_t> collectEdges(const TokenizerDescription &tokenizer);

llvm::Expected<std::vector<runtime::DecoderStep>>
compileDecoder(llvm::ArrayRef<DecoderPart> parts, TableWriter &writer);

/// Tokens of byte-pair encoding that a whole word may be looked up as.
using WholeWords = std::vector<std::pair<std::string, int32_t>>;

/// A vocabulary's tokens as they stand in the text that the model sees: as
/// bytes, where it takes those. Tokens that no text has are left out.
WholeWords collectTokenTexts(const BpeModel &model, bool takesBytes);

/// What the parts before the model make of a text.
struct WordFacts {
  bool areBytes = false;           // a token's characters stand for bytes
  bool haveNoNul = false;          // nor does any text that they come of
  bool isolatePunctuation = false; // such a character is a word of its own
};

llvm::Expected<runtime::ModelTable> compileModel(const TokenizerModel &model,
                                                 WordFacts facts,
                                                 const WholeWords &words,
                                                 TableWriter &writer);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_TOKENIZER_COMPILE_PART_COMPILERS_H
