//===- expose_inner_rows.cpp - Rows inside of a model as outputs ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/passes.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/TypeSwitch.h"

namespace emblem {
#define GEN_PASS_DEF_EXPOSEINNERROWS
#include "compiler/transforms/passes.h.inc"
} // namespace emblem

using namespace mlir;
using namespace emblem;
using namespace emblem::kernel;

/// What pools the rows that `value` is made of, or null.
static KernelOpInterface findPool(Value value) {
  auto op = value.getDefiningOp<KernelOpInterface>();
  if (!op || op.pools())
    return op;
  for (Value operand : op->getOperands())
    if (KernelOpInterface found = findPool(operand))
      return found;
  return nullptr;
}

/// The last rows of the encoder, which a head over tokens made `value` of: the
/// nearest that a residual was added to, or its norm. Whatever stands behind
/// that is a head's.
static Value findEncoderRows(Value value) {
  auto endsLayer = [](Operation *op) {
    auto matmul = dyn_cast_or_null<MatmulOp>(op);
    return isa_and_nonnull<AddOp, GatherOp>(op) ||
           (matmul && matmul.getResidual());
  };
  while (Operation *op = value.getDefiningOp()) {
    if (endsLayer(op))
      return op->getResult(0); // the second one is narrower
    auto norm = dyn_cast<RowNormOp>(op);
    if (norm && endsLayer(norm.getInput().getDefiningOp()))
      return norm->getResult(0);
    if (!isa<MatmulOp, RowNormOp, QuantizeOp>(op))
      break;
    value = op->getOperand(0);
  }
  return nullptr;
}

static Value findTokenRows(Value first) {
  KernelOpInterface pool = findPool(first);
  if (!pool)
    return findEncoderRows(first);
  return isa<PoolOp>(*pool) ? cast<PoolOp>(*pool).getInput()
                            : findEncoderRows(pool->getOperand(0));
}

/// The same kernel without its norm, or `ofScores` without its activation, in
/// front of it; null where it has none.
static Operation *cloneUnfinished(Operation *op, bool ofScores) {
  OpBuilder builder(op);
  auto matmul = dyn_cast<MatmulOp>(op);
  auto pool = dyn_cast<PoolOp>(op);
  if (matmul && matmul->getNumResults() == 1 &&
      matmul.getNorm() == NormKind::L2) {
    auto clone = cast<MatmulOp>(builder.clone(*op));
    clone.removeNormAttr();
    clone.removeEpsilonAttr();
    return clone;
  }
  if (pool && pool.getNorm()) {
    auto clone = cast<PoolOp>(builder.clone(*op));
    clone.removeNormAttr();
    clone.removeEpsilonAttr();
    return clone;
  }
  if (ofScores && matmul && matmul.getActivation() && !matmul.getNorm()) {
    auto clone = cast<MatmulOp>(builder.clone(*op));
    clone.removeActivationAttr();
    return clone;
  }
  return nullptr;
}

/// The first output's rows before what ends them, or null. Adds a kernel where
/// no other gives them.
static Value findRawRows(Value first, bool ofScores) {
  Operation *op = first.getDefiningOp();
  if (auto norm = dyn_cast_or_null<RowNormOp>(op))
    return norm.getNorm() == NormKind::L2 ? norm.getInput() : Value();
  Operation *clone = op ? cloneUnfinished(op, ofScores) : nullptr;
  if (!clone)
    return nullptr;
  auto stage = clone->getAttrOfType<StringAttr>("stage");
  clone->setAttr(
      "stage", StringAttr::get(clone->getContext(), stage.getValue() + ".raw"));
  return clone->getResult(0);
}

/// What a program returns first, or null.
static OutputOp findFirstOutput(ProgramOp program) {
  for (auto output : program.getBody().getOps<OutputOp>())
    if (output.getOutput() == 0)
      return output;
  return nullptr;
}

static void expose(ProgramOp program) {
  InterfaceAttr facts = program.getInterfaceAttr();
  OutputOp first = findFirstOutput(program);
  if (!facts || facts.getImage() || !first)
    return;
  bool isOfTexts =
      facts.getOutputs().empty() ||
      facts.getOutputs().front().getKind() == emb::OutputKind::Dense;
  SmallVector<ModelOutputAttr> inner;
  auto add = [&](emb::OutputKind kind, Value rows) {
    if (!rows || !rows.getDefiningOp())
      return;
    int64_t width = cast<ShapedType>(rows.getType()).getDimSize(1);
    OpBuilder builder(program.getContext());
    builder.setInsertionPointAfterValue(rows);
    OutputOp::createValueForm(
        builder, first.getLoc(),
        builder.getStringAttr("output." + emb::stringifyOutputKind(kind)), rows,
        width, facts.getReturnedCount() + inner.size());
    inner.push_back(ModelOutputAttr::get(program.getContext(), kind, width,
                                         /*skipped=*/nullptr,
                                         /*skips_first=*/false));
  };
  add(emb::OutputKind::Tokens, findTokenRows(first.getInput()));
  if (isOfTexts)
    add(emb::OutputKind::Raw, findRawRows(first.getInput(), facts.getPairs()));
  program.setInterfaceAttr(facts.withInner(inner));
}

namespace {
struct ExposeInnerRows : emblem::impl::ExposeInnerRowsBase<ExposeInnerRows> {
  void runOnOperation() override {
    for (auto program : getOperation().getOps<ProgramOp>())
      expose(program);
  }
};
} // namespace
