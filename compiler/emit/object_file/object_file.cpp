//===- object_file.cpp - A model's object file ----------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/model_file.h"
#include "compiler/emit/object_weights.h"

using namespace emblem::emit;

namespace {
class ObjectFile : public ModelFile {
public:
  using ModelFile::ModelFile;

  llvm::Error begin(const ModelCode &code) override {
    if (llvm::Error error = checkObjectSize(output.path(), code.data.report))
      return error;
    if (llvm::Error error =
            ObjectWeights::plan(code.object, output.path()).moveInto(weights))
      return error;
    place = weights->getPlace();
    return output.clear();
  }

  llvm::Error finish(int64_t bytes) override {
    weights->setSize(bytes);
    if (llvm::Error error = output.write(0, weights->getHead()))
      return error;
    return output.extendTo(place + bytes);
  }

private:
  std::optional<ObjectWeights> weights;
};
} // namespace

std::unique_ptr<ModelFile>
emblem::emit::createObjectFile(const ModelFileInputs &, OutputFile &output) {
  return std::make_unique<ObjectFile>(output);
}
