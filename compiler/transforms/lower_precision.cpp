//===- lower_precision.cpp - Matmuls and attention in a narrower type -----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/target/device/target_arithmetic.h"
#include "compiler/target/precision_table.h"

#include "compiler/transforms/passes.h"
#include "compiler/transforms/pooled_rows.h"

#include "mlir/IR/Builders.h"

namespace emblem {
#define GEN_PASS_DEF_LOWERPRECISION
#include "compiler/transforms/passes.h.inc"
} // namespace emblem

using namespace mlir;
using namespace emblem;
using kernel::KernelOpInterface;

namespace {

/// What a precision means on a target.
struct Types {
  Type tokenTable, table, weight, matmulInput, attentionInput;

  Types(Precision precision, const NarrowArithmetic &target, Builder builder) {
    Type f32 = builder.getF32Type(), bf16 = builder.getBF16Type();
    tokenTable = table = weight = matmulInput = attentionInput = f32;
    if (precision == Precision::F32)
      return;
    if (precision == Precision::F16) {
      tokenTable = table = weight = matmulInput = attentionInput =
          builder.getF16Type();
      return;
    }
    tokenTable = table = weight = bf16;
    if (target.bf16Dot)
      matmulInput = attentionInput = bf16;
    if (precision == Precision::Int8) {
      weight = builder.getI8Type();
      matmulInput = builder.getIntegerType(target.integerRowBits);
    }
    if (precision == Precision::Int4) {
      weight = builder.getI4Type();
      tokenTable = builder.getI8Type();
    }
  }
};

class Lowering {
public:
  Lowering(FunctionOpInterface model, const Types &types, const Types &ofPixels,
           const Types &kept, ArrayRef<std::string> keep)
      : model(model), builder(model.getContext()), types(types),
        ofPixels(ofPixels), kept(kept), keep(keep),
        ranges(model->getParentOp()->getAttrOfType<DictionaryAttr>(
            attribute::inputRanges)) {}

  void run();

private:
  void lower(kernel::NarrowableOperands op);
  /// Rows times a weight.
  void lowerProduct(kernel::NarrowableOperands op, OpOperand &rows,
                    OpOperand &weight, const Types &to);

  /// Those of a stage, by what is kept: its name, a part that its name begins
  /// with ("layer.3") or one that it ends with ("feed_forward_up").
  const Types &typesOf(StringRef stage, const Types &others) {
    bool isKept = llvm::any_of(keep, [&](StringRef name) {
      return stage == name || stage.starts_with((name + ".").str()) ||
             stage.ends_with(("." + name).str());
    });
    return isKept ? kept : others;
  }

  /// `rows` in `element`; the same value for every reader.
  Value narrow(Value rows, Type element);
  /// Factors that even out the columns of `rows`, where their ranges are known
  /// for the stage that reads them and a norm makes them; else null.
  DenseElementsAttr getSmoothing(Value rows, StringRef stage);
  /// `weight` with other elements or another layout.
  Value changed(Value weight, RankedTensorType type,
                kernel::WeightLayoutAttrInterface layout,
                DenseElementsAttr smoothing = {});
  /// What belongs to each row of `matrix`, or to each group of a row.
  template <typename LayoutT>
  Value scales(Value matrix, Type element, DenseElementsAttr smoothing = {}) {
    auto shape = cast<RankedTensorType>(matrix.getType()).getShape();
    SmallVector<int64_t> sides = {shape[0]};
    if (std::is_same_v<LayoutT, kernel::GroupScalesLayoutAttr>)
      sides.push_back(kernel::countGroups(shape[1]));
    return changed(matrix, RankedTensorType::get(sides, element),
                   LayoutT::get(builder.getContext()), smoothing);
  }
  /// A weight of the given values, before `op`.
  Value row(Operation *op, DenseElementsAttr values) {
    builder.setInsertionPoint(op);
    return kernel::WeightOp::create(
        builder, op->getLoc(), cast<RankedTensorType>(values.getType()),
        kernel::RowLayoutAttr::get(builder.getContext()), Attribute(values));
  }
  Value withElement(Value weight, Type element) {
    auto type = cast<RankedTensorType>(weight.getType());
    return changed(weight, type.clone(element),
                   weight.getDefiningOp<kernel::WeightOp>().getLayout());
  }

