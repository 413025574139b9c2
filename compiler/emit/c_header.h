//===- c_header.h - The C header of a compiled library ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_EMIT_C_HEADER_H
#define EMBLEM_COMPILER_EMIT_C_HEADER_H

#include "compiler/emit/emission.h"
#include "compiler/package/model_summary.h"

#include "llvm/Support/raw_ostream.h"

#include <string>

namespace emblem::emit {

/// The header's name for a library: "lib/libminilm.so" has "lib/minilm.h".
std::string headerPath(llvm::StringRef library);

/// Writes a header that needs no other: how to link `library` (Shared or
/// Static) and call the model, then emblem.h, then the model's own names, which
/// begin with the header's: MINILM_DIMENSION in minilm.h. `symbol` is the
/// table's, `targets` are the machines of --target.
void writeHeader(llvm::raw_ostream &out, const package::ModelSummary &model,
                 llvm::StringRef targets, const EmissionInfo &emission,
                 llvm::StringRef library, llvm::StringRef symbol);

} // namespace emblem::emit

#endif // EMBLEM_COMPILER_EMIT_C_HEADER_H
