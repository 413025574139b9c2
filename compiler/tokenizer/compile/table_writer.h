//===- table_writer.h - Sections of a compiled tokenizer --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_COMPILE_TABLE_WRITER_H
#define EMBLEM_COMPILER_TOKENIZER_COMPILE_TABLE_WRITER_H

#include "compiler/tokenizer/compile/character_effects.h"
#include "compiler/tokenizer/compile/pattern_automaton.h"
#include "compiler/tokenizer/compile/trie_builder.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>
#include <string>
#include <vector>

namespace emblem::frontend {

/// The bytes of a compiled tokenizer: room for the header, then sections. All
/// of its tries share one array.
class TableWriter {
public:
  TrieBuilder trie;

  template <typename T>
  runtime::TableSection append(const std::vector<T> &elements) {
    return append(reinterpret_cast<const char *>(elements.data()),
                  elements.size(), sizeof(T));
  }
  runtime::TableSection append(llvm::StringRef text) {
    return append(text.data(), text.size(), 1);
  }
  runtime::CharacterTable append(const CharacterTables &tables) {
    return {append(tables.blocks), append(tables.entries),
            append(tables.elements)};
  }
  runtime::PatternTable append(const PatternTables &tables) {
    return {append(tables.blocks), append(tables.classes),
            append(tables.transitions), tables.textStart, tables.laterStart};
  }

  std::string finish(runtime::TokenizerHeader &header) {
    header.trie = append(trie.getUnits());
    bytes.resize(llvm::alignTo(bytes.size(), runtime::tokenizerAlignment));
    header.bytes = bytes.size();
    std::memcpy(bytes.data(), &header, sizeof(header));
    return std::move(bytes);
  }

private:
  runtime::TableSection append(const char *data, size_t count,
                               size_t elementBytes) {
    bytes.resize(llvm::alignTo(bytes.size(), runtime::tokenizerAlignment));
    runtime::TableSection section{bytes.size(), count};
    bytes.append(data, count * elementBytes);
    return section;
  }

  std::string bytes = std::string(sizeof(runtime::TokenizerHeader), '\0');
};

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_TOKENIZER_COMPILE_TABLE_WRITER_H