  FunctionOpInterface model;
  OpBuilder builder;
  const Types &types, &ofPixels, &kept;
  ArrayRef<std::string> keep;
  DenseMap<std::pair<Value, Type>, Value> narrowed;
  DictionaryAttr ranges;
};

} // namespace

Value Lowering::narrow(Value rows, Type element) {
  auto type = cast<RankedTensorType>(rows.getType());
  if (type.getElementType() == element)
    return rows;
  Value &known = narrowed[{rows, element}];
  if (known)
    return known;
  Operation *producer = rows.getDefiningOp();
  builder.setInsertionPointAfterValue(rows);
  auto stage =
      producer ? producer->getAttrOfType<StringAttr>("stage") : StringAttr();
  auto quantize = kernel::QuantizeOp::createValueForm(
      builder, rows.getLoc(),
      stage ? builder.getStringAttr(stage.getValue() + ".quantize")
            : StringAttr(),
      type.clone(element), rows, /*smoothing=*/Value(), type.getDimSize(1));
  return known = quantize.getResult();
}

Value Lowering::changed(Value weight, RankedTensorType type,
                        kernel::WeightLayoutAttrInterface layout,
                        DenseElementsAttr smoothing) {
  auto op = weight.getDefiningOp<kernel::WeightOp>();
  builder.setInsertionPointAfter(op);
  return kernel::WeightOp::create(builder, op.getLoc(), type, layout,
                                  op.getSources(), op.getTableRowAttr(),
                                  smoothing, op.getByteOffsetAttr(),
                                  op.getFactorAttr(), op.getChannelsAttr());
}

/// Whether these are values of the model, which can be had in another type.
static bool isWeight(Value value) {
  return value && value.getDefiningOp<kernel::WeightOp>();
}

/// The stage of `op`, or none.
static StringRef getStage(Operation *op) {
  auto stage = op->getAttrOfType<StringAttr>("stage");
  return stage ? stage.getValue() : StringRef();
}

// Half of a column's range goes from the input to the weight, in logarithms:
// factor = 1 / sqrt(range), scaled to a mean of 1 over columns and kept within
// kMostSmoothing of that. Migrating all of it would cost the weights what the
// input gains.
DenseElementsAttr Lowering::getSmoothing(Value rows, StringRef stage) {
  constexpr float kMostSmoothing = 10;
  if (!ranges || !rows.getDefiningOp<kernel::RowNormOp>())
    return {};
  auto range = ranges.getAs<DenseFPElementsAttr>(stage);
  if (!range)
    return {};
  std::vector<float> factors;
  double mean = 0;
  for (const APFloat &largest : range.getValues<APFloat>()) {
    factors.push_back(std::sqrt(std::max(largest.convertToFloat(), 1e-5f)));
    mean += factors.back() / range.getNumElements();
  }
  for (float &factor : factors)
    factor = 1 / std::clamp<float>(factor / mean, 1 / kMostSmoothing,
                                   kMostSmoothing);
  return DenseElementsAttr::get(
      RankedTensorType::get(range.getNumElements(), builder.getF32Type()),
      ArrayRef(factors));
}

void Lowering::lowerProduct(kernel::NarrowableOperands op, OpOperand &rows,
                            OpOperand &weight, const Types &to) {
  Value matrix = weight.get();
  if (!isWeight(matrix) || !op.multiplies(to.matmulInput, to.weight))
    return;
  DenseElementsAttr smoothing;
  if (kernel::isQuantized(to.matmulInput))
    smoothing = getSmoothing(rows.get(), getStage(op));
  Value input = narrow(rows.get(), to.matmulInput);
  // Who reads the same rows shares their smoothing.
  if (auto quantize = input.getDefiningOp<kernel::QuantizeOp>()) {
    if (quantize.getSmoothing())
      smoothing = cast<DenseElementsAttr>(quantize.getSmoothing()
                                              .getDefiningOp<kernel::WeightOp>()
                                              .getSources()[0]);
    else if (smoothing && quantize->use_empty())
      quantize.getSmoothingMutable().assign(row(quantize, smoothing));
    else
      smoothing = {};
  }
  rows.set(input);
  auto type = cast<RankedTensorType>(matrix.getType());
  MLIRContext *context = builder.getContext();
  weight.set(changed(matrix, type.clone(to.weight),
                     kernel::MatrixLayoutAttr::get(context), smoothing));
  if (to.weight.isInteger(4))
    op.addScales(
        scales<kernel::GroupScalesLayoutAttr>(matrix, builder.getBF16Type()),
        /*corrections=*/Value());
  if (!to.weight.isInteger(8))
    return;
  Type f32 = builder.getF32Type();
  Value columns = scales<kernel::ScalesLayoutAttr>(matrix, f32, smoothing);
  Value corrections;
  if (to.matmulInput.isInteger(8))
    corrections = scales<kernel::CorrectionsLayoutAttr>(matrix, f32, smoothing);
  op.addScales(columns, corrections);
}

