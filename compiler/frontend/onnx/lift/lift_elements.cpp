//===- lift_elements.cpp - Computations element by element ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// An activation is exported as any of a dozen chains of nodes. Instead of
// knowing them all, the lifter computes each chain at a few points, and
// compares the result with the activations that there are.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/fold/scalar_functions.h"
#include "compiler/frontend/onnx/lift/lifter.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

// In exports of one model both have the same form: rows, twice read, or the
// same function of such.
static bool isSame(const ValuePtr &a, const ValuePtr &b) {
  if (a == b)
    return true;
  Rows *left = a->as<Rows>(), *right = b->as<Rows>();
  if (left && right)
    return left->value == right->value;
  Function *f = a->as<Function>(), *g = b->as<Function>();
  return f && g && isSame(f->base, g->base) && areClose(f->samples, g->samples);
}

// Bounds that no value reaches change nothing.
static ValuePtr makeFunction(ArrayRef<int64_t> shape, Function function) {
  if (ArrayRef(function.samples) == samplePoints(*function.base) &&
      ArrayRef(function.base->shape) == shape)
    return function.base;
  return makeValue(shape, std::move(function));
}

Expected<ValuePtr> Lifter::liftUnary(const Node &node, Inputs inputs) {
  auto unary = findUnary(node);
  if (node.operation == "Clip") {
    double bounds[2] = {-INFINITY, INFINITY};
    for (size_t i = 1; i < std::min<size_t>(inputs.size(), 3); ++i) {
      const ValuePtr &bound = inputs[i];
      if (!bound)
        continue;
      auto number =
          bound->as<Constant>() ? read(*bound).uniform() : std::nullopt;
      if (!number)
        return createStringError("its bounds are not constant");
      bounds[i - 1] = *number;
    }
    unary = [least = bounds[0], most = bounds[1]](double x) {
      return std::min(std::max(x, least), most);
    };
  }
  Function function = asFunction(inputs[0]);
  for (double &sample : function.samples)
    sample = unary(sample);
  return makeFunction(inputs[0]->shape, std::move(function));
}

Expected<ValuePtr> Lifter::liftBinary(const Node &node, const ValuePtr &a,
                                      const ValuePtr &b) {
  auto shape = broadcastShapes(a->shape, b->shape);
  if (!shape)
    return createStringError("its inputs are " + shapeText(a->shape) + " and " +
                             shapeText(b->shape));
  if (isPredicate(node))
    return createStringError("it depends on the text");
  if (a->as<Constant>())
    return liftWithConstant(node, b, a, /*constantFirst=*/true);
  if (b->as<Constant>())
    return liftWithConstant(node, a, b, /*constantFirst=*/false);
  Function left = asFunction(a), right = asFunction(b);
  if (isSame(left.base, right.base)) {
    // x + x is a function of x too.
    auto binary = findBinary(node, false);
    for (auto [x, y] : llvm::zip_equal(left.samples, right.samples))
      x = binary(x, y);
    return makeValue(*shape, left);
  }
  return liftPair(node, a, b);
}

