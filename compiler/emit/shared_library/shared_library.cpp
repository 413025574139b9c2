//===- shared_library.cpp - A shared library ------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/linked_file.h"

using namespace emblem::emit;

namespace {
/// The model and a runtime of its own: what emblem.h declares and the model's
/// table leave the library, and whoever else defines them, it calls its own.
class SharedLibrary : public LinkedFile {
  using LinkedFile::LinkedFile;

  llvm::Error linkObject(llvm::StringRef object, OutputFile &linked) override {
    auto script = OutputFile::createScratch(output.place());
    if (!script)
      return script.takeError();
    script->stream() << "{ global: emblem_*; " << inputs.symbol
                     << "; local: *; };\n";
    if (llvm::Error error = script->flush())
      return error;
    LinkInputs link;
    link.object = object.str();
    link.wholeLibrary = inputs.runtime.interface;
    link.libraries = inputs.libraries;
    link.soname = inputs.name;
    link.versionScript = script->temporaryPath().str();
    link.linkage = inputs.linkage;
    return inputs.linker->link(link, linked);
  }
};
} // namespace

std::unique_ptr<ModelFile>
emblem::emit::createSharedLibrary(const ModelFileInputs &inputs,
                                  OutputFile &output) {
  return std::make_unique<SharedLibrary>(inputs, output);
}
