//===- weight_builder.cpp - emb weights as kernels read them --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/weight_builder.h"

using namespace mlir;
using namespace emblem;

Value WeightBuilder::weight(kernel::WeightLayoutAttrInterface layout,
                            ArrayRef<Value> weights, ArrayRef<int64_t> shape,
                            ArrayRef<int64_t> zeros) {
  SmallVector<Attribute> sources;
  for (auto [index, value] : llvm::enumerate(weights))
    sources.push_back(value
                          ? sourceOf(value)
                          : Attribute(builder.getI64IntegerAttr(zeros[index])));
  auto type = RankedTensorType::get(shape, builder.getF32Type());
  return kernel::WeightOp::create(builder, loc, type, layout, sources);
}

Attribute WeightBuilder::sourceOf(Value weight) {
  if (!weight)
    return {};
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
  SmallVector<int64_t> shape = {width(rows), height(rows)};
  auto dense = rows.getDefiningOp<emb::DenseOp>();
  if (!dense)
    return computed<kernel::ProjectionLayoutAttr>(
        shape, sourceOf(rows), Attribute(), Attribute(), FloatAttr(),
        Attribute(), Attribute());
  auto norm = dense.getInput().getDefiningOp<emb::LayerNormOp>();
  return computed<kernel::ProjectionLayoutAttr>(
      shape, sourceOf(norm ? norm.getInput() : dense.getInput()),
      norm ? sourceOf(norm.getScale()) : Attribute(),
      norm ? sourceOf(norm.getShift()) : Attribute(),
      norm ? norm.getEpsilonAttr() : FloatAttr(), sourceOf(dense.getWeight()),
      sourceOf(dense.getBias()));
}

Value WeightBuilder::matrix(ArrayRef<Value> weights) {
  int64_t rows = 0;
  for (Value value : weights)
    rows += height(value);
  return weight<kernel::MatrixLayoutAttr>(weights, {rows, width(weights[0])});
}

Value WeightBuilder::row(Value vector) {
  return vector ? weight<kernel::RowLayoutAttr>(vector, {height(vector)})
                : Value();
}

Value WeightBuilder::splatRow(float value, int64_t size) {
  auto type = RankedTensorType::get({size}, builder.getF32Type());
  return kernel::WeightOp::create(
      builder, loc, type, kernel::RowLayoutAttr::get(builder.getContext()),
      Attribute(DenseElementsAttr::get(type, value)));
}

Value WeightBuilder::biases(ArrayRef<Value> biases, ArrayRef<Value> matrices) {
  if (llvm::none_of(biases, [](Value bias) { return bool(bias); }))
    return {};
  SmallVector<int64_t> sizes = llvm::map_to_vector(matrices, height);
  int64_t total = 0;
  for (int64_t size : sizes)
    total += size;
  return weight<kernel::RowLayoutAttr>(biases, {total}, sizes);
}
