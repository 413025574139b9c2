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
    std::vector<std::string> files = {object.str(),
                                      "-shared",
                                      "-Wl,-soname," + inputs.name,
                                      "-Wl,--version-script," +
                                          script->temporaryPath().str(),
                                      "-Wl,-Bsymbolic",
                                      "-Wl,--whole-archive",
                                      inputs.runtime.interface,
                                      "-Wl,--no-whole-archive"};
    llvm::append_range(files, inputs.libraries);
    return link(*inputs.linker, files, inputs.linkage, linked);
  }
};
} // namespace

std::unique_ptr<ModelFile>
emblem::emit::createSharedLibrary(const ModelFileInputs &inputs,
                                  OutputFile &output) {
  return std::make_unique<SharedLibrary>(inputs, output);
}
