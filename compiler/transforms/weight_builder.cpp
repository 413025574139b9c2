//===- weight_builder.cpp - emb weights as kernels read them --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/weight_builder.h"

using namespace mlir;
using namespace emblem;

Value WeightBuilder::weight(kernel::Layout layout, ArrayRef<Value> weights,
                            ArrayRef<int64_t> shape, ArrayRef<int64_t> zeros) {
  SmallVector<Attribute> sources;
  for (auto [index, value] : llvm::enumerate(weights)) {
    if (!value) {
      sources.push_back(builder.getI64IntegerAttr(zeros[index]));
      continue;
    }
    sources.push_back(sourceOf(value));
  }
  auto type = RankedTensorType::get(shape, builder.getF32Type());
  return kernel::WeightOp::create(
      builder, loc, type, layout, builder.getArrayAttr(sources),
      /*table_row=*/IntegerAttr(),
      /*smoothing=*/ElementsAttr(),
      /*byte_offset=*/IntegerAttr(),
      /*factor=*/FloatAttr(), /*channels=*/IntegerAttr());
}

Attribute WeightBuilder::sourceOf(Value weight) {
  if (!weight)
    return builder.getUnitAttr();
  auto op = weight.getDefiningOp<emb::WeightOp>();
  return op.getValue() ? Attribute(*op.getValue()) : op.getSource();
}

bool WeightBuilder::isProjection(Value rows) {
  if (rows.getDefiningOp<emb::WeightOp>())
    return true;
  auto dense = rows.getDefiningOp<emb::DenseOp>();
  if (!dense || dense.getActivation() != emb::Activation::Identity)
    return false;
  Value table = dense.getInput();
  if (auto norm = table.getDefiningOp<emb::LayerNormOp>())
    table = norm.getInput();
  return table.getDefiningOp<emb::WeightOp>();
}

Value WeightBuilder::projection(Value rows) {
  if (rows.getDefiningOp<emb::WeightOp>())
    return computed(kernel::Layout::Projection, sourceOf(rows),
                    {width(rows), height(rows)});
  auto dense = rows.getDefiningOp<emb::DenseOp>();
  auto norm = dense.getInput().getDefiningOp<emb::LayerNormOp>();
  Attribute unit = builder.getUnitAttr();
  return computed(kernel::Layout::Projection,
                  {sourceOf(norm ? norm.getInput() : dense.getInput()),
                   norm ? sourceOf(norm.getScale()) : unit,
                   norm ? sourceOf(norm.getShift()) : unit,
                   norm ? Attribute(norm.getEpsilonAttr()) : unit,
                   sourceOf(dense.getWeight()), sourceOf(dense.getBias())},
                  {width(rows), height(rows)});
}

Value WeightBuilder::matrix(ArrayRef<Value> weights) {
  int64_t rows = 0;
  for (Value value : weights)
    rows += height(value);
  return weight(kernel::Layout::Matrix, weights, {rows, width(weights[0])});
}

Value WeightBuilder::row(Value vector) {
  return vector ? weight(kernel::Layout::Row, vector, {height(vector)})
                : Value();
}

Value WeightBuilder::splatRow(float value, int64_t size) {
  auto type = RankedTensorType::get({size}, builder.getF32Type());
  return kernel::WeightOp::create(
      builder, loc, type, kernel::Layout::Row,
      builder.getArrayAttr(DenseElementsAttr::get(type, value)),
      /*table_row=*/IntegerAttr(), /*smoothing=*/ElementsAttr(),
      /*byte_offset=*/IntegerAttr(), /*factor=*/FloatAttr(),
      /*channels=*/IntegerAttr());
}

Value WeightBuilder::biases(ArrayRef<Value> biases, ArrayRef<Value> matrices) {
  if (llvm::none_of(biases, [](Value bias) { return bool(bias); }))
    return {};
  SmallVector<int64_t> sizes = llvm::map_to_vector(matrices, height);
  int64_t total = 0;
  for (int64_t size : sizes)
    total += size;
  return weight(kernel::Layout::Row, biases, {total}, sizes);
}

Value WeightBuilder::computed(kernel::Layout layout,
                              ArrayRef<Attribute> sources,
                              ArrayRef<int64_t> shape) {
  auto type = RankedTensorType::get(shape, builder.getF32Type());
  return kernel::WeightOp::create(
      builder, loc, type, layout, builder.getArrayAttr(sources),
      /*table_row=*/IntegerAttr(), /*smoothing=*/ElementsAttr(),
      /*byte_offset=*/IntegerAttr(), /*factor=*/FloatAttr(),
      /*channels=*/IntegerAttr());
}
