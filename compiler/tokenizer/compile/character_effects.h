//===- character_effects.h - Parts of a normaliser in one -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Most parts of a normaliser, and BERT's pre-tokenizer, look at one code point
// at a time, but for the order of combining marks. So they compose into one
// table from a code point to what it finally becomes (runtime/tokenizer/
// tokenizer_tables.h), and the runtime makes one pass over the text.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_COMPILE_CHARACTER_EFFECTS_H
#define EMBLEM_COMPILER_TOKENIZER_COMPILE_CHARACTER_EFFECTS_H

#include "compiler/tokenizer/tokenizer_description.h"

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace emblem::frontend {

/// The three sections of a runtime::CharacterTable.
struct CharacterTables {
  std::vector<uint16_t> blocks;
  std::vector<uint32_t> entries;
  std::vector<uint32_t> elements;
  uint32_t growth = 1; // the most bytes that one byte becomes
};

/// Whether a part looks at one code point at a time.
bool isCharacterwise(const NormalizerPart &part);

/// Whether a part decomposes. Of those, one table holds one.
bool decomposes(const NormalizerPart &part);

/// `parts` are characterwise. `splitWords`: with BERT's pre-tokenizer; the
/// result is words. Otherwise it is normalised text, which is not composed, or
/// says how it composes where the only part is a composed form.
CharacterTables buildCharacterTables(llvm::ArrayRef<NormalizerPart> parts,
                                     bool splitWords);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_TOKENIZER_COMPILE_CHARACTER_EFFECTS_H
