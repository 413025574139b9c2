//===- lift_positions.cpp - Scores of relative positions ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// DeBERTa's disentangled attention: heads of queries, and of keys, times a
// table with a row for each distance; each pair of tokens takes one of the
// products. What is made of the table itself is constant.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/fold/fold.h"
#include "compiler/frontend/onnx/lift/lifter.h"

#include "llvm/ADT/bit.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

// No model's last bucket is of distances beyond this.
static constexpr int64_t mostDistance = 1 << 13;

Expected<ValuePtr> Lifter::multiplyTable(const ValuePtr &heads,
                                         const ValuePtr &table) {
  size_t rank = heads->shape.size();
  if (rank != table->shape.size() ||
      heads->shape.back() != table->shape[rank - 2] ||
      ArrayRef(heads->shape).drop_back(2) !=
          ArrayRef(table->shape).drop_back(2))
    return createStringError("it multiplies " + shapeText(heads->shape) +
                             " and " + shapeText(table->shape));
  auto group = readHeadGroup(heads, /*isTransposed=*/false);
  if (!group)
    return group.takeError();
  Shape shape(heads->shape);
  shape.back() = table->shape.back();
  double scale = group->scale;
  return makeValue(shape, RelativeScores{{PositionScores{
                              std::move(*group), table, scale, {}, false}}});
}

// Of each token's products those that the indices name, one for each token.
Expected<ValuePtr> Lifter::takePositions(const Node &node, Inputs inputs) {
  RelativeScores *product = inputs[0]->as<RelativeScores>();
  const Tensor *indices = constantAt(inputs, 1);
  if (!product || !indices || !product->parts.front().taken.empty())
    return notKnown();
  auto axis = resolveAxis(node.integer("axis", 0), inputs[0]->shape.size());
  if (!axis)
    return axis.takeError();
  Shape shape(inputs[0]->shape);
  shape.back() = length;
  if (*axis + 1 != static_cast<int64_t>(shape.size()) ||
      indices->shape != shape)
    return createStringError("it takes " + shapeText(indices->shape) +
                             ", and not one for each pair of tokens");
  std::vector<int64_t> taken = indices->toIntegers();
  int64_t rows = inputs[0]->shape.back();
  size_t square = length * length;
  for (size_t i = 0; i < taken.size(); ++i) {
    taken[i] += taken[i] < 0 ? rows : 0;
    if (taken[i] != taken[i % square])
      return createStringError("its heads take other positions each");
  }
  taken.resize(square);
  PositionScores part = product->parts.front();
  part.taken = std::move(taken);
  return makeValue(shape, RelativeScores{{std::move(part)}});
}

// A transpose of what keys have taken.
Expected<ValuePtr> Lifter::exchangeTokens(const Node &node,
                                          const ValuePtr &input) {
  Function function = asFunction(input);
  RelativeScores *scores = function.base->as<RelativeScores>();
  if (!scores)
    return createStringError("only heads of attention are transposed");
  size_t rank = input->shape.size();
  auto permutation = readPermutation(node, rank);
  if (!permutation)
    return permutation.takeError();
  for (size_t i = 0; i + 2 < rank; ++i)
    if ((*permutation)[i] != static_cast<int64_t>(i))
      return notKnown();
  RelativeScores exchanged = *scores;
  bool swaps = permutation->back() + 2 == static_cast<int64_t>(rank);
  for (PositionScores &part : exchanged.parts) {
    if (part.taken.empty())
      return notKnown();
    part.transposed ^= swaps;
  }
  ValuePtr base = makeValue(input->shape, std::move(exchanged));
  return makeValue(input->shape, Function{base, function.samples});
}

// Sums of them come before the other scores, or after.
Expected<ValuePtr> Lifter::addRelative(const ValuePtr &a, const ValuePtr &b) {
  if (a->shape != b->shape)
    return notKnown();
  ValuePtr scores; // of the contents
  std::vector<PositionScores> parts;
  for (const ValuePtr &value : {a, b}) {
    Function function = asFunction(value);
    if (RelativeScores *relative = function.base->as<RelativeScores>()) {
      auto factor = linearFactor(*function.base, function.samples);
      if (!factor)
        return createStringError("scores of relative positions are only "
                                 "scaled");
      for (PositionScores part : relative->parts) {
        part.scale *= *factor;
        parts.push_back(std::move(part));
      }
      continue;
    }
    if (!function.base->as<Scores>())
      return notKnown();
    auto folded = foldIntoScores(value);
    if (!folded)
      return folded.takeError();
    scores = *folded;
  }
  if (!scores)
    return makeValue(a->shape, RelativeScores{std::move(parts)});
  Scores whole = *scores->as<Scores>();
  if (whole.softcap || !whole.terms.empty())
    return createStringError("relative positions come before a mask");
  llvm::append_range(whole.relative, parts);
  return makeValue(a->shape, std::move(whole));
}