Expected<ValuePtr> Lifter::liftWithConstant(const Node &node,
                                            const ValuePtr &value,
                                            const ValuePtr &constant,
                                            bool constantFirst) {
  StringRef operation = node.operation;
  const Tensor &tensor = read(*constant);
  std::optional<double> number = tensor.uniform();
  auto shape = broadcastShapes(value->shape, constant->shape);
  if (*shape != value->shape)
    return createStringError("it makes " + shapeText(*shape) + " of " +
                             shapeText(value->shape));
  int64_t width = value->shape.empty() ? 1 : value->shape.back();
  bool isRow = width > 1 && !constant->shape.empty() &&
               constant->shape.back() == width &&
               countElements(constant->shape) == width;

  // The rest of a linear layer or of a norm.
  Projection *projection = value->as<Projection>();
  if (projection && operation == "Add" && isRow && !projection->bias) {
    Projection whole = *projection;
    whole.bias = reshaped(constant, {width});
    return makeValue(value->shape, whole);
  }
  bool isQuantised = projection && isIntegers(projection->weight);
  if (projection && operation == "Mul" && !projection->bias &&
      (isRow || (isQuantised && countElements(constant->shape) == 1))) {
    Projection whole = *projection;
    whole.weight = scaledRows(whole.weight, constant);
    return makeValue(value->shape, whole);
  }
  if (TakenIntegers *taken = value->as<TakenIntegers>())
    return dequantiseTaken(node, *taken, constant, constantFirst);
  Normed *normed = value->as<Normed>();
  if (normed && isRow && !normed->shift &&
      ((operation == "Mul" && !normed->scale) ||
       (operation == "Add" && normed->centered))) {
    Normed whole = *normed;
    (operation == "Mul" ? whole.scale : whole.shift) =
        reshaped(constant, {width});
    return makeValue(value->shape, whole);
  }

  // What changes nothing, as a mask that hides nothing.
  if ((operation == "Add" && number == 0.0) ||
      (operation == "Mul" && number == 1.0) ||
      (!constantFirst && ((operation == "Sub" && number == 0.0) ||
                          (operation == "Div" && number == 1.0))))
    return value;

  // An embedding's scale comes before what reads the rows.
  if (Rows *rows = value->as<Rows>(); rows && operation == "Mul" && number)
    if (ValuePtr scaled = scaleEmbedding(value->shape, *rows, *number))
      return scaled;

  TokenSum *sum = value->as<TokenSum>();
  bool scales = operation == "Mul" || (operation == "Div" && !constantFirst);
  if (sum && scales && number) {
    TokenSum scaled = *sum;
    for (double &weight : scaled.weights)
      weight = operation == "Mul" ? weight * *number : weight / *number;
    return makeValue(value->shape, scaled);
  }
  if (operation == "Add" && !number && asFunction(value).base->as<Scores>())
    return addTerm(value, constant);
  // A weight for each token, as in a weighted mean.
  if (operation == "Mul" && !number && value->shape.size() == 3 &&
      countElements(constant->shape) == length &&
      broadcastShapes(constant->shape, {1, length, 1}) == Shape{1, length, 1})
    return makeValue(value->shape, TokenSum{value, tensor.values, false});
  if (operation == "Add" && !isPooled(value) && (!number || isRow) &&
      !value->as<Function>())
    return addLookups(value, constant);
  if (!number)
    return createStringError("a constant of " + shapeText(constant->shape) +
                             " is no part of a layer here");
  Function function = asFunction(value);
  auto binary = findBinary(node, false);
  for (double &sample : function.samples)
    sample = constantFirst ? binary(*number, sample) : binary(sample, *number);
  return makeFunction(value->shape, std::move(function));
}

// The sum of rows and of rows of tables: by position, or one for all.
Expected<ValuePtr> Lifter::addLookups(const ValuePtr &value,
                                      const ValuePtr &constant) {
  auto emitted = emit(value);
  if (!emitted)
    return emitted.takeError();
  mlir::Value rows = *emitted;
  int64_t width = value->shape.back();
  std::vector<Lookup> lookups = constant->as<Constant>()->lookups;
  if (lookups.empty() && countElements(constant->shape) == width) {
    // A segment's row that the exporter has looked up already.
    Tensor table = read(*constant);
    table.shape = {1, width};
    lookups = {{makeConstant(std::move(table)), {0}}};
  }
  if (lookups.empty() || (countElements(constant->shape) != width &&
                          countElements(constant->shape) != length * width))
    return createStringError("it adds a constant of " +
                             shapeText(constant->shape) +
                             " that comes from no table");
  for (const Lookup &lookup : lookups) {
    int64_t first = lookup.ids.front();
    mlir::Value table = emitWeight(lookup.table);
    bool isPositions = static_cast<int64_t>(lookup.ids.size()) == length;
    for (auto [i, id] : llvm::enumerate(lookup.ids))
      isPositions &= id == first + static_cast<int64_t>(i);
    if (lookup.table->shape.back() != width)
      return createStringError("its table is " +
                               shapeText(lookup.table->shape));
    if (llvm::all_equal(lookup.ids))
      rows = emb::SegmentEmbeddingOp::create(builder, at(), rows, table,
                                             /*types=*/nullptr, first);
    else if (isPositions)
      rows = emb::PositionalEncodingOp::create(builder, at(),
                                               emb::PositionKind::Learned, rows,
                                               offsets, table, first,
                                               /*uncounted=*/nullptr);
    else
      return createStringError("it looks up rows that are neither one for "
                               "all tokens nor one for each position");
  }
  return makeRows(value->shape, rows);
}

