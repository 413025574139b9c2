//===- yaml_weights.cpp - Weights as YAML ---------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/description/yaml_weights.h"

#include "compiler/description/yaml_scalars.h"

using namespace emblem::frontend;
using namespace llvm;

using Derivation = WeightDerivation;

namespace {
/// An operation as a map of its operands and its numbers.
template <typename Operation> struct Named {
  Operation operation;
  std::vector<WeightExpression> operands;

  void mapOperands(yaml::IO &io, ArrayRef<const char *> keys) {
    operands.resize(keys.size());
    for (auto [key, operand] : llvm::zip_equal(keys, operands))
      io.mapRequired(key, operand);
  }
};
} // namespace

namespace llvm::yaml {

template <> struct MappingTraits<Named<Derivation::Rows>> {
  static void mapping(IO &io, Named<Derivation::Rows> &rows) {
    rows.mapOperands(io, {"of"});
    io.mapRequired("first", rows.operation.first);
    io.mapRequired("last", rows.operation.last);
  }
  static const bool flow = true;
};

template <> struct MappingTraits<Named<Derivation::ScaledRows>> {
  static void mapping(IO &io, Named<Derivation::ScaledRows> &scaled) {
    scaled.mapOperands(io, {"of", "by"});
  }
  static const bool flow = true;
};

template <> struct MappingTraits<Named<Derivation::Difference>> {
  static void mapping(IO &io, Named<Derivation::Difference> &difference) {
    difference.mapOperands(io, {"of", "less"});
  }
  static const bool flow = true;
};

template <> struct MappingTraits<Named<Derivation::Resized>> {
  static void mapping(IO &io, Named<Derivation::Resized> &resized) {
    resized.mapOperands(io, {"of"});
    io.mapRequired("from", resized.operation.from);
    io.mapRequired("to", resized.operation.to);
    io.mapOptional("antialiased", resized.operation.antialiased, false);
  }
  static const bool flow = true;
};

template <> struct MappingTraits<Named<Derivation::LowRankSum>> {
  static void mapping(IO &io, Named<Derivation::LowRankSum> &sum) {
    sum.mapOperands(io, {"of", "up", "down"});
    ExactDouble scale{sum.operation.scale};
    io.mapRequired("scale", scale);
    sum.operation.scale = scale.value;
  }
  static const bool flow = true;
};

template <> struct MappingTraits<Named<Derivation::Unpacked>> {
  static void mapping(IO &io, Named<Derivation::Unpacked> &unpacked) {
    unpacked.mapOperands(io, {"of"});
    io.mapRequired("bits", unpacked.operation.bits);
    io.mapRequired("rows", unpacked.operation.rows);
    io.mapRequired("columns", unpacked.operation.columns);
  }
  static const bool flow = true;
};

// The zeros are a weight or a number.
template <> struct MappingTraits<Named<Derivation::Dequantised>> {
  static void mapping(IO &io, Named<Derivation::Dequantised> &how) {
    std::optional<WeightExpression> zeros;
    if (how.operands.size() > 2)
      zeros = how.operands[2];
    how.mapOperands(io, {"of", "scale"});
    io.mapOptional("zeros", zeros);
    ExactDouble zero{how.operation.zero};
    io.mapOptional("zero", zero, ExactDouble{0.0});
    how.operation.zero = zero.value;
    io.mapRequired("axis", how.operation.axis);
    io.mapOptional("block", how.operation.block, int64_t(0));
    if (zeros)
      how.operands.push_back(*zeros);
  }
  static const bool flow = true;
};

} // namespace llvm::yaml

template <typename Operation>
static void mapNamed(yaml::IO &io, const char *key, Derivation &derivation) {
  std::optional<Named<Operation>> named;
  if (auto *operation = std::get_if<Operation>(&derivation.operation))
    named = {*operation, derivation.operands};
  io.mapOptional(key, named);
  if (named)
    derivation = {named->operation, std::move(named->operands)};
}

// What has one operand, and nothing else to say, is a map to that.
template <typename Operation>
static void mapPlain(yaml::IO &io, const char *key, Derivation &derivation) {
  std::optional<WeightExpression> operand;
  if (std::holds_alternative<Operation>(derivation.operation))
    operand = derivation.operands.front();
  io.mapOptional(key, operand);
  if (operand)
    derivation = {Operation(), {std::move(*operand)}};
}

void yaml::MappingTraits<Derivation>::mapping(IO &io, Derivation &derivation) {
  if (!io.outputting() && io.keys().size() != 1)
    return io.setError(
        "a weight that is made of others is a map of one key: 'rows', "
        "'one_plus', 'scaled_rows', 'difference', 'transposed', 'resized', "
        "'low_rank_sum', 'unpacked' or 'dequantised'");
  mapNamed<Derivation::Rows>(io, "rows", derivation);
  mapPlain<Derivation::OnePlus>(io, "one_plus", derivation);
  mapNamed<Derivation::ScaledRows>(io, "scaled_rows", derivation);
  mapNamed<Derivation::Difference>(io, "difference", derivation);
  mapPlain<Derivation::Transposed>(io, "transposed", derivation);
  mapNamed<Derivation::Resized>(io, "resized", derivation);
  mapNamed<Derivation::LowRankSum>(io, "low_rank_sum", derivation);
  mapNamed<Derivation::Unpacked>(io, "unpacked", derivation);
  mapNamed<Derivation::Dequantised>(io, "dequantised", derivation);
}
