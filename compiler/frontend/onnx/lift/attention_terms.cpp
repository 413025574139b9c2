//===- attention_terms.cpp - Terms added to scores ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/onnx/lift/attention_terms.h"

#include <cmath>

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::frontend::onnx;

// What is at most this is hidden: half precision reaches to -65504.
static constexpr double hidden = -1e4;

ValuePtr onnx::makeMask(const Tensor &shown) {
  Tensor term = shown;
  term.kind = TensorKind::Float;
  for (double &element : term.values)
    element = element != 0.0 ? 0.0 : -INFINITY;
  return makeConstant(std::move(term));
}

// The mask shows so many tokens before and after each, and hides the rest.
static bool readWindow(const Tensor &term, int64_t length, Terms &terms) {
  size_t square = length * length;
  if (term.values.empty() || term.values.size() % square != 0)
    return false;
  for (size_t i = square; i < term.values.size(); ++i) // one for each head
    if (term.values[i] != term.values[i - square])
      return false;
  auto sees = [&](int64_t i, int64_t j) {
    return term.values[i * length + j] == 0.0;
  };
  int64_t before = 0, after = 0;
  for (int64_t i = 0; i < length; ++i)
    for (int64_t j = 0; j < length; ++j) {
      if (!sees(i, j) && term.values[i * length + j] > hidden)
        return false;
      if (sees(i, j))
        (j < i ? before : after) =
            std::max(j < i ? before : after, std::abs(i - j));
    }
  for (int64_t i = 0; i < length; ++i)
    for (int64_t j = 0; j < length; ++j)
      if (sees(i, j) != (i - j <= before && j - i <= after))
        return false;
  if (before < length - 1)
    terms.before = std::min(before, terms.before.value_or(before));
  if (after < length - 1)
    terms.after = std::min(after, terms.after.value_or(after));
  return true;
}

static bool readAlibi(const Tensor &term, int64_t length, int64_t heads,
                      Terms &terms) {
  if (terms.alibi || countElements(term.shape) != heads * length * length)
    return false;
  for (int64_t h = 0, at = 0; h < heads; ++h) {
    double slope = emb::getAlibiSlope(h, heads);
    for (int64_t i = 0; i < length; ++i)
      for (int64_t j = 0; j < length; ++j, ++at) {
        double bias = -slope * double(std::abs(i - j));
        if (!(std::fabs(term.values[at] - bias) <= 1e-5 * std::fabs(bias)))
          return false;
      }
  }
  terms.alibi = true;
  return true;
}

// A table's row for the distance of each query and key, in T5's buckets.
static bool readPositionBias(const ValuePtr &constant, int64_t length,
                             int64_t heads, Terms &terms) {
  const std::vector<Lookup> &lookups = constant->as<Constant>()->lookups;
  if (terms.table || lookups.size() != 1 ||
      countElements(constant->shape) != heads * length * length)
    return false;
  const ValuePtr &table = lookups.front().table;
  if (table->shape.size() != 2 || table->shape[1] != heads)
    return false;
  const Tensor &rows = read(*table), &bias = read(*constant);
  int64_t buckets = table->shape[0];
  auto agrees = [&](int64_t maxDistance) {
    for (int64_t h = 0, at = 0; h < heads; ++h)
      for (int64_t i = 0; i < length; ++i)
        for (int64_t j = 0; j < length; ++j, ++at)
          if (bias.values[at] !=
              rows.values[emb::getPositionBucket(j - i, buckets, maxDistance) *
                              heads +
                          h])
            return false;
    return true;
  };
  // 128 is what every T5 and MPNet has.
  for (int64_t distance : {128, 64, 256, 512, 1024, 32, 20})
    if (buckets >= 4 && buckets % 2 == 0 && distance > buckets / 4 &&
        agrees(distance)) {
      terms.table = table;
      terms.maxDistance = distance;
      return true;
    }
  return false;
}

Expected<Terms> onnx::readTerms(ArrayRef<ValuePtr> added, int64_t length,
                                int64_t heads) {
  Terms terms;
  for (const ValuePtr &term : added)
    if (!readPositionBias(term, length, heads, terms) &&
        !readAlibi(read(*term), length, heads, terms) &&
        !readWindow(read(*term), length, terms))
      return createStringError("what is added to the scores is neither a "
                               "window of tokens nor ALiBi nor T5's position "
                               "bias");
  return terms;
}
