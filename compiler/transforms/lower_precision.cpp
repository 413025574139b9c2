//===- lower_precision.cpp - Matmuls and attention in a narrower type -----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/target/precision_table.h"
#include "compiler/target/target_diagnostic.h"
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

  Types(Precision precision, const Target &target, Builder builder) {
    Type f32 = builder.getF32Type(), bf16 = builder.getBF16Type();
    tokenTable = table = weight = matmulInput = attentionInput = f32;
    if (precision == Precision::F32)
      return;
    tokenTable = table = weight = bf16;
    if (target.bf16Dot)
      matmulInput = attentionInput = bf16;
    if (precision == Precision::Int8) {
      weight = builder.getI8Type();
      matmulInput = target.integerDot == IntegerDot::Quads8
                        ? builder.getI8Type()
                        : builder.getI16Type();
    }
    if (precision == Precision::Int4) {
      weight = builder.getI4Type();
      tokenTable = builder.getI8Type();
    }
  }
};

class Lowering {
public:
  Lowering(func::FuncOp model, const Types &types, const Types &ofPixels,
           const Types &kept, ArrayRef<std::string> keep)
      : model(model), builder(model.getContext()), types(types),
        ofPixels(ofPixels), kept(kept), keep(keep),
        ranges(model->getParentOp()->getAttrOfType<DictionaryAttr>(
            attribute::inputRanges)) {}

  void run();

private:
  void lower(kernel::GatherOp gather);
  void lower(kernel::MatmulOp matmul);
  void lower(kernel::AttentionOp attention);
  void lower(kernel::Conv2dOp conv);

  /// Those of a stage, by what is kept: its name, a part that its name begins
  /// with ("layer.3") or one that it ends with ("feed_forward_up").
  const Types &typesOf(std::optional<StringRef> stage, const Types &others) {
    bool isKept = stage && llvm::any_of(keep, [&](StringRef name) {
                    return *stage == name ||
                           stage->starts_with((name + ".").str()) ||
                           stage->ends_with(("." + name).str());
                  });
    return isKept ? kept : others;
  }

  /// `rows` in `element`; the same value for every reader.
  Value narrow(Value rows, Type element);
  /// Factors that even out the columns of a matmul's input, where its ranges
  /// are known and a norm makes it; else null.
  DenseElementsAttr getSmoothing(kernel::MatmulOp matmul);
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

