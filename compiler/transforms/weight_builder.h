//===- weight_builder.h - emb weights as kernels read them ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TRANSFORMS_WEIGHT_BUILDER_H
#define EMBLEM_COMPILER_TRANSFORMS_WEIGHT_BUILDER_H

#include "dialects/emb/emb_dialect.h"
#include "dialects/kernel/kernel_dialect.h"

#include "mlir/IR/Builders.h"

namespace emblem {

/// Makes kernel.weight of emb.weight, at `loc`.
class WeightBuilder {
public:
  WeightBuilder(mlir::OpBuilder &builder, mlir::Location loc)
      : builder(builder), loc(loc) {}

  /// A kernel.weight whose sources are the given emb weights, one after the
  /// other; a null one stands for `zeros` zeros.
  mlir::Value weight(kernel::WeightLayoutAttrInterface layout,
                     llvm::ArrayRef<mlir::Value> weights,
                     llvm::ArrayRef<int64_t> shape,
                     llvm::ArrayRef<int64_t> zeros = {});
  /// The same, in a layout that has no parameters.
  template <typename LayoutT>
  mlir::Value weight(llvm::ArrayRef<mlir::Value> weights,
                     llvm::ArrayRef<int64_t> shape,
                     llvm::ArrayRef<int64_t> zeros = {}) {
    return weight(LayoutT::get(builder.getContext()), weights, shape, zeros);
  }
  mlir::Value matrix(llvm::ArrayRef<mlir::Value> weights);
  mlir::Value row(mlir::Value vector);
  /// A row that the model does not give: all `value`.
  mlir::Value splatRow(float value, int64_t size);
  /// The biases joined, or null if there are none.
  mlir::Value biases(llvm::ArrayRef<mlir::Value> biases,
                     llvm::ArrayRef<mlir::Value> matrices);
  /// A kernel.weight that its layout computes of these parameters.
  template <typename LayoutT, typename... Parameters>
  mlir::Value computed(llvm::ArrayRef<int64_t> shape,
                       Parameters... parameters) {
    return kernel::WeightOp::create(
        builder, loc, mlir::RankedTensorType::get(shape, builder.getF32Type()),
        LayoutT::get(builder.getContext(), parameters...));
  }

  /// Whether `rows` are of weights alone: those of a table, or a dense layer
  /// over them, normed or not.
  static bool isProjection(mlir::Value rows);
  /// A kernel.weight of the transpose of such rows.
  mlir::Value projection(mlir::Value rows);
  /// A weight as a source: its values where it holds them, else its name;
  /// null of a null one.
  mlir::Attribute sourceOf(mlir::Value weight);

  static int64_t width(mlir::Value value) {
    return mlir::cast<mlir::ShapedType>(value.getType()).getDimSize(1);
  }
  static int64_t height(mlir::Value value) {
    return mlir::cast<mlir::ShapedType>(value.getType()).getDimSize(0);
  }

  mlir::OpBuilder &builder;
  mlir::Location loc;
};

} // namespace emblem

#endif // EMBLEM_COMPILER_TRANSFORMS_WEIGHT_BUILDER_H
