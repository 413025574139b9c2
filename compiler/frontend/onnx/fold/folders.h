//===- folders.h - Parts that folders of operators share --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// fold.cpp has the table of all operators. An input that the table says must be
// there is no null here.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_ONNX_FOLD_FOLDERS_H
#define EMBLEM_COMPILER_FRONTEND_ONNX_FOLD_FOLDERS_H

#include "compiler/frontend/onnx/fold/fold.h"

namespace emblem::frontend::onnx {

// Masks of a text are far below this; a graph that needs more is a trap.
inline constexpr int64_t maxElements = int64_t(1) << 28;

using Inputs = llvm::ArrayRef<const Tensor *>;
using Folded = llvm::Expected<std::vector<Tensor>>;

Folded one(Tensor tensor);
/// Null where the node leaves it out.
const Tensor *argument(Inputs inputs, size_t index);
/// Success where a result of this shape is of a sensible size.
llvm::Error checkSize(llvm::ArrayRef<int64_t> shape);

// fold_moves.cpp: elements of the inputs, in other places.
Folded foldTranspose(const Node &node, Inputs inputs);
Folded foldSlice(const Node &node, Inputs inputs);
Folded foldSplit(const Node &node, Inputs inputs);
Folded foldGather(const Node &node, Inputs inputs);
Folded foldGatherElements(const Node &node, Inputs inputs);
Folded foldGatherND(const Node &node, Inputs inputs);
Folded foldExpand(const Node &node, Inputs inputs);
Folded foldTile(const Node &node, Inputs inputs);
Folded foldConcat(const Node &node, Inputs inputs);
Folded foldTrilu(const Node &node, Inputs inputs);

// fold_products.cpp
Folded foldMatMul(const Node &node, Inputs inputs);
Folded foldEinsum(const Node &node, Inputs inputs);
Folded foldRotaryEmbedding(const Node &node, Inputs inputs);

} // namespace emblem::frontend::onnx

#endif // EMBLEM_COMPILER_FRONTEND_ONNX_FOLD_FOLDERS_H
