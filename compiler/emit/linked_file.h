//===- linked_file.h - A linked file and its weights ------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_EMIT_LINKED_FILE_H
#define EMBLEM_COMPILER_EMIT_LINKED_FILE_H

#include "compiler/emit/model_file.h"
#include "compiler/emit/weight_segment.h"

namespace emblem::emit {

/// Linked beside its place, then written with its weights behind it, and at its
/// end a checksum: `PROGRAM info --verify` reads it, and the package for Python
/// knows a library by it.
class LinkedFile : public ModelFile {
public:
  LinkedFile(const ModelFileInputs &inputs, OutputFile &output)
      : ModelFile(output), inputs(inputs) {}

  llvm::Error begin(const ModelCode &code) override;
  llvm::Error finish(int64_t bytes) override;

protected:
  /// Links the model's object file, of that path, to `linked`.
  virtual llvm::Error linkObject(llvm::StringRef object,
                                 OutputFile &linked) = 0;

  const ModelFileInputs &inputs;

private:
  llvm::Expected<ElfImage> linkImage(llvm::StringRef object);
  llvm::Error writeFooter();

  std::optional<WeightSegment> segment;
};

} // namespace emblem::emit

#endif // EMBLEM_COMPILER_EMIT_LINKED_FILE_H
