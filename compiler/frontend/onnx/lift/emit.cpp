//===- emit.cpp - Operations of whole layers ------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/lift/lifter.h"
#include "compiler/weights/weight_attribute.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

mlir::Location Lifter::at() const {
  StringRef name = node->name.empty() ? StringRef(node->outputs.front())
                                      : StringRef(node->name);
  return mlir::NameLoc::get(builder.getStringAttr(name));
}

mlir::RankedTensorType Lifter::rowsOf(int64_t features) {
  return mlir::RankedTensorType::get({mlir::ShapedType::kDynamic, features},
                                     builder.getF32Type());
}

ValuePtr Lifter::makeRows(ArrayRef<int64_t> shape, mlir::Value value,
                          bool pooled) {
  return makeValue(shape, Rows{value, pooled});
}

// A weight of the files by its name; what the graph computes, in place.
mlir::Value Lifter::emitWeight(const ValuePtr &constant) {
  if (!constant)
    return nullptr;
  auto type =
      mlir::RankedTensorType::get(constant->shape, builder.getF32Type());
  WeightExpression weight = constant->as<Constant>()->weight;
  mlir::DenseElementsAttr value;
  if (weight.empty()) {
    Tensor tensor = readOnce(*constant);
    std::vector<float> floats(tensor.values.begin(), tensor.values.end());
    value = mlir::DenseElementsAttr::get(type, ArrayRef(floats));
    weight = node->outputs.front();
  }
  return emb::WeightOp::create(
      builder, at(), type, toAttribute(weight, *builder.getContext()), value);
}

bool Lifter::isPooled(const ValuePtr &value) const {
  if (Rows *rows = value->as<Rows>())
    return rows->pooled;
  if (TokenSum *sum = value->as<TokenSum>())
    return sum->summed;
  if (Projection *projection = value->as<Projection>())
    return isPooled(projection->source);
  if (Function *function = value->as<Function>())
    return isPooled(function->base);
  if (Normed *normed = value->as<Normed>())
    return isPooled(normed->rows);
  return false;
}

Expected<mlir::Value> Lifter::emit(const ValuePtr &value) {
  if (!value->rows) {
    auto emitted = emitForm(value);
    if (!emitted)
      return emitted.takeError();
    value->rows = *emitted;
  }
  return value->rows;
}

Expected<mlir::Value> Lifter::emitForm(const ValuePtr &value) {
  if (Rows *rows = value->as<Rows>())
    return rows->value;
  if (Projection *projection = value->as<Projection>())
    return emitProjection(*projection, emb::Activation::Identity);
  if (Function *function = value->as<Function>())
    return emitFunction(*function);
  if (TokenSum *sum = value->as<TokenSum>())
    return emitPool(*sum);
  if (Normed *normed = value->as<Normed>()) {
    auto rows = emit(normed->rows);
    if (!rows)
      return rows.takeError();
    mlir::Value scale = emitWeight(normed->scale);
    mlir::FloatAttr epsilon = builder.getF64FloatAttr(normed->epsilon);
    if (!normed->centered && !normed->shift)
      return emb::RmsNormOp::create(builder, at(), *rows, scale, epsilon)
          .getResult();
    return emb::LayerNormOp::create(builder, at(), *rows, scale,
                                    emitWeight(normed->shift), epsilon)
        .getResult();
  }
  return createStringError("it needs rows of features, and gets only a part "
                           "of a layer");
}

Expected<mlir::Value> Lifter::emitProjection(const Projection &projection,
                                             emb::Activation activation) {
  const ValuePtr &source = projection.source;
  Function *function = source->as<Function>();
  bool isInner = source->as<Gated>() ||
                 (function && function->base->as<Projection>() &&
                  !function->base->as<Projection>()->source->as<Context>());
  if (activation == emb::Activation::Identity && source->as<Context>())
    return emitAttention(projection);
  if (activation == emb::Activation::Identity && isInner && !isPooled(source))
    return emitFeedForward(projection);
  auto rows = emit(source);
  if (!rows)
    return rows.takeError();
  mlir::Value weight = emitWeight(projection.weight);
  return emb::DenseOp::create(builder, at(),
                              rowsOf(projection.weight->shape[0]), *rows,
                              activation, weight, emitWeight(projection.bias))
      .getResult();
}

