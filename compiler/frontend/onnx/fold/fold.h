//===- fold.h - Nodes whose inputs are known --------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Exports are full of arithmetic on shapes, positions and masks. Where a
// text's length is given, all of that is constant.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_ONNX_FOLD_FOLD_H
#define EMBLEM_COMPILER_FRONTEND_ONNX_FOLD_FOLD_H

#include "compiler/files/onnx/onnx_file.h"
#include "compiler/files/onnx/tensor.h"

namespace emblem::frontend::onnx {

/// What the node writes. An input that the node leaves out is null. The error
/// says why it cannot be computed, as a part of a sentence.
llvm::Expected<std::vector<Tensor>> fold(const Node &node,
                                         llvm::ArrayRef<const Tensor *> inputs);

/// An axis counted from the front; an error where there is no such axis.
llvm::Expected<int64_t> resolveAxis(int64_t axis, size_t rank);

/// The shape that a Reshape with this target gives an input of this shape.
llvm::Expected<Shape> resolveReshape(const Node &node,
                                     llvm::ArrayRef<int64_t> input,
                                     llvm::ArrayRef<int64_t> target);

/// The shape that Reshape, Flatten, Squeeze, Unsqueeze, Identity and Cast give;
/// nothing for an operator that moves or changes elements. `argument` is the
/// second input, or null.
llvm::Expected<std::optional<Shape>> findReshaped(const Node &node,
                                                  llvm::ArrayRef<int64_t> input,
                                                  const Tensor *argument);

/// The permutation of a Transpose.
llvm::Expected<Shape> readPermutation(const Node &node, size_t rank);

/// What a Slice takes along each axis of an input of this shape.
struct Range {
  int64_t start = 0, step = 1, count = 0;
};
llvm::Expected<llvm::SmallVector<Range, 4>>
readSlice(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<const Tensor *> inputs);

/// The sizes of the parts that a Split makes of a side.
llvm::Expected<std::vector<int64_t>> readSplit(const Node &node, int64_t side,
                                               const Tensor *sizes);

/// The axes that a reduction reduces, in order; all where it names none.
llvm::Expected<Shape> readReducedAxes(const Node &node, size_t rank,
                                      const Tensor *argument);
/// `shape` without the axes, or with sides of 1 in their place.
Shape reduceShape(const Node &node, llvm::ArrayRef<int64_t> shape,
                  llvm::ArrayRef<int64_t> axes);

} // namespace emblem::frontend::onnx

#endif // EMBLEM_COMPILER_FRONTEND_ONNX_FOLD_FOLD_H
