//===- lift_layers.cpp - Layers and the nodes they are made of ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/fold/fold.h"
#include "compiler/frontend/onnx/fold/scalar_functions.h"
#include "compiler/frontend/onnx/lift/lifter.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

Error onnx::notKnown() {
  return createStringError("no layer here has such a node");
}

ValuePtr onnx::argument(ArrayRef<ValuePtr> inputs, size_t index) {
  return index < inputs.size() ? inputs[index] : nullptr;
}

const Tensor *onnx::constantAt(ArrayRef<ValuePtr> inputs, size_t index) {
  ValuePtr value = argument(inputs, index);
  return value && value->as<Constant>() ? &read(*value) : nullptr;
}

Expected<ValuePtr> Lifter::liftLayer(const Node &node, Inputs inputs) {
  StringRef operation = node.operation;
  const ValuePtr &first = inputs[0];
  if (!first)
    return createStringError("its first input is missing");
  if (operation == "Gather")
    return liftGather(node, inputs);
  if (operation == "GatherND")
    return liftGatherND(node, inputs);
  if (llvm::any_of(inputs, [](const ValuePtr &input) {
        return input && (input->as<TokenIds>() || input->as<TokenTypes>());
      }))
    return liftIds(node, inputs);
  // Of these the first input alone may depend on the text.
  static constexpr StringLiteral shapers[] = {"CastLike", "Clip",     "Dropout",
                                              "Expand",   "Reshape",  "Slice",
                                              "Squeeze",  "Unsqueeze"};
  if (is_contained(shapers, operation) || operation.starts_with("Reduce"))
    for (const ValuePtr &input : inputs.drop_front())
      if (input && !input->as<Constant>())
        return createStringError("its arguments depend on the text");
  int64_t to = node.integer("to", 1); // onnx.proto's TensorProto.DataType
  if (operation == "Cast" && to != 1 && to != 10 && to != 11 && to != 16)
    return createStringError("it makes integers of features");
  if (operation == "MatMul" || operation == "Gemm")
    return liftProduct(node, inputs);
  if (operation == "LayerNormalization" || operation == "RMSNormalization")
    return liftLayerNorm(node, inputs);
  if (operation.starts_with("Reduce"))
    return liftReduction(node, inputs);
  if (operation == "Where")
    return liftWhere(inputs);
  if (operation == "Softmax")
    return liftSoftmax(node, first);
  if (operation == "Concat")
    return liftConcat(node, inputs);
  if (operation == "GatherElements")
    return takePositions(node, inputs);
  if (operation == "Transpose")
    return exchangeTokens(node, first);
  if (operation == "Slice")
    return liftSlice(node, inputs);
  if (operation == "Attention")
    return liftAttention(node, inputs);
  if (operation == "Dropout" && constantAt(inputs, 2) &&
      constantAt(inputs, 2)->uniform() != 0.0)
    return createStringError("it is in training mode");
  if (operation == "Expand") {
    const Tensor *target = constantAt(inputs, 1);
    auto shape = target ? broadcastShapes(first->shape, target->toIntegers())
                        : std::nullopt;
    if (!shape)
      return notKnown();
    // One number a row is taken for each of its features anyhow.
    if (asFunction(first).base->as<Reduced>())
      return makeValue(*shape, asFunction(first));
    return ArrayRef(*shape) == ArrayRef(first->shape) ? Lifted(first)
                                                      : Lifted(notKnown());
  }
  auto shape = findReshaped(node, first->shape, constantAt(inputs, 1));
  if (!shape)
    return shape.takeError();
  if (*shape)
    return liftReshape(node, first, **shape);
  if (operation == "Clip" || findUnary(node))
    return liftUnary(node, inputs);
  if (findBinary(node, false) && inputs.size() == 2 && inputs[1])
    return liftBinary(node, first, inputs[1]);
  return notKnown();
}

// Several poolings of a text, side by side; or one.
Expected<ValuePtr> Lifter::liftConcat(const Node &node, Inputs inputs) {
  if (inputs.size() == 1)
    return inputs[0];
  Shape shape(inputs[0]->shape);
  auto axis = resolveAxis(node.integer("axis", 0), shape.size());
  if (!axis)
    return axis.takeError();
  if (*axis + 1 != static_cast<int64_t>(shape.size()))
    return notKnown();
  llvm::SmallVector<mlir::Value> parts;
  shape.back() = 0;
  for (const ValuePtr &input : inputs) {
    if (!input || !isPooled(input))
      return createStringError("only vectors that were pooled are joined");
    auto rows = emit(input);
    if (!rows)
      return rows.takeError();
    parts.push_back(*rows);
    shape.back() += input->shape.back();
  }
  return makeRows(
      shape,
      emb::ConcatenateOp::create(builder, at(), rowsOf(shape.back()), parts),
      /*pooled=*/true);
}

//===----------------------------------------------------------------------===//
// Linear layers and norms
//===----------------------------------------------------------------------===//

Expected<ValuePtr> Lifter::liftProduct(const Node &node, Inputs inputs) {
  const ValuePtr &a = inputs[0];
  ValuePtr b = argument(inputs, 1), bias = argument(inputs, 2);
  if (!b || a->shape.size() < 2 || b->shape.size() < 2)
    return notKnown();
  if (!a->as<Constant>() && !b->as<Constant>())
    return multiplyHeads(a, b);
  bool isTransposed = node.integer("transB", 0) != 0;
  if (node.integer("transA", 0) != 0 || node.number("alpha", 1.0) != 1.0 ||
      (bias && node.number("beta", 1.0) != 1.0))
    return createStringError("of Gemm only x * B + C is known");
  if (b->as<Constant>() && b->shape.size() > 2)
    return multiplyTable(a, b);
  if (!b->as<Constant>() || b->shape.size() != 2)
    return createStringError("a linear layer's weight must be a constant "
                             "matrix, after its input");
  Projection projection{a, isTransposed ? b : transposed(b), nullptr};
  int64_t width = projection.weight->shape[0];
  if (projection.weight->shape[1] != a->shape.back())
    return createStringError("it multiplies " + shapeText(a->shape) + " and " +
                             shapeText(b->shape));
  if (bias) {
    if (!bias->as<Constant>() || countElements(bias->shape) != width)
      return createStringError("its bias is no constant of " + Twine(width));
    projection.bias = reshaped(bias, {width});
  }
  Shape shape(a->shape);
  shape.back() = width;
  return makeValue(shape, projection);
}

Expected<ValuePtr> Lifter::liftLayerNorm(const Node &node, Inputs inputs) {
  const ValuePtr &input = inputs[0];
  auto axis = resolveAxis(node.integer("axis", -1), input->shape.size());
  if (!axis)
    return axis.takeError();
  if (*axis + 1 != static_cast<int64_t>(input->shape.size()))
    return createStringError("it norms more than one axis");
  Normed normed{input, node.operation == "LayerNormalization",
                asWritten(node.number("epsilon", 1e-5)), argument(inputs, 1),
                argument(inputs, 2)};
  for (const ValuePtr &part : {normed.scale, normed.shift})
    if (part &&
        (!part->as<Constant>() || part->shape != Shape{input->shape.back()}))
      return createStringError("its scale or shift is no constant of " +
                               Twine(input->shape.back()));
  return makeValue(input->shape, normed);
}
