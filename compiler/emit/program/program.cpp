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
    LinkInputs link;
    link.object = object.str();
    for (llvm::StringRef symbol : symbolsOf(inputs.parts))
      link.undefined.push_back(symbol.str());
    link.libraries.push_back(inputs.runtime.command);
    llvm::append_range(link.libraries, inputs.libraries);
    link.libraries.push_back(inputs.runtime.runtime);
    link.linkage = inputs.linkage;
    return inputs.linker->link(link, linked);
  }
};
} // namespace

std::unique_ptr<ModelFile>
emblem::emit::createProgram(const ModelFileInputs &inputs, OutputFile &output) {
  return std::make_unique<Program>(inputs, output);
}
