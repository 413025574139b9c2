//===- probe_texts.h - Texts to compare precisions on -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_ACCURACY_PROBE_TEXTS_H
#define EMBLEM_COMPILER_ACCURACY_PROBE_TEXTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace emblem::accuracy {

/// Texts of many kinds and languages, from one word to about 200 tokens.
llvm::ArrayRef<llvm::StringLiteral> probeTexts();

} // namespace emblem::accuracy

#endif // EMBLEM_COMPILER_ACCURACY_PROBE_TEXTS_H
