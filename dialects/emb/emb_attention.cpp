//===- emb_attention.cpp - The verifier of emb.attention ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The checks have the order and the numbers of the constraints in
// emb_attention.td.
//
//===----------------------------------------------------------------------===//

#include "dialects/emb/emb_verifiers.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace emblem;
using namespace emblem::emb;

// In float32, and in this order, as transformers has it: where the logarithm is
// a whole number, rounding decides.
int64_t emb::getPositionBucket(int64_t distance, int64_t buckets,
                               int64_t maxDistance) {
  int64_t half = buckets / 2, exact = half / 2;
  int64_t first = distance > 0 ? half : 0;
  int64_t length = std::abs(distance);
  if (length < exact)
    return first + length;
  float ratio = std::log(float(length) / float(exact)) /
                float(std::log(double(maxDistance) / double(exact)));
  auto beyond = static_cast<int64_t>(ratio * float(half - exact));
  return first + std::min(exact + beyond, half - 1);
}

// In float32, as transformers has it.
int64_t emb::getRelativeRow(int64_t distance, int64_t rows,
                            std::optional<int64_t> maxDistance) {
  int64_t span = rows / 2, middle = span / 2;
  int64_t length = std::abs(distance);
  if (maxDistance && length > middle) {
    float ratio = std::log(float(length) / float(middle)) /
                  std::log(float(*maxDistance - 1) / float(middle));
    length =
        static_cast<int64_t>(std::ceil(ratio * float(middle - 1))) + middle;
  }
  return std::clamp<int64_t>(span + (distance < 0 ? -length : length), 0,
                             rows - 1);
}

double emb::getAlibiSlope(int64_t head, int64_t heads) {
  int64_t power = llvm::bit_floor(static_cast<uint64_t>(heads));
  if (head < power)
    return std::exp2(-8.0 * (head + 1) / power);
  return std::exp2(-4.0 * (2 * (head - power) + 1) / power);
}

double AttentionOp::getScaleOrDefault() {
  if (auto scale = getScale())
    return scale->convertToDouble();
  return 1.0 / std::sqrt(static_cast<double>(getHeadSize()));
}

// attention_c1
static LogicalResult verifyHeads(AttentionOp op) {
  int64_t heads = op.getHeadsAttr().getInt();
  int64_t features = height(op.getQueryWeight().getType());
  if (heads < 1)
    return op.emitOpError() << "heads must be positive, but is " << heads;
  if (features % heads != 0)
    return op.emitOpError() << heads << " heads do not divide " << features
                            << ", the height of the query weight";
  IntegerAttr shared = op.getKeyValueHeadsAttr();
  if (shared && (shared.getInt() < 1 || heads % shared.getInt() != 0))
    return op.emitOpError()
           << "key_value_heads must be positive and divide " << heads
           << ", the heads, but is " << shared.getInt();
  return success();
}

static LogicalResult verifyWeights(AttentionOp op) {
  RankedTensorType input = op.getInput().getType();
  RankedTensorType query = op.getQueryWeight().getType();
  RankedTensorType key = op.getKeyWeight().getType();
  RankedTensorType value = op.getValueWeight().getType();
  RankedTensorType output = op.getOutputWeight().getType();
  // attention_c2
  if (failed(verifyWidth(op, "query weight", query, input)))
    return failure();
  int64_t shared = op.getKeyValueHeadsOrDefault() * op.getHeadSize();
  for (auto [name, weight] : {std::pair("key", key), std::pair("value", value)})
    if (height(weight) != shared || width(weight) != width(query)) {
      InFlightDiagnostic error = op.emitOpError();
      error << "the " << name << " weight is " << shape(weight) << ", but ";
      if (op.getKeyValueHeads())
        return error << op.getKeyValueHeadsOrDefault() << " heads of "
                     << op.getHeadSize() << " need "
                     << shape(shared, width(query));
      return error << "the query weight " << shape(query);
    }

  // attention_c3
  if (height(output) != width(input) || width(output) != height(query))
    return op.emitOpError()
           << "the output weight is " << shape(output) << ", but must be "
           << shape(width(input), height(query))
           << ": the input's width by the query weight's "
              "height";

  // attention_c4
  if (failed(verifyBias(op, "query bias", op.getQueryBias(), query)) ||
      failed(verifyBias(op, "key bias", op.getKeyBias(), key)) ||
      failed(verifyBias(op, "value bias", op.getValueBias(), value)))
    return failure();
  return verifyBias(op, "output bias", op.getOutputBias(), output);
}

// attention_c6
static LogicalResult verifyHeadNorms(AttentionOp op) {
  for (auto [name, norm] : {std::pair("query_norm", op.getQueryNorm()),
                            std::pair("key_norm", op.getKeyNorm())})
    if (norm && norm.getType().getDimSize(0) != op.getHeadSize())
      return op.emitOpError()
             << name << " is " << norm.getType().getDimSize(0)
             << " long, but a head is " << op.getHeadSize() << " wide";
  if (bool(op.getQueryNorm() || op.getKeyNorm()) != bool(op.getNormEpsilon()))
    return op.emitOpError("norms of heads and norm_epsilon come together");
  return verifyNotNegative(op, "norm_epsilon", op.getNormEpsilonAttr());
}