void Lowering::lower(kernel::NarrowableOperands op) {
  const Types &to = typesOf(getStage(op), op.readsPixels() ? ofPixels : types);
  OpOperand *rows = nullptr, *weight = nullptr;
  Value tokens;
  for (auto [operand, kind] : op.getNarrowOperands()) {
    Value value = operand->get();
    switch (kind) {
    case kernel::NarrowKind::DotRows:
      rows = operand;
      break;
    case kernel::NarrowKind::DotWeight:
      weight = operand;
      break;
    case kernel::NarrowKind::AttentionRows:
      operand->set(narrow(value, to.attentionInput));
      break;
    case kernel::NarrowKind::PositionTable:
      if (isWeight(value))
        operand->set(withElement(value, to.table));
      break;
    // Nothing is multiplied, so nothing is kept.
    case kernel::NarrowKind::SummandTable:
      if (isWeight(value))
        operand->set(withElement(value, types.table));
      break;
    case kernel::NarrowKind::TokenTable:
      if (!isWeight(value))
        break;
      operand->set(withElement(value, types.tokenTable));
      tokens = value;
      break;
    }
  }
  if (rows && weight)
    lowerProduct(op, *rows, *weight, to);
  // Last, for the operands move.
  if (tokens && types.tokenTable.isInteger(8))
    op.addScales(scales<kernel::ScalesLayoutAttr>(tokens, builder.getF32Type()),
                 Value());
}

void Lowering::run() {
  PooledRows pooled;
  SmallVector<kernel::NarrowableOperands> kernels;
  model.walk([&](KernelOpInterface op) {
    bool readsTexts = llvm::any_of(op->getOperands(), [&](Value operand) {
      return pooled.contains(operand);
    });
    pooled.visit(op);
    auto narrowable = dyn_cast<kernel::NarrowableOperands>(*op);
    // An image is a row of its own from the start.
    if (narrowable && op->getNumResults() && (!readsTexts || op.pools()))
      kernels.push_back(narrowable);
  });
  for (kernel::NarrowableOperands op : kernels)
    lower(op);
  // The weights as they were.
  model.walk([](kernel::WeightOp weight) {
    if (weight.use_empty())
      weight.erase();
  });
}

namespace {
struct LowerPrecision : emblem::impl::LowerPrecisionBase<LowerPrecision> {
  using LowerPrecisionBase::LowerPrecisionBase;

  void runOnOperation() override {
    std::optional<NarrowArithmetic> found =
        findNarrowArithmeticOrEmit(getOperation(), target);
    if (!found)
      return signalPassFailure();
    llvm::Expected<Precision> to = findPrecision(precision);
    llvm::Expected<Precision> kept = findPrecision(keepPrecision);
    if (!to || !kept) {
      getOperation().emitError(
          llvm::toString(llvm::joinErrors(to.takeError(), kept.takeError())));
      return signalPassFailure();
    }
    if (*to == Precision::F16 && !found->f16Dot) {
      getOperation().emitError("'")
          << target.getValue() << "' multiplies no f16; choose bf16";
      return signalPassFailure();
    }
    Builder builder(&getContext());
    // Bytes of pixels are scaled to wide ranges, and patches are few sums: a
    // hundredth of a ViT's work.
    Precision ofPixels = std::min(*to, Precision::Bf16);
    for (auto model : getOperation().getOps<FunctionOpInterface>())
      Lowering(model, Types(*to, *found, builder),
               Types(ofPixels, *found, builder), Types(*kept, *found, builder),
               keep)
          .run();
  }
};
} // namespace
