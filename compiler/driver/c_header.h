//===- c_header.h - The C header of a compiled library ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_C_HEADER_H
#define EMBLEM_COMPILER_DRIVER_C_HEADER_H

#include "compiler/emit/emission.h"
#include "compiler/target/target_table.h"

#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

namespace emblem::driver {

/// What is told of a model outside it.
struct ModelSummary {
  std::string name;
  int64_t dimension = 0; // components of a vector
  int64_t maxTokens = 0; // where texts are cut
  int64_t vocabularySize = 0;
  bool pairs = false;    // it scores pairs of texts
  bool perToken = false; // its first output has a vector a token
  size_t outputs = 1;
  /// Height, width and channels of the images that it takes; empty: texts.
  std::vector<int64_t> image = {};
  bool texts = true; // it takes texts, or pairs of them; images beside, perhaps
};

/// The header's name for a library: "lib/libminilm.so" has "lib/minilm.h".
std::string headerPath(llvm::StringRef library);

/// Writes a header that needs no other: how to link `library` (Shared or
/// Static) and call the model, then emblem.h, then the model's own names, which
/// begin with the header's: MINILM_DIMENSION in minilm.h. `symbol` is the
/// table's.
void writeHeader(llvm::raw_ostream &out, const ModelSummary &model,
                 const Target &target, const emit::EmissionInfo &emission,
                 llvm::StringRef library, llvm::StringRef symbol);

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_C_HEADER_H
