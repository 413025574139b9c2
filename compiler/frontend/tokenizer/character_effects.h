//===- character_effects.h - The steps of a normaliser, composed *- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// All steps of the normaliser, and of the pre-tokenizer, look at one code point
// at a time, but for the order of combining marks. So they compose into one
// table from a code point to what it finally becomes (runtime/tokenizer/
// tokenizer_tables.h), and the runtime makes one pass over the text.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_TOKENIZER_CHARACTER_EFFECTS_H
#define EMBLEM_COMPILER_FRONTEND_TOKENIZER_CHARACTER_EFFECTS_H

#include "compiler/frontend/tokenizer/tokenizer_description.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>
#include <vector>

namespace emblem::frontend {

/// The three sections of a runtime::CharacterTable.
struct CharacterTables {
  std::vector<uint16_t> blocks;
  std::vector<uint32_t> entries;
  std::vector<uint32_t> elements;
};

/// `splitWords`: with the pre-tokenizer's step; the result is words. Otherwise
/// the result is normalised text.
CharacterTables buildCharacterTables(const BertNormalizer &normalizer,
                                     bool splitWords);

/// `text`, valid UTF-8, after the normaliser.
std::string normalize(const BertNormalizer &normalizer, llvm::StringRef text);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_TOKENIZER_CHARACTER_EFFECTS_H
