//===- object_weights.cpp - Weights behind an object file -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/object_weights.h"

#include "llvm/Support/MathExtras.h"

using namespace emblem::emit;

// Of the section in the file: that of what is in it, so that it can be mapped.
static constexpr int64_t kAlignment = 64;

llvm::Expected<ObjectWeights> ObjectWeights::plan(llvm::StringRef object,
                                                  llvm::StringRef path) {
  auto image = ElfImage::parse({object.begin(), object.end()}, path);
  if (!image)
    return image.takeError();
  ObjectWeights result(std::move(*image));
  if (!result.image.findSection(objectSection))
    return llvm::createStringError("LLVM's object file for '" + path +
                                   "' has no section of weights");
  result.place = llvm::alignTo(object.size(), kAlignment);
  return result;
}

void ObjectWeights::setSize(int64_t bytes) {
  ElfImage::Types::Shdr &section = *image.findSection(objectSection);
  section.sh_offset = place;
  section.sh_size = bytes;
}

llvm::Error emblem::emit::checkObjectSize(llvm::StringRef path, int64_t bytes) {
  if (bytes <= kLargestObject)
    return llvm::Error::success();
  return llvm::createStringError(
      "'" + path + "' would hold " + std::to_string(bytes) +
      " bytes of weights, and linkers take at most " +
      std::to_string(kLargestObject) + " from an object; use --emit=shared");
}
