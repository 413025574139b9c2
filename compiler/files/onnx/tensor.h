//===- tensor.h - A tensor that is known while compiling --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FILES_ONNX_TENSOR_H
#define EMBLEM_COMPILER_FILES_ONNX_TENSOR_H

#include "compiler/files/safetensors.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <optional>

namespace emblem::frontend::onnx {

using Shape = llvm::SmallVector<int64_t, 4>;

enum class TensorKind { Float, Integer, Boolean };

/// Every value is a double, whatever the kind. Integers beyond 2^53 are not
/// exact; in these graphs they only ever say "to the end".
struct Tensor {
  TensorKind kind = TensorKind::Float;
  Shape shape;
  std::vector<double> values; // row by row

  static Tensor scalar(TensorKind kind, double value) {
    return {kind, {}, {value}};
  }
  static Tensor filled(TensorKind kind, llvm::ArrayRef<int64_t> shape,
                       double value);
  static Tensor integers(llvm::ArrayRef<int64_t> values);

  /// The values as integers, those that do not fit as the nearest that does.
  std::vector<int64_t> toIntegers() const;
  /// The one value that all elements have, if they do and there are any.
  std::optional<double> uniform() const;
};

int64_t countElements(llvm::ArrayRef<int64_t> shape);

/// "[1, 12, 64]", for errors.
std::string shapeText(llvm::ArrayRef<int64_t> shape);

/// The values of a stored tensor of any type but the 8-bit floats.
llvm::Expected<Tensor> readTensor(const WeightView &view);

/// The shape that two broadcast to, as numpy does; nothing where they cannot.
std::optional<Shape> broadcastShapes(llvm::ArrayRef<int64_t> a,
                                     llvm::ArrayRef<int64_t> b);

/// The tensor of `shape` whose element at `index` is element `from(index)`
/// of `input`.
Tensor rearrange(const Tensor &input, llvm::ArrayRef<int64_t> shape,
                 llvm::function_ref<int64_t(llvm::ArrayRef<int64_t>)> from);
/// `input` repeated along its sides of 1 until it has the shape.
Tensor broadcast(const Tensor &input, llvm::ArrayRef<int64_t> shape);
Tensor transpose(const Tensor &input, llvm::ArrayRef<int64_t> permutation);

} // namespace emblem::frontend::onnx

#endif // EMBLEM_COMPILER_FILES_ONNX_TENSOR_H
