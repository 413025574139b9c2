//===- model_file.h - A file that holds a compiled model --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_EMIT_MODEL_FILE_H
#define EMBLEM_COMPILER_EMIT_MODEL_FILE_H

#include "compiler/emit/emission.h"
#include "compiler/emit/link.h"
#include "compiler/emit/output_file.h"
#include "compiler/emit/runtime_files.h"
#include "compiler/package/data_section.h"

#include <memory>

namespace emblem::emit {

/// What goes into the file beside the weights.
struct ModelCode {
  llvm::StringRef object; // the bytes of the model's object file
  const package::DataSection &data;
};

/// A program, library or object: its code, and section of data, which is
/// written by others.
class ModelFile {
public:
  explicit ModelFile(OutputFile &output) : output(output) {}
  virtual ~ModelFile() = default;

  /// Writes all but the section; what was written before is gone.
  virtual llvm::Error begin(const ModelCode &code) = 0;
  /// Where the section begins in the file.
  int64_t getPlace() const { return place; }
  /// Ends the file, whose section has `bytes`.
  virtual llvm::Error finish(int64_t bytes) = 0;

protected:
  OutputFile &output;
  int64_t place = 0;
};

/// What a file is made with.
struct ModelFileInputs {
  std::string name;   // of the output, without folders
  std::string symbol; // of the model's table
  const RuntimeFiles &runtime;
  const Linker *linker; // where the kind is linked
  Linkage linkage;
  llvm::SmallVector<Part> parts; // of the runtime's command line
  /// Of the runtime, beside those that every model of the kind has.
  llvm::SmallVector<std::string> libraries;
};

// A function a kind, for the table in emission.cpp; `inputs` and `output`
// outlive the file.
std::unique_ptr<ModelFile> createProgram(const ModelFileInputs &inputs,
                                         OutputFile &output);
std::unique_ptr<ModelFile> createSharedLibrary(const ModelFileInputs &inputs,
                                               OutputFile &output);
std::unique_ptr<ModelFile> createStaticLibrary(const ModelFileInputs &inputs,
                                               OutputFile &output);
std::unique_ptr<ModelFile> createObjectFile(const ModelFileInputs &inputs,
                                            OutputFile &output);

} // namespace emblem::emit

#endif // EMBLEM_COMPILER_EMIT_MODEL_FILE_H
