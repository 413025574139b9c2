//===- emission.h - The kinds of output -------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_EMIT_EMISSION_H
#define EMBLEM_COMPILER_EMIT_EMISSION_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <memory>

namespace emblem::emit {

class ModelFile;
class OutputFile;
struct ModelFileInputs;

/// What a kind of output holds: the model as a file, or text for people to
/// read, which is without data and goes to standard output too.
enum class Content { File, Assembly, Llvm, Mlir, Ptx };

/// A kind of output, a row of the table in emission.cpp.
struct EmissionInfo {
  llvm::StringLiteral name; // of --emit
  llvm::StringLiteral description;
  llvm::StringLiteral prefix, suffix; // of the file's name where -o gives none
  Content content;
  /// Makes the file; null: text.
  std::unique_ptr<ModelFile> (*create)(const ModelFileInputs &, OutputFile &);
  bool linked;  // by a linker (link.h)
  bool runtime; // the runtime is in it
  bool library; // others call it: a C header comes with it

  bool isText() const { return content != Content::File; }
  bool isProgram() const { return linked && !library; }
};

llvm::ArrayRef<EmissionInfo> allEmissions();
/// The kind of that name, or null.
const EmissionInfo *findEmission(llvm::StringRef name);

} // namespace emblem::emit

#endif // EMBLEM_COMPILER_EMIT_EMISSION_H
