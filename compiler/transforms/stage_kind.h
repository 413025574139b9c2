//===- stage_kind.h - The stages that all layers have -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TRANSFORMS_STAGE_KIND_H
#define EMBLEM_COMPILER_TRANSFORMS_STAGE_KIND_H

#include "llvm/ADT/StringExtras.h"

#include <string>

namespace emblem {

/// "layer.3.attention" is of the kind "layer.*.attention": an encoder's layers
/// are alike. Other numbered stages, "conv2d.0", are not.
inline std::string getStageKind(llvm::StringRef stage) {
  llvm::StringRef rest = stage;
  if (!rest.consume_front("layer."))
    return stage.str();
  return ("layer.*" + rest.drop_while(llvm::isDigit)).str();
}

} // namespace emblem

#endif // EMBLEM_COMPILER_TRANSFORMS_STAGE_KIND_H
