//===- table_symbol.h - The name of a model's table -------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_EMIT_TABLE_SYMBOL_H
#define EMBLEM_COMPILER_EMIT_TABLE_SYMBOL_H

#include "compiler/emit/emission.h"

#include "llvm/Support/Error.h"

#include <optional>
#include <string>

namespace emblem::emit {

/// What users call a library: "lib/liball-MiniLM.so" is "all-MiniLM".
llvm::StringRef libraryName(llvm::StringRef output);

/// The same as a part of C names: "all_MiniLM".
std::string identifierOf(llvm::StringRef output);

/// The table's symbol in `output`: `asked`, where it is a C identifier. Else
/// one after the file, so that two models may be in one program,
/// "all_minilm_model_table"; but a program, and what goes to standard output,
/// have EMBLEM_MODEL_SYMBOL.
llvm::Expected<std::string> chooseSymbol(std::optional<llvm::StringRef> asked,
                                         const EmissionInfo &emission,
                                         llvm::StringRef output);

} // namespace emblem::emit

#endif // EMBLEM_COMPILER_EMIT_TABLE_SYMBOL_H
