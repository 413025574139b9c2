//===- program.cpp - A program --------------------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/linked_file.h"

using namespace emblem::emit;

namespace {
/// The model behind the command line, which has the parts that it needs and no
/// others.
class Program : public LinkedFile {
  using LinkedFile::LinkedFile;

  llvm::Error linkObject(llvm::StringRef object, OutputFile &linked) override {
    std::vector<std::string> files = {object.str()};
    for (llvm::StringRef symbol : symbolsOf(inputs.parts))
      files.push_back("-Wl,--undefined=" + symbol.str());
    files.push_back(inputs.runtime.command);
    llvm::append_range(files, inputs.libraries);
    files.push_back(inputs.runtime.runtime);
    return link(*inputs.linker, files, inputs.linkage, linked);
  }
};
} // namespace

std::unique_ptr<ModelFile>
emblem::emit::createProgram(const ModelFileInputs &inputs, OutputFile &output) {
  return std::make_unique<Program>(inputs, output);
}