  func::FuncOp model;
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
  auto quantize = kernel::QuantizeOp::create(
      builder, rows.getLoc(), type.clone(element), rows, /*smoothing=*/Value(),
      type.getDimSize(1), /*out=*/Value(), /*tile=*/ValueRange(),
      stage ? builder.getStringAttr(stage.getValue() + ".quantize")
            : StringAttr());
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

void Lowering::lower(kernel::GatherOp gather) {
  if (Value table = gather.getTable(); isWeight(table)) {
    gather.getTableMutable().assign(withElement(table, types.tokenTable));
    if (types.tokenTable.isInteger(8))
      gather.getTableScaleMutable().assign(
          scales<kernel::ScalesLayoutAttr>(table, builder.getF32Type()));
  }
  if (isWeight(gather.getPositions()))
    gather.getPositionsMutable().assign(
        withElement(gather.getPositions(), types.table));
}

// Half of a column's range goes from the input to the weight, in logarithms:
// factor = 1 / sqrt(range), scaled to a mean of 1 over columns and kept within
// kMostSmoothing of that. Migrating all of it would cost the weights what the
// input gains.
DenseElementsAttr Lowering::getSmoothing(kernel::MatmulOp matmul) {
  constexpr float kMostSmoothing = 10;
  if (!ranges || !matmul.getStage() ||
      !isa_and_present<kernel::RowNormOp>(matmul.getInput().getDefiningOp()))
    return {};
  auto range = ranges.getAs<DenseFPElementsAttr>(*matmul.getStage());
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

void Lowering::lower(kernel::MatmulOp matmul) {
  if (!isWeight(matmul.getWeight()))
    return;
  Value matrix = matmul.getWeight();
  bool readsPixels =
      matrix.getDefiningOp<kernel::WeightOp>().getChannelsAttr() != nullptr;
  const Types &to = typesOf(matmul.getStage(), readsPixels ? ofPixels : types);
  DenseElementsAttr smoothing;
  if (kernel::isQuantized(to.matmulInput))
    smoothing = getSmoothing(matmul);
  Value input = narrow(matmul.getInput(), to.matmulInput);
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
  matmul.getInputMutable().assign(input);
  auto type = cast<RankedTensorType>(matrix.getType());
  matmul.getWeightMutable().assign(
      changed(matrix, type.clone(to.weight),
              kernel::MatrixLayoutAttr::get(builder.getContext()), smoothing));
  if (to.weight.isInteger(4))
    matmul.getWeightScaleMutable().assign(
        scales<kernel::GroupScalesLayoutAttr>(matrix, builder.getBF16Type()));
  if (!to.weight.isInteger(8))
    return;
  Type f32 = builder.getF32Type();
  matmul.getWeightScaleMutable().assign(
      scales<kernel::ScalesLayoutAttr>(matrix, f32, smoothing));
  if (to.matmulInput.isInteger(8))
    matmul.getCorrectionMutable().assign(
        scales<kernel::CorrectionsLayoutAttr>(matrix, f32, smoothing));
}

void Lowering::lower(kernel::AttentionOp attention) {
  const Types &to = typesOf(attention.getStage(), types);
  attention.getInputMutable().assign(
      narrow(attention.getInput(), to.attentionInput));
  for (MutableOperandRange table : {attention.getPositionKeysMutable(),
                                    attention.getPositionQueriesMutable()})
    if (!table.empty() && isWeight(table[0].get()))
      table.assign(withElement(table[0].get(), to.table));
}

// What is padded is narrowed on the way.
void Lowering::lower(kernel::Conv2dOp conv) {
  const Types &to = typesOf(conv.getStage(), ofPixels);
  bool pairs = conv.getImage()[2] % 2 == 0;
  if (!to.matmulInput.isBF16() || !pairs)
    return;
  Value input = conv.getInput();
  if (auto pad = input.getDefiningOp<kernel::Pad2dOp>();
      pad && input.hasOneUse())
    input.setType(
        cast<RankedTensorType>(input.getType()).clone(to.matmulInput));
  else
    conv.getInputMutable().assign(narrow(input, to.matmulInput));
  conv.getWeightMutable().assign(withElement(conv.getWeight(), to.weight));
}

void Lowering::run() {
  PooledRows pooled;
  SmallVector<Operation *> kernels;
  model.walk([&](KernelOpInterface op) {
    bool readsTexts = llvm::any_of(op->getOperands(), [&](Value operand) {
      return pooled.contains(operand);
    });
    pooled.visit(op);
    bool overTokens = !readsTexts && op->getNumResults();
    if (overTokens || isa<kernel::Conv2dOp>(*op))
      kernels.push_back(op);
  });
  for (Operation *op : kernels) {
    if (auto gather = dyn_cast<kernel::GatherOp>(op))
      lower(gather);
    else if (auto matmul = dyn_cast<kernel::MatmulOp>(op))
      lower(matmul);
    else if (auto attention = dyn_cast<kernel::AttentionOp>(op))
      lower(attention);
    else if (auto conv = dyn_cast<kernel::Conv2dOp>(op))
      lower(conv);
  }
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
    const Target *found = findTargetOrEmit(getOperation(), target);
    if (!found)
      return signalPassFailure();
    llvm::Expected<Precision> to = findPrecision(precision);
    llvm::Expected<Precision> kept = findPrecision(keepPrecision);
    if (!to || !kept) {
      getOperation().emitError(
          llvm::toString(llvm::joinErrors(to.takeError(), kept.takeError())));
      return signalPassFailure();
    }
    Builder builder(&getContext());
    // Bytes of pixels are scaled to wide ranges, and patches are few sums: a
    // hundredth of a ViT's work.
    Precision ofPixels = std::min(*to, Precision::Bf16);
    Lowering(getOperation(), Types(*to, *found, builder),
             Types(ofPixels, *found, builder), Types(*kept, *found, builder),
             keep)
        .run();
  }
};
} // namespace
