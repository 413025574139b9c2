//===- stage_kind.h - The stages that all layers have -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TRANSFORMS_STAGE_KIND_H
#define EMBLEM_COMPILER_TRANSFORMS_STAGE_KIND_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

#include <string>

namespace emblem {

/// "layer.3.attention" is of the kind "layer.*.attention".
inline std::string getStageKind(llvm::StringRef stage) {
  llvm::SmallVector<llvm::StringRef> parts;
  stage.split(parts, '.');
  for (llvm::StringRef &part : parts)
    if (!part.empty() && llvm::all_of(part, llvm::isDigit))
      part = "*";
  return llvm::join(parts, ".");
}

} // namespace emblem

#endif // EMBLEM_COMPILER_TRANSFORMS_STAGE_KIND_H
