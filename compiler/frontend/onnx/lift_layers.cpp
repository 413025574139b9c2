//===- lift_layers.cpp - Embeddings, norms, linear layers, pooling --------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/fold.h"
#include "compiler/frontend/onnx/lifter.h"
#include "compiler/frontend/onnx/scalar_functions.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

static Error notKnown() {
  return createStringError("no layer here has such a node");
}

static ValuePtr argument(ArrayRef<ValuePtr> inputs, size_t index) {
  return index < inputs.size() ? inputs[index] : nullptr;
}

/// The constant's values; null where it is missing or no constant.
static const Tensor *constantAt(ArrayRef<ValuePtr> inputs, size_t index) {
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
  if (llvm::any_of(inputs, [](const ValuePtr &input) {
        return input && input->as<TokenIds>();
      }))
    return liftIds(node, inputs);
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
  if (operation == "Transpose")
    return liftTranspose(node, first);
  if (operation == "Slice")
    return liftSlice(node, inputs);
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
    return liftUnary(node, first);
  if (findBinary(node, false) && inputs.size() == 2 && inputs[1])
    return liftBinary(node, first, inputs[1]);
  return notKnown();
}

//===----------------------------------------------------------------------===//
// Embeddings and single tokens
//===----------------------------------------------------------------------===//

Expected<ValuePtr> Lifter::liftGather(const Node &node, Inputs inputs) {
  const ValuePtr &data = inputs[0];
  ValuePtr indices = argument(inputs, 1);
  auto axis = resolveAxis(node.integer("axis", 0), data->shape.size());
  if (!axis)
    return axis.takeError();
  if (data->as<Constant>() && indices && indices->as<TokenIds>()) {
    if (data->shape.size() != 2 || *axis != 0)
      return createStringError("ids look up rows of a matrix only");
    Shape shape(indices->shape);
    shape.push_back(data->shape[1]);
    return makeRows(shape, emb::TokenEmbeddingOp::create(
                               builder, at(), ids, emitWeight(data),
                               builder.getF64FloatAttr(1.0)));
  }
  const Tensor *index = constantAt(inputs, 1);
  if (!index || index->values.size() != 1 ||
      *axis + 2 != static_cast<int64_t>(data->shape.size()))
    return notKnown();
  int64_t token = index->toIntegers().front();
  return takeToken(data, token < 0 ? token + data->shape[*axis] : token,
                   /*keepSide=*/!index->shape.empty());
}

Expected<ValuePtr> Lifter::takeToken(const ValuePtr &input, int64_t token,
                                     bool keepSide) {
  if (isPooled(input) || input->shape.size() < 2)
    return notKnown();
  if (token != 0 && token != length - 1)
    return createStringError("it takes token " + Twine(token) +
                             ", and only the first and the last can be");
  auto rows = emit(input);
  if (!rows)
    return rows.takeError();
  Shape shape(input->shape);
  if (keepSide)
    shape[shape.size() - 2] = 1;
  else
    shape.erase(shape.end() - 2);
  emb::PoolKind kind = token == 0 ? emb::PoolKind::Cls : emb::PoolKind::Last;
  return makeRows(shape,
                  emb::PoolOp::create(builder, at(), kind, *rows, offsets),
                  /*pooled=*/true);
}

Expected<ValuePtr> Lifter::liftSlice(const Node &node, Inputs inputs) {
  const ValuePtr &input = inputs[0];
  std::vector<const Tensor *> tensors = {nullptr};
  for (size_t i = 1; i < inputs.size(); ++i)
    tensors.push_back(constantAt(inputs, i));
  auto ranges = readSlice(input->shape, tensors);
  if (!ranges)
    return ranges.takeError();
  SmallVector<size_t> cut;
  for (auto [axis, range] : llvm::enumerate(*ranges))
    if (range.count != input->shape[axis] || range.step != 1)
      cut.push_back(axis);
  if (cut.empty())
    return input;
  if (cut.size() != 1)
    return notKnown();
  size_t axis = cut.front(), rank = input->shape.size();
  const Range &range = (*ranges)[axis];
  if (axis + 2 == rank && range.count == 1)
    return takeToken(input, range.start, /*keepSide=*/true);
  if (axis + 1 == rank && range.step == 1 && range.count > 0)
    return takeFeatures(input, range.start, range.start + range.count);
  return notKnown();
}

