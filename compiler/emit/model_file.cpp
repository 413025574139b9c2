//===- model_file.cpp - A file that holds a compiled model ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/model_file.h"

using namespace emblem::emit;

std::unique_ptr<ModelFile>
emblem::emit::createModelFile(const ModelFileInputs &inputs,
                              OutputFile &output) {
  switch (inputs.emission) {
  case Emission::Exe:
  case Emission::Shared:
    return createLinkedFile(inputs, output);
  case Emission::Static:
    return createArchiveFile(inputs, output);
  case Emission::Obj:
    return createObjectFile(inputs, output);
  case Emission::Asm:
  case Emission::Llvm:
  case Emission::Mlir:
    break;
  }
  return nullptr; // text
}
