//===- lift_tokens.cpp - Rows looked up, taken and summed -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/fold/fold.h"
#include "compiler/frontend/onnx/lift/lifter.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

//===----------------------------------------------------------------------===//
// Embeddings and single tokens
//===----------------------------------------------------------------------===//

Expected<ValuePtr> Lifter::liftGather(const Node &node, Inputs inputs) {
  const ValuePtr &data = inputs[0];
  ValuePtr indices = argument(inputs, 1);
  auto axis = resolveAxis(node.integer("axis", 0), data->shape.size());
  if (!axis)
    return axis.takeError();
  bool isTable = data->as<Constant>() && indices &&
                 (indices->as<TokenIds>() || indices->as<TokenTypes>());
  if (isTable && isIntegers(data)) {
    if (data->shape.size() != 2 || *axis != 0)
      return createStringError("ids look up rows of a matrix only");
    Shape shape(indices->shape);
    shape.push_back(data->shape[1]);
    return makeValue(shape, TakenIntegers{data, indices});
  }
  if (data->as<Constant>() && indices && indices->as<TokenIds>()) {
    if (data->shape.size() != 2 || *axis != 0)
      return createStringError("ids look up rows of a matrix only");
    Shape shape(indices->shape);
    shape.push_back(data->shape[1]);
    return makeRows(shape, emb::TokenEmbeddingOp::create(
                               builder, at(), ids, emitWeight(data),
                               /*scale=*/APFloat(1.0), /*zero_row=*/false));
  }
  if (data->as<Constant>() && indices && indices->as<TokenTypes>()) {
    if (data->shape.size() != 2 || *axis != 0)
      return createStringError("types look up rows of a matrix only");
    Shape shape(indices->shape);
    shape.push_back(data->shape[1]);
    return makeValue(shape, TypeRows{data});
  }
  const Tensor *index = constantAt(inputs, 1);
  if (!index || index->values.size() != 1 ||
      *axis + 2 != static_cast<int64_t>(data->shape.size()))
    return notKnown();
  int64_t token = index->toIntegers().front();
  return takeToken(data, token < 0 ? token + data->shape[*axis] : token,
                   /*keepSide=*/!index->shape.empty());
}

// The table is dequantised instead of its rows: by one scale for all, or one
// for each feature.
Expected<ValuePtr> Lifter::scaleTaken(const TakenIntegers &taken,
                                      const ValuePtr &scale,
                                      const ValuePtr &zero) {
  for (const ValuePtr &part : {scale, zero})
    if (part && countElements(part->shape) != 1 &&
        countElements(part->shape) != taken.table->shape[1])
      return createStringError("it has a scale for each row of a table");
  Node gather;
  gather.operation = "Gather";
  return liftGather(gather, {dequantised(taken.table, scale, zero, /*axis=*/1,
                                         /*block=*/0),
                             taken.indices});
}

// In pieces: less their zero, then times the scale.
Expected<ValuePtr> Lifter::dequantiseTaken(const Node &node,
                                           const TakenIntegers &taken,
                                           const ValuePtr &constant,
                                           bool constantFirst) {
  int64_t width = taken.table->shape[1], count = countElements(constant->shape);
  const auto &less = taken.table->as<Constant>()->less;
  if (count != 1 && (count != width || constant->shape.back() != width))
    return notKnown();
  if (node.operation == "Sub" && !constantFirst && !less) {
    Shape shape = {1, length, width};
    return makeValue(shape, TakenIntegers{lessZero(taken.table, constant,
                                                   /*axis=*/1),
                                          taken.indices});
  }
  if (node.operation != "Mul")
    return notKnown();
  if (!less)
    return scaleTaken(taken, constant, nullptr);
  return scaleTaken({less->integers, taken.indices}, constant, less->zero);
}

// Of [1, n, H] at [[0, token]].
Expected<ValuePtr> Lifter::liftGatherND(const Node &node, Inputs inputs) {
  const Tensor *index = constantAt(inputs, 1);
  if (!index || index->shape != Shape{1, 2} || inputs[0]->shape.size() != 3 ||
      node.integer("batch_dims", 0) != 0 || index->values[0] != 0.0)
    return notKnown();
  int64_t token = index->toIntegers()[1];
  return takeToken(inputs[0], token < 0 ? token + length : token,
                   /*keepSide=*/false);
}

Expected<ValuePtr> Lifter::takeToken(const ValuePtr &input, int64_t token,
                                     bool keepSide) {
  if (isPooled(input) || input->shape.size() < 2)
    return notKnown();
  if (token != 0 && token != length - 1)
    return createStringError("it takes token " + Twine(token) +
                             ", and only the first and the last can be");
  // A layer over all tokens, of which one is read.
  Projection *layer = input->as<Projection>();
  if (layer && (layer->source->as<Rows>() || layer->source->as<Normed>())) {
    auto row = takeToken(layer->source, token, keepSide);
    if (!row)
      return row.takeError();
    Shape shape((*row)->shape);
    shape.back() = input->shape.back();
    return makeValue(shape, Projection{*row, layer->weight, layer->bias});
  }
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

//===----------------------------------------------------------------------===//
// Sums over features and over tokens
//===----------------------------------------------------------------------===//

// What the value is the square of: rows, or a layer's with its activation; null
// where there is no such.
static ValuePtr findSquared(const ValuePtr &value) {
  if (!value->as<Function>())
    return nullptr;
  const Function &function = *value->as<Function>();
  ArrayRef<double> points = samplePoints(*function.base);
  auto root = findSquareRoot(points, function.samples);
  if (!root)
    return nullptr;
  if (ArrayRef(*root) == points)
    return function.base;
  return makeValue(value->shape, Function{function.base, std::move(*root)});
}

// One number a row, of all its features.
Expected<ValuePtr> Lifter::reduceFeatures(StringRef kind, const ValuePtr &input,
                                          ArrayRef<int64_t> shape) {
  ValuePtr squared = findSquared(input);
  if (kind == "Mean" && squared)
    return makeValue(shape, Reduced{squared, Reduction::MeanSquare});
  if (kind == "Mean" && !input->as<Function>())
    return makeValue(shape, Reduced{input, Reduction::Mean});
  if (kind == "Sum" && squared)
    return makeValue(shape, Reduced{squared, Reduction::SumSquare});
  if (kind != "L2" && kind != "SumSquare")
    return notKnown();
  ValuePtr sum = makeValue(shape, Reduced{input, Reduction::SumSquare});
  if (kind == "SumSquare")
    return sum;
  Node root;
  root.operation = "Sqrt";
  return liftUnary(root, sum);
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

  if (axes->front() == rank - 1)
    return reduceFeatures(kind, input, shape);
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