Expected<mlir::Value> Lifter::emitFeedForward(const Projection &down) {
  Gated *gated = down.source->as<Gated>();
  Function function = asFunction(gated ? gated->gate : down.source);
  auto activation =
      findActivation(samplePoints(*function.base), function.samples, isHalf);
  if (!activation)
    return createStringError("what comes before it is no activation that is "
                             "known here");
  const Projection &first = *function.base->as<Projection>();
  const Projection &up = gated ? *gated->up->as<Projection>() : first;
  auto rows = emit(up.source);
  if (!rows)
    return rows.takeError();
  auto gateRows = emit(first.source);
  if (!gateRows)
    return gateRows.takeError();
  if (*rows != *gateRows)
    return createStringError("its gate is of other rows");
  mlir::Value upWeight = emitWeight(up.weight), upBias = emitWeight(up.bias);
  mlir::Value gate = gated ? emitWeight(first.weight) : mlir::Value();
  mlir::Value gateBias = gated ? emitWeight(first.bias) : mlir::Value();
  mlir::Value weight = emitWeight(down.weight);
  return emb::FeedForwardOp::create(
             builder, at(), rowsOf(down.weight->shape[0]), *rows, *activation,
             upWeight, upBias, gate, gateBias, weight, emitWeight(down.bias))
      .getResult();
}

Expected<mlir::Value> Lifter::emitFunction(const Function &function) {
  auto factor = linearFactor(*function.base, function.samples);
  if (factor == 1.0)
    return emit(function.base);
  if (Projection *projection = function.base->as<Projection>())
    if (auto activation = findActivation(samplePoints(*function.base),
                                         function.samples, isHalf))
      return emitProjection(*projection, *activation);
  if (Rows *rows = function.base->as<Rows>(); rows && factor)
    if (ValuePtr scaled = scaleEmbedding(function.base->shape, *rows, *factor))
      return scaled->as<Rows>()->value;
  return createStringError("it reads a function of rows that is no layer's "
                           "activation");
}

ValuePtr Lifter::scaleEmbedding(ArrayRef<int64_t> shape, const Rows &rows,
                                double factor) {
  auto lookup = rows.value.getDefiningOp<emb::TokenEmbeddingOp>();
  if (!lookup || !(factor > 0.0))
    return nullptr;
  if (double root = std::sqrt(double(shape.back())); isRoot(factor, root))
    factor = static_cast<float>(root);
  return makeRows(shape,
                  emb::TokenEmbeddingOp::create(
                      builder, at(), lookup.getIds(), lookup.getTable(),
                      APFloat(lookup.getScale().convertToDouble() * factor),
                      /*zero_row=*/false));
}

Expected<mlir::Value> Lifter::emitPool(const TokenSum &sum) {
  double total = double(length) * double(length + 1) / 2.0;
  auto is = [&](function_ref<double(int64_t)> weight) {
    for (auto [i, given] : llvm::enumerate(sum.weights))
      if (std::abs(given - weight(i)) > 1e-6 / double(length))
        return false;
    return sum.summed;
  };
  emb::PoolKind kind;
  if (is([&](int64_t) { return 1.0 / double(length); }))
    kind = emb::PoolKind::Mean;
  else if (is([&](int64_t i) { return double(i + 1) / total; }))
    kind = emb::PoolKind::WeightedMean;
  else if (is([&](int64_t i) { return double(i == 0); }))
    kind = emb::PoolKind::Cls;
  else if (is([&](int64_t i) { return double(i == length - 1); }))
    kind = emb::PoolKind::Last;
  else
    return createStringError("it sums tokens with weights of no pooling that "
                             "is known here");
  auto rows = emit(sum.rows);
  if (!rows)
    return rows.takeError();
  return emb::PoolOp::create(builder, at(), kind, *rows, offsets).getResult();
}
