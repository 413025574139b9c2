//===- weight_expression.cpp - A weight made of weights -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/weights/weight_expression.h"

#include "dialects/emb/emb_dialect.h"

#include <fmt/format.h>

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;

using Derivation = WeightDerivation;

static WeightExpression make(decltype(Derivation::operation) operation,
                             std::vector<WeightExpression> operands) {
  WeightExpression weight;
  weight.derivation = {std::move(operation), std::move(operands)};
  return weight;
}

WeightExpression WeightExpression::rows(WeightExpression of, int64_t first,
                                        int64_t last) {
  return make(Derivation::Rows{first, last}, {std::move(of)});
}

WeightExpression WeightExpression::onePlus(WeightExpression of) {
  return make(Derivation::OnePlus(), {std::move(of)});
}

WeightExpression WeightExpression::scaledRows(WeightExpression of,
                                              WeightExpression by) {
  return make(Derivation::ScaledRows(), {std::move(of), std::move(by)});
}

WeightExpression WeightExpression::difference(WeightExpression of,
                                              WeightExpression less) {
  return make(Derivation::Difference(), {std::move(of), std::move(less)});
}

WeightExpression WeightExpression::transposed(WeightExpression of) {
  return make(Derivation::Transposed(), {std::move(of)});
}

WeightExpression WeightExpression::resized(WeightExpression of, int64_t from,
                                           int64_t to, bool antialiased) {
  return make(Derivation::Resized{from, to, antialiased}, {std::move(of)});
}

WeightExpression WeightExpression::lowRankSum(WeightExpression of, double scale,
                                              WeightExpression up,
                                              WeightExpression down) {
  return make(Derivation::LowRankSum{scale},
              {std::move(of), std::move(up), std::move(down)});
}

WeightExpression WeightExpression::unpacked(WeightExpression of, int64_t bits,
                                            int64_t rows, int64_t columns) {
  return make(Derivation::Unpacked{bits, rows, columns}, {std::move(of)});
}

WeightExpression WeightExpression::dequantised(WeightExpression of,
                                               WeightExpression scale,
                                               WeightExpression zeros,
                                               Derivation::Dequantised how) {
  std::vector<WeightExpression> operands = {std::move(of), std::move(scale)};
  if (!zeros.empty())
    operands.push_back(std::move(zeros));
  return make(how, std::move(operands));
}

void WeightExpression::forEachName(function_ref<void(StringRef)> visit) const {
  if (isTensor())
    visit(name);
  for (const WeightExpression &operand : derivation.operands)
    operand.forEachName(visit);
}

StringRef WeightExpression::getTensorName() const {
  return isTensor() ? StringRef(name) : operand(0).getTensorName();
}

WeightExpression WeightExpression::mapNames(
    function_ref<WeightExpression(StringRef)> map) const {
  if (isTensor())
    return map(name);
  WeightExpression mapped = *this;
  for (WeightExpression &operand : mapped.derivation.operands)
    operand = operand.mapNames(map);
  return mapped;
}

namespace {
/// What an operation makes of its first operand.
struct OperationText {
  ArrayRef<WeightExpression> operands;

  std::string operator()(std::monostate) const { return ""; }
  std::string operator()(const Derivation::Rows &rows) const {
    return fmt::format("rows {0} to {1}", rows.first, rows.last);
  }
  std::string operator()(const Derivation::OnePlus &) const { return "plus 1"; }
  std::string operator()(const Derivation::ScaledRows &) const {
    return fmt::format("rows times {0}", operands[1].describe());
  }
  std::string operator()(const Derivation::Difference &) const {
    return fmt::format("less {0}", operands[1].describe());
  }
  std::string operator()(const Derivation::Transposed &) const {
    return "transposed";
  }
  std::string operator()(const Derivation::Resized &resized) const {
    return fmt::format("resized from {0} x {0} to {1} x {1}", resized.from,
                       resized.to);
  }
  std::string operator()(const Derivation::LowRankSum &sum) const {
    return fmt::format("plus {0} times {1} times {2}", sum.scale,
                       operands[1].describe(), operands[2].describe());
  }
  std::string operator()(const Derivation::Unpacked &unpacked) const {
    return fmt::format("unpacked to {0} x {1} integers of {2} bits",
                       unpacked.rows, unpacked.columns, unpacked.bits);
  }
  std::string operator()(const Derivation::Dequantised &) const {
    return fmt::format("times the scale {0}", operands[1].describe());
  }
};

struct OperationProblem {
  std::string operator()(const Derivation::Rows &rows) const {
    return emb::checkRows(rows.first, rows.last);
  }
  std::string operator()(const Derivation::Resized &resized) const {
    return emb::checkResizing(resized.from, resized.to);
  }
  std::string operator()(const Derivation::LowRankSum &sum) const {
    return emb::checkScale(sum.scale);
  }
  std::string operator()(const Derivation::Unpacked &unpacked) const {
    return emb::checkUnpacking(unpacked.bits, unpacked.rows, unpacked.columns);
  }
  std::string operator()(const Derivation::Dequantised &how) const {
    return emb::checkDequantising(how.axis, how.block, how.zero);
  }
  template <typename Other> std::string operator()(const Other &) const {
    return "";
  }
};
} // namespace

std::string WeightExpression::describe() const {
  if (isTensor())
    return fmt::format("weight '{0}'", name);
  return fmt::format(
      "{0} ({1})", operand(0).describe(),
      std::visit(OperationText{derivation.operands}, derivation.operation));
}

std::string emblem::frontend::findProblem(const WeightDerivation &derivation) {
  for (const WeightExpression &operand : derivation.operands)
    if (operand.empty())
      return "the name of a tensor is empty";
  return std::visit(OperationProblem(), derivation.operation);
}

std::string emblem::frontend::findProblem(const WeightExpression &weight) {
  for (const WeightExpression &operand : weight.derivation.operands)
    if (std::string problem = findProblem(operand); !problem.empty())
      return problem;
  return findProblem(weight.derivation);
}