Expected<ValuePtr> Lifter::addTypes(const ValuePtr &value,
                                    const TypeRows &segments) {
  if (value->shape.back() != segments.table->shape[1])
    return notKnown();
  auto rows = emit(value);
  if (!rows)
    return rows.takeError();
  return makeRows(value->shape,
                  emb::SegmentEmbeddingOp::create(
                      builder, at(), *rows, emitWeight(segments.table), types,
                      /*segment=*/0));
}

Expected<ValuePtr> Lifter::liftPair(const Node &node, const ValuePtr &a,
                                    const ValuePtr &b) {
  StringRef operation = node.operation;
  auto shape = *broadcastShapes(a->shape, b->shape);
  if (asFunction(a).base->as<RelativeScores>() ||
      asFunction(b).base->as<RelativeScores>())
    return operation == "Add" ? addRelative(a, b) : Lifted(notKnown());
  for (const auto &[rows, segments] : {std::pair(a, b), std::pair(b, a)})
    if (segments->as<TypeRows>() && operation == "Add")
      return addTypes(rows, *segments->as<TypeRows>());
  if (Reduced *mean = b->as<Reduced>())
    if (operation == "Sub" && mean->kind == Reduction::Mean &&
        isSame(mean->rows, a))
      return makeValue(a->shape, Centered{a});
  for (const auto &[value, other] : {std::pair(a, b), std::pair(b, a)}) {
    Function root = asFunction(other);
    if (root.base->as<Reduced>() &&
        (operation == "Mul" || (operation == "Div" && other == b)))
      return divideByRoot(node, value, root);
  }
  if (operation == "Mul")
    for (const auto &[gate, up] : {std::pair(a, b), std::pair(b, a)})
      if (up->as<Projection>() && gate->as<Function>() &&
          gate->as<Function>()->base->as<Projection>())
        return makeValue(shape, Gated{gate, up});
  if (operation != "Add" || a->shape != b->shape || isPooled(a) != isPooled(b))
    return createStringError("no layer here joins such values");
  auto rows = emit(a);
  if (!rows)
    return rows.takeError();
  auto others = emit(b);
  if (!others)
    return others.takeError();
  return makeRows(shape, emb::AddOp::create(builder, at(), *rows, *others),
                  isPooled(a));
}

// x over the root of its mean square is a norm, over that of its sum of squares
// it has length one.
Expected<ValuePtr> Lifter::divideByRoot(const Node &node, const ValuePtr &value,
                                        const Function &root) {
  const Reduced &reduced = *root.base->as<Reduced>();
  if (!isSame(reduced.rows, value))
    return createStringError("it divides rows by what is of others");
  ArrayRef<double> points = samplePoints(*root.base);
  bool inverse = node.operation == "Mul";
  if (reduced.kind == Reduction::SumSquare && isPooled(value)) {
    if (!isLength(points, root.samples, inverse))
      return createStringError("vectors are divided by their length, or by "
                               "1e-12 where that is less, and not so here");
    auto rows = emit(value);
    if (!rows)
      return rows.takeError();
    return makeRows(value->shape,
                    emb::NormalizeOp::create(builder, at(), *rows),
                    /*pooled=*/true);
  }
  auto epsilon = rootEpsilon(points, root.samples, inverse);
  if (reduced.kind != Reduction::MeanSquare || !epsilon)
    return createStringError("it is no norm that is known here");
  Centered *centered = value->as<Centered>();
  return makeValue(value->shape,
                   Normed{centered ? centered->rows : value,
                          centered != nullptr, *epsilon, nullptr, nullptr});
}
