//===- weight_attribute.cpp - Weights in IR -------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/weights/weight_attribute.h"

#include "dialects/emb/emb_dialect.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using mlir::Attribute;

using Derivation = WeightDerivation;

namespace {
struct AttributeMaker {
  mlir::MLIRContext *context;
  ArrayRef<Attribute> of; // the operands

  Attribute operator()(std::monostate) const {
    llvm_unreachable("a derivation has an operation");
  }
  Attribute operator()(const Derivation::Rows &rows) const {
    return emb::RowsAttr::get(context, of[0], rows.first, rows.last);
  }
  Attribute operator()(const Derivation::OnePlus &) const {
    return emb::OnePlusAttr::get(context, of[0]);
  }
  Attribute operator()(const Derivation::ScaledRows &) const {
    return emb::ScaledRowsAttr::get(context, of[0], of[1]);
  }
  Attribute operator()(const Derivation::Difference &) const {
    return emb::DifferenceAttr::get(context, of[0], of[1]);
  }
  Attribute operator()(const Derivation::Transposed &) const {
    return emb::TransposedAttr::get(context, of[0]);
  }
  Attribute operator()(const Derivation::Resized &resized) const {
    return emb::ResizedAttr::get(context, of[0], resized.from, resized.to,
                                 resized.antialiased);
  }
  Attribute operator()(const Derivation::LowRankSum &sum) const {
    mlir::FloatAttr scale = mlir::Builder(context).getF64FloatAttr(sum.scale);
    return emb::LowRankSumAttr::get(context, of[0], scale, of[1], of[2]);
  }
  Attribute operator()(const Derivation::Unpacked &unpacked) const {
    return emb::UnpackedAttr::get(context, of[0], unpacked.bits, unpacked.rows,
                                  unpacked.columns);
  }
  Attribute operator()(const Derivation::Dequantised &how) const {
    Attribute zero = mlir::Builder(context).getF64FloatAttr(how.zero);
    return emb::DequantisedAttr::get(context, of[0], of[1],
                                     of.size() > 2 ? of[2] : zero, how.axis,
                                     how.block);
  }
};
} // namespace

Attribute emblem::frontend::toAttribute(const WeightExpression &weight,
                                        mlir::MLIRContext &context) {
  if (weight.isTensor())
    return mlir::StringAttr::get(&context, weight.name);
  SmallVector<Attribute, 3> operands;
  for (const WeightExpression &operand : weight.derivation.operands)
    operands.push_back(toAttribute(operand, context));
  return std::visit(AttributeMaker{&context, operands},
                    weight.derivation.operation);
}

WeightExpression emblem::frontend::toWeight(Attribute attribute) {
  using Weight = WeightExpression;
  return TypeSwitch<Attribute, Weight>(attribute)
      .Case([](mlir::StringAttr name) { return Weight(name.getValue()); })
      .Case([](emb::RowsAttr rows) {
        return Weight::rows(toWeight(rows.getOf()), rows.getFirst(),
                            rows.getLast());
      })
      .Case([](emb::OnePlusAttr sum) {
        return Weight::onePlus(toWeight(sum.getOf()));
      })
      .Case([](emb::ScaledRowsAttr scaled) {
        return Weight::scaledRows(toWeight(scaled.getOf()),
                                  toWeight(scaled.getBy()));
      })
      .Case([](emb::DifferenceAttr difference) {
        return Weight::difference(toWeight(difference.getOf()),
                                  toWeight(difference.getLess()));
      })
      .Case([](emb::TransposedAttr transposed) {
        return Weight::transposed(toWeight(transposed.getOf()));
      })
      .Case([](emb::ResizedAttr resized) {
        return Weight::resized(toWeight(resized.getOf()), resized.getFrom(),
                               resized.getTo(), resized.getAntialiased());
      })
      .Case([](emb::LowRankSumAttr sum) {
        return Weight::lowRankSum(
            toWeight(sum.getOf()), sum.getScale().getValueAsDouble(),
            toWeight(sum.getUp()), toWeight(sum.getDown()));
      })
      .Case([](emb::UnpackedAttr unpacked) {
        return Weight::unpacked(toWeight(unpacked.getOf()), unpacked.getBits(),
                                unpacked.getRows(), unpacked.getColumns());
      })
      .Case([](emb::DequantisedAttr how) {
        auto zero = mlir::dyn_cast<mlir::FloatAttr>(how.getZero());
        return Weight::dequantised(toWeight(how.getOf()),
                                   toWeight(how.getScale()),
                                   zero ? Weight() : toWeight(how.getZero()),
                                   {how.getAxis(), how.getBlock(),
                                    zero ? zero.getValueAsDouble() : 0.0});
      });
}