//===----------------------------------------------------------------------===//
// Their tables
//===----------------------------------------------------------------------===//

/// By the distance from a key to its query, plus length - 1; empty where it is
/// not the distance that says which row is taken.
static std::vector<int64_t> rowsByDistance(const PositionScores &part,
                                           int64_t length) {
  std::vector<int64_t> rows(2 * length - 1, -1);
  for (int64_t i = 0; i < length; ++i)
    for (int64_t j = 0; j < length; ++j) {
      int64_t taken =
          part.taken[part.transposed ? j * length + i : i * length + j];
      int64_t &row = rows[i - j + length - 1];
      if (row != -1 && row != taken)
        return {};
      row = taken;
    }
  return rows;
}

static bool agrees(ArrayRef<int64_t> rows, int64_t height,
                   std::optional<int64_t> maxDistance) {
  int64_t length = (rows.size() + 1) / 2;
  // The longest distances first, where formulas differ.
  for (int64_t distance = length - 1; distance >= 0; --distance)
    for (int64_t signedDistance : {distance, -distance})
      if (rows[signedDistance + length - 1] !=
          emb::getRelativeRow(signedDistance, height, maxDistance))
        return false;
  return true;
}

/// Of the maximal distances that give these rows the roundest, unless one is
/// known. Nothing where none does.
static std::optional<std::optional<int64_t>>
findMaxDistance(ArrayRef<int64_t> rows, int64_t height,
                ArrayRef<std::optional<int64_t>> known) {
  for (std::optional<int64_t> distance : known)
    if (agrees(rows, height, distance))
      return distance;
  if (agrees(rows, height, std::nullopt))
    return std::optional<int64_t>();
  std::optional<std::optional<int64_t>> found;
  for (int64_t distance = height / 4 + 2; distance <= mostDistance; ++distance)
    if (agrees(rows, height, distance) &&
        (!found ||
         countr_zero(uint64_t(distance)) > countr_zero(uint64_t(**found))))
      found = distance;
  return found;
}

/// [heads, size, rows] to [rows, heads * size].
static ValuePtr joinHeads(const ValuePtr &table, const HeadGroup &heads) {
  const Tensor &from = read(*table);
  int64_t rows = table->shape.back(), width = heads.count * heads.size;
  Tensor joined = Tensor::filled(TensorKind::Float, {rows, width}, 0.0);
  for (int64_t feature = 0; feature < width; ++feature)
    for (int64_t row = 0; row < rows; ++row)
      joined.values[row * width + feature] = from.values[feature * rows + row];
  return makeConstant(std::move(joined));
}

static bool areSame(const HeadGroup &a, const HeadGroup &b) {
  return a.projection == b.projection && a.first == b.first &&
         a.count == b.count && a.size == b.size && a.shared == 1 &&
         b.shared == 1 && !a.norm && !b.norm && !a.turn && !b.turn;
}

Expected<Lifter::RelativeTables> Lifter::emitRelative(const Scores &scores) {
  RelativeTables tables;
  int64_t height = 0;
  for (const PositionScores &part : scores.relative) {
    bool ofKeys = part.transposed;
    mlir::Value &table = ofKeys ? tables.queries : tables.keys;
    if (part.taken.empty() || table ||
        !areSame(part.heads, ofKeys ? scores.key : scores.query))
      return createStringError("its relative positions are of no table for its "
                               "queries and one for its keys");
    if (!isRoot(part.scale, scores.scale))
      return createStringError("its relative positions are scaled otherwise "
                               "than its queries and keys");
    int64_t rows = part.table->shape.back();
    std::vector<int64_t> taken = rowsByDistance(part, length);
    auto distance = taken.empty()
                        ? std::nullopt
                        : findMaxDistance(taken, rows, formulas.maxDistances);
    if (!distance || rows % 2 != 0 || rows < 4 ||
        (height != 0 && (height != rows || tables.maxDistance != *distance)))
      return createStringError("it takes relative positions by no formula that "
                               "is known here");
    height = rows;
    tables.maxDistance = *distance;
    formulas.maxDistances.push_back(*distance);
    // Beyond the last bucket nothing changes; before it, more may.
    if (taken.front() != 0 || taken.back() != rows - 1)
      nextBound = std::min(nextBound.value_or(length), length);
    table = emitWeight(joinHeads(part.table, part.heads));
  }
  return tables;
}