// Of a linear layer that joins several.
Expected<ValuePtr> Lifter::takeFeatures(const ValuePtr &input, int64_t first,
                                        int64_t last) {
  Projection *whole = input->as<Projection>();
  if (!whole || first < 0 || last > input->shape.back())
    return notKnown();
  Projection part = *whole;
  part.weight = sliced(whole->weight, first, last);
  if (whole->bias)
    part.bias = sliced(whole->bias, first, last);
  Shape shape(input->shape);
  shape.back() = last - first;
  return makeValue(shape, part);
}

Expected<std::vector<ValuePtr>> Lifter::liftSplit(const Node &node,
                                                  Inputs inputs) {
  const ValuePtr &input = inputs[0];
  auto axis = resolveAxis(node.integer("axis", 0), input->shape.size());
  if (!axis)
    return axis.takeError();
  if (*axis + 1 != static_cast<int64_t>(input->shape.size()))
    return notKnown();
  auto sizes = readSplit(node, input->shape.back(), constantAt(inputs, 1));
  if (!sizes)
    return sizes.takeError();
  std::vector<ValuePtr> results;
  int64_t first = 0;
  for (int64_t size : *sizes) {
    auto part = takeFeatures(input, first, first + size);
    if (!part)
      return part.takeError();
    results.push_back(*part);
    first += size;
  }
  return results;
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

//===----------------------------------------------------------------------===//
// Sums over features and over tokens
//===----------------------------------------------------------------------===//

static bool isSquare(const Function &function) {
  ArrayRef<double> points = samplePoints(*function.base);
  for (auto [x, y] : llvm::zip_equal(points, function.samples))
    if (y != x * x)
      return false;
  return true;
}

Expected<ValuePtr> Lifter::liftReduction(const Node &node, Inputs inputs) {
  const ValuePtr &input = inputs[0];
  int64_t rank = input->shape.size();
  auto axes = readReducedAxes(node, rank, constantAt(inputs, 1));
  if (!axes)
    return axes.takeError();
  if (axes->size() != 1)
    return notKnown();
  Shape shape = reduceShape(node, input->shape, *axes);
  StringRef kind = StringRef(node.operation).drop_front(strlen("Reduce"));

  if (axes->front() == rank - 1) {
    Function function = asFunction(input);
    bool squared = input->as<Function>() && isSquare(function);
    if (kind == "Mean" && !input->as<Function>())
      return makeValue(shape, Reduced{input, Reduction::Mean});
    if (kind == "Mean" && squared)
      return makeValue(shape, Reduced{function.base, Reduction::MeanSquare});
    if (kind == "Sum" && squared)
      return makeValue(shape, Reduced{function.base, Reduction::SumSquare});
    if (kind == "L2" && !input->as<Function>()) {
      ValuePtr sum = makeValue(shape, Reduced{input, Reduction::SumSquare});
      Node root;
      root.operation = "Sqrt";
      return liftUnary(root, sum);
    }
    return notKnown();
  }
  if (axes->front() != rank - 2 || input->shape[rank - 2] != length ||
      isPooled(input))
    return notKnown();
  if (kind == "Max") {
    auto rows = emit(input);
    if (!rows)
      return rows.takeError();
    return makeRows(
        shape,
        emb::PoolOp::create(builder, at(), emb::PoolKind::Max, *rows, offsets),
        /*pooled=*/true);
  }
  if (kind != "Sum" && kind != "Mean")
    return notKnown();
  TokenSum sum{input, std::vector<double>(length, 1.0), true};
  if (TokenSum *weighted = input->as<TokenSum>())
    sum = {weighted->rows, weighted->weights, true};
  if (kind == "Mean")
    for (double &weight : sum.weights)
      weight /= double(length);
  return makeValue(shape, sum);
}

//===----------------------------------------------------------------------===//
// Shapes and choices
//===----------------------------------------------------------------------===//

static Shape withoutUnits(ArrayRef<int64_t> shape) {
  Shape result;
  for (int64_t side : shape)
    if (side != 1)
      result.push_back(side);
  return result;
}

Expected<ValuePtr> Lifter::liftReshape(const Node &node, const ValuePtr &input,
                                       ArrayRef<int64_t> shape) {
  if (ArrayRef<int64_t>(input->shape) == shape)
    return input;
  if (Function *function = input->as<Function>()) {
    // One number a row may stand for a row of it: the sides need not agree.
    if (function->base->as<Reduced>())
      return makeValue(shape, *function);
    auto base = liftReshape(node, function->base, shape);
    if (!base)
      return base.takeError();
    return makeValue(shape, Function{*base, function->samples});
  }
  Context *context = input->as<Context>();
  // A single head is joined by dropping its side of 1.
  if (context && (context->joined || shape.size() < 4 ||
                  withoutUnits(shape) != withoutUnits(input->shape)))
    if (context->joined || shape.back() != input->shape.back() ||
        context->values->as<Heads>()->count == 1)
      return joinHeads(input, shape);
  if (input->as<Projection>() &&
      (shape.size() == 4 || withoutUnits(shape).size() == 3))
    return cutHeads(input, shape);
  if (withoutUnits(shape) != withoutUnits(input->shape))
    return createStringError("it reshapes " + shapeText(input->shape) + " to " +
                             shapeText(shape));
  auto result = std::make_shared<LiftedValue>(*input);
  result->shape.assign(shape.begin(), shape.end());
  Heads *heads = result->as<Heads>();
  context = result->as<Context>();
  if (heads || context) {
    SmallVector<Axis> &axes = heads ? heads->axes : context->axes;
    SmallVector<Axis> order(axes);
    llvm::erase(order, Axis::Unit);
    axes.clear();
    auto next = order.begin();
    for (int64_t side : shape)
      axes.push_back(side == 1 ? Axis::Unit : *next++);
  }
  return result;
}

// A mask that is all true, or one that becomes a term of scores.
Expected<ValuePtr> Lifter::liftWhere(Inputs inputs) {
  if (inputs.size() != 3 || !inputs[0] || !inputs[1] || !inputs[2] ||
      !inputs[0]->as<Constant>())
    return createStringError("its condition depends on the text");
  const Tensor &condition = read(*inputs[0]);
  if (auto all = condition.uniform()) {
    const ValuePtr &chosen = *all != 0.0 ? inputs[1] : inputs[2];
    const ValuePtr &other = *all != 0.0 ? inputs[2] : inputs[1];
    auto shape = broadcastShapes(condition.shape, other->shape);
    if (shape && broadcastShapes(*shape, chosen->shape) == chosen->shape)
      return chosen;
    return notKnown();
  }
  bool constantFirst = inputs[1]->as<Constant>();
  const ValuePtr &scores = inputs[constantFirst ? 2 : 1];
  const ValuePtr &masked = inputs[constantFirst ? 1 : 2];
  auto value = masked->as<Constant>() ? read(*masked).uniform() : std::nullopt;
  if (!value || *value > -1e4)
    return notKnown();
  Tensor term = condition;
  term.kind = TensorKind::Float;
  for (double &element : term.values)
    element = (element != 0.0) == constantFirst ? *value : 0.0;
  Node add;
  add.operation = "Add";
  return liftBinary(add, scores, makeConstant(std::move(term)));
}