// attention_c7
static LogicalResult verifyRotary(AttentionOp op) {
  bool rotary = bool(op.getRotary());
  auto frequencies = op.getRotaryFrequencies();
  if (rotary ? bool(op.getRotaryBase()) == bool(frequencies)
             : op.getRotaryBase() || frequencies)
    return op.emitOpError("rotary comes with either a base or frequencies");
  if (!rotary && (op.getRotaryFactor() || op.getRotaryInterleaved() ||
                  op.getRotaryAmplitude()))
    return op.emitOpError("factor, amplitude and interleaved need rotary");
  if (!rotary)
    return success();
  if (op.getRotaryFactor() && !op.getRotaryBase())
    return op.emitOpError("factor needs a base");
  int64_t features = op.getRotaryAttr().getInt();
  if (features < 2 || features % 2 != 0 || features > op.getHeadSize())
    return op.emitOpError()
           << "rotary must be even, positive and at most " << op.getHeadSize()
           << ", the head size, but is " << features;
  if (frequencies &&
      (static_cast<int64_t>(frequencies->size()) != features / 2 ||
       !llvm::all_of(*frequencies,
                     [](double x) { return x > 0 && std::isfinite(x); })))
    return op.emitOpError() << "frequencies must be " << features / 2
                            << ", one for each pair, positive and finite";
  if (failed(verifyPositive(op, "base", op.getRotaryBaseAttr())) ||
      failed(verifyPositive(op, "amplitude", op.getRotaryAmplitudeAttr())))
    return failure();
  return verifyPositive(op, "factor", op.getRotaryFactorAttr());
}

// attention_c8
static LogicalResult verifyPositionBias(AttentionOp op) {
  auto table = op.getPositionBias();
  bool isRelative = op.getPositionKeys() || op.getPositionQueries();
  if (table ? !op.getMaxDistance() : op.getMaxDistance() && !isRelative)
    return op.emitOpError("position_bias and max_distance come together");
  if (!table)
    return success();
  if (op.getAlibi())
    return op.emitOpError("position_bias does not come with alibi");
  int64_t buckets = height(table.getType()), columns = width(table.getType());
  if (buckets < 4 || buckets % 2 != 0)
    return op.emitOpError() << "position_bias must have an even number of "
                               "rows, at least 4, but has "
                            << buckets;
  if (columns != static_cast<int64_t>(op.getHeads()))
    return op.emitOpError()
           << "position_bias has " << columns << " columns, but there are "
           << op.getHeads() << " heads";
  if (op.getMaxDistanceAttr().getInt() <= buckets / 4)
    return op.emitOpError() << "max_distance must be more than " << buckets / 4
                            << ", the distances with a bucket of their own, "
                               "but is "
                            << op.getMaxDistanceAttr().getInt();
  return success();
}

// attention_c9
static LogicalResult verifyTokens(AttentionOp op) {
  for (auto [name, tokens] : {std::pair("before", op.getBeforeAttr()),
                              std::pair("after", op.getAfterAttr()),
                              std::pair("unattended", op.getUnattendedAttr())})
    if (tokens && tokens.getInt() < 0)
      return op.emitOpError()
             << name << " must not be negative, but is " << tokens.getInt();
  return success();
}

// attention_c10
static LogicalResult verifyRelativePositions(AttentionOp op) {
  auto keys = op.getPositionKeys(), queries = op.getPositionQueries();
  if (!keys && !queries)
    return success();
  for (auto [name, given] :
       {std::pair("position_bias", bool(op.getPositionBias())),
        std::pair("key_value_heads", bool(op.getKeyValueHeads()))})
    if (given)
      return op.emitOpError() << "position_keys and position_queries do not "
                                 "come with "
                              << name;
  RankedTensorType first = (keys ? keys : queries).getType();
  for (auto [name, table] : {std::pair("position_keys", keys),
                             std::pair("position_queries", queries)}) {
    if (!table)
      continue;
    int64_t rows = height(table.getType());
    if (width(table.getType()) != height(op.getQueryWeight().getType()) ||
        rows < 4 || rows % 2 != 0 || rows != height(first))
      return op.emitOpError()
             << name << " must be " << height(op.getQueryWeight().getType())
             << " wide, and both tables of the same even height, at least 4, "
                "but are "
             << shape(table.getType()) << " and " << shape(first);
  }
  int64_t buckets = height(first) / 4;
  if (op.getMaxDistance() && op.getMaxDistanceAttr().getInt() <= buckets + 1)
    return op.emitOpError() << "max_distance must be more than " << buckets + 1
                            << ", but is " << op.getMaxDistanceAttr().getInt();
  return success();
}

LogicalResult AttentionOp::verify() {
  if (failed(verifyHeads(*this)) || failed(verifyWeights(*this)))
    return failure();
  // attention_c5
  if (failed(verifyPositive(*this, "scale", getScaleAttr())) ||
      failed(verifyPositive(*this, "softcap", getSoftcapAttr())))
    return failure();
  if (failed(verifyHeadNorms(*this)) || failed(verifyRotary(*this)) ||
      failed(verifyPositionBias(*this)) || failed(verifyTokens(*this)))
    return failure();
  return verifyRelativePositions(*this);
}
