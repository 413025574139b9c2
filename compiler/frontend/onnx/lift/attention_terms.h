//===- attention_terms.h - Terms added to scores ----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Masks and biases are constant for texts of one length. They are told by their
// values: how the graph computes them does not matter.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_ONNX_LIFT_ATTENTION_TERMS_H
#define EMBLEM_COMPILER_FRONTEND_ONNX_LIFT_ATTENTION_TERMS_H

#include "compiler/frontend/onnx/values/lifted_value.h"

#include "llvm/Support/Error.h"

namespace emblem::frontend::onnx {

/// As emb.attention has them.
struct Terms {
  std::optional<int64_t> before, after;
  bool alibi = false;
  ValuePtr table; // of T5's position bias, or null
  std::optional<int64_t> maxDistance;
};

/// Of texts of `length` tokens. The error is a part of a sentence.
llvm::Expected<Terms> readTerms(llvm::ArrayRef<ValuePtr> terms, int64_t length,
                                int64_t heads);

/// A term that hides all but the true elements.
ValuePtr makeMask(const Tensor &shown);

} // namespace emblem::frontend::onnx

#endif // EMBLEM_COMPILER_FRONTEND_ONNX_LIFT_ATTENTION_TERMS_H
