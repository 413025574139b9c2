//===- convert_emb_to_kernel.cpp - emb -> kernel --------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/transforms/emb_converter.h"
#include "compiler/transforms/passes.h"
#include "compiler/transforms/position_weights.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

namespace emblem {
#define GEN_PASS_DEF_CONVERTEMBTOKERNEL
#include "compiler/transforms/passes.h.inc"
} // namespace emblem

using namespace mlir;
using namespace emblem;

// Attention keeps a vector's worth of queries and results on the stack, which a
// thread may have little of.
static constexpr int64_t kLargestHead = 1024;

// PyTorch's F.normalize.
static constexpr double kNormalizeEpsilon = 1e-12;

Value Converter::matmul(Value input, ArrayRef<Value> matrices,
                        ArrayRef<Value> biasValues, emb::Activation activation,
                        const Twine &stage, Value multiplier) {
  Value packed = matrix(matrices);
  Value bias = biases(biasValues, matrices);
  return matmulWith(input, packed, bias, activation, stage, multiplier);
}

Value Converter::matmulWith(Value input, Value packed, Value bias,
                            emb::Activation activation, const Twine &stage,
                            Value multiplier) {
  auto activationAttr =
      activation == emb::Activation::Identity
          ? emb::ActivationAttr()
          : emb::ActivationAttr::get(builder.getContext(), activation);
  auto type = RankedTensorType::get({ShapedType::kDynamic, height(packed)},
                                    builder.getF32Type());
  return kernel::MatmulOp::createValueForm(
             builder, loc, stageName(stage), type, input, packed,
             /*weight_scale=*/Value(),
             /*correction=*/Value(), /*input_size=*/IntegerAttr(), bias,
             activationAttr, multiplier, /*residual=*/Value(),
             /*pool=*/emb::PoolKindAttr(), /*offsets=*/Value(),
             kernel::NormKindAttr(), /*scale=*/Value(), /*shift=*/Value(),
             /*epsilon=*/FloatAttr(), /*smoothing=*/Value())
      .getResult();
}

kernel::GatherOp Converter::gather(Location loc, Type type,
                                   const Twine &stage) {
  return kernel::GatherOp::createValueForm(
      builder, loc, stageName(stage), type, mapped(model.getSequenceOffsets()),
      /*sequences=*/Value(), /*ids=*/Value(), /*table=*/Value(),
      /*table_scale=*/Value(), /*input=*/Value(), /*row=*/Value(),
      /*types=*/Value(), /*segments=*/Value(), /*positions=*/Value(),
      /*position_offset=*/0, /*counted=*/Value(), /*uncounted=*/IntegerAttr(),
      kernel::NormKindAttr(), /*scale=*/Value(), /*shift=*/Value(),
      /*epsilon=*/FloatAttr(), /*smoothing=*/Value());
}

void Converter::convert(emb::TokenEmbeddingOp op) {
  SmallVector<Value> rows = {op.getTable()};
  if (op.getZeroRow())
    rows.push_back(Value());
  int64_t size = width(op.getTable());
  Value table = weight<kernel::TableLayoutAttr>(
      rows, {op.getVocabularySize(), size}, {0, size});
  if (op.getScale().convertToDouble() != 1.0)
    table.getDefiningOp<kernel::WeightOp>().setFactorAttr(op.getScaleAttr());
  kernel::GatherOp gathered = gather(op.getLoc(), op.getType(), "embedding");
  gathered.getIdsMutable().assign(mapped(op.getIds()));
  gathered.getTableMutable().assign(table);
  mapping.map(op.getResult(), gathered.getResult());
}

void Converter::convert(emb::PositionalEncodingOp op) {
  Value table;
  if (op.getTable())
    table = weight<kernel::TableLayoutAttr>(op.getTable(),
                                            op.getTable().getType().getShape());
  else
    table = computed<kernel::SinusoidLayoutAttr>(
        {static_cast<int64_t>(model.getMaxPositions()) +
             static_cast<int64_t>(op.getOffset()),
         width(op.getInput())},
        width(op.getInput()));
  kernel::GatherOp rows = gather(op.getLoc(), op.getType(), "position");
  rows.getInputMutable().assign(mapped(op.getInput()));
  rows.getPositionsMutable().assign(table);
  rows.setPositionOffset(op.getOffset());
  if (op.getUncounted()) {
    rows.getCountedMutable().assign(mapped(model.getTokenIds()));
    rows.setUncountedAttr(op.getUncountedAttr());
  }
  mapping.map(op.getResult(), rows.getResult());
}

void Converter::convert(emb::SegmentEmbeddingOp op) {
  Value contribution;
  if (op.getTypes()) {
    contribution = weight<kernel::TableLayoutAttr>(
        op.getTable(), op.getTable().getType().getShape());
  } else {
    // The segment is a constant, so one row of the table is all that is kept.
    contribution =
        weight<kernel::RowLayoutAttr>(op.getTable(), {width(op.getTable())});
    contribution.getDefiningOp<kernel::WeightOp>().setTableRow(op.getSegment());
  }
  kernel::GatherOp rows = gather(op.getLoc(), op.getType(), "segment");
  rows.getInputMutable().assign(mapped(op.getInput()));
  if (op.getTypes()) {
    rows.getTypesMutable().assign(mapped(op.getTypes()));
    rows.getSegmentsMutable().assign(contribution);
  } else {
    rows.getRowMutable().assign(contribution);
  }
  mapping.map(op.getResult(), rows.getResult());
}

Value Converter::prepareHeads(emb::AttentionOp op, Value joined,
                              StringRef prefix) {
  if (!op.getQueryNorm() && !op.getKeyNorm() && !op.getRotary())
    return joined;
  Value table;
  if (op.getRotary())
    table = rotaryTable(*this, op, model.getMaxPositionsAttr());
  return kernel::PrepareHeadsOp::createValueForm(
             builder, op.getLoc(), stageName(prefix + "prepare_heads"),
             joined.getType(), joined, mapped(op.getOffsets()),
             /*sequences=*/Value(), row(op.getQueryNorm()),
             row(op.getKeyNorm()), table, op.getHeads(),
             op.getKeyValueHeadsOrDefault(), op.getHeadSize(),
             op.getNormEpsilonAttr(), op.getRotaryAttr(),
             op.getRotaryInterleaved())
      .getResult();
}

void Converter::convert(emb::AttentionOp op) {
  std::string prefix = ("layer." + Twine(++layer) + ".").str();
  Value joined =
      matmul(mapped(op.getInput()),
             {op.getQueryWeight(), op.getKeyWeight(), op.getValueWeight()},
             {op.getQueryBias(), op.getKeyBias(), op.getValueBias()},
             emb::Activation::Identity, prefix + "query_key_value");
  joined = prepareHeads(op, joined, prefix);
  IntegerAttr most = model.getMaxPositionsAttr();
  Value bias = distanceBias(*this, op, most);
  Value positions = positionRows(*this, op, most);
  auto project = [&](Value rows) { return rows ? projection(rows) : Value(); };
  Value positionKeys = project(op.getPositionKeys());
  Value positionQueries = project(op.getPositionQueries());
  auto type =
      RankedTensorType::get({ShapedType::kDynamic, height(op.getQueryWeight())},
                            builder.getF32Type());
  auto attention = kernel::AttentionOp::createValueForm(
      builder, op.getLoc(), stageName(prefix + "attention"), type, joined,
      mapped(op.getOffsets()),
      /*sequences=*/Value(), bias, positionKeys, positionQueries, positions,
      op.getUnattended() ? mapped(model.getTokenIds()) : Value(),
      op.getUnattendedAttr(), op.getHeadsAttr(), op.getKeyValueHeadsAttr(),
      builder.getI64IntegerAttr(op.getHeadSize()),
      builder.getF64FloatAttr(op.getScaleOrDefault()), op.getSoftcapAttr(),
      op.getBeforeAttr(), op.getAfterAttr(),
      bias || positions ? most : IntegerAttr());
  mapping.map(op.getResult(),
              matmul(attention.getResult(), op.getOutputWeight(),
                     op.getOutputBias(), emb::Activation::Identity,
                     prefix + "attention_output"));
}

void Converter::convert(emb::FeedForwardOp op) {
  std::string prefix =
      ("layer." + Twine(std::max<int64_t>(layer, 0)) + ".feed_forward_").str();
  Value input = mapped(op.getInput());
  Value inner;
  if (op.getGateWeight()) {
    Value gate = matmul(input, op.getGateWeight(), op.getGateBias(),
                        op.getActivation(), prefix + "gate");
    inner = matmul(input, op.getUpWeight(), op.getUpBias(),
                   emb::Activation::Identity, prefix + "up", gate);
  } else {
    inner = matmul(input, op.getUpWeight(), op.getUpBias(), op.getActivation(),
                   prefix + "up");
  }
  mapping.map(op.getResult(),
              matmul(inner, op.getDownWeight(), op.getDownBias(),
                     emb::Activation::Identity, prefix + "down"));
}

void Converter::convert(emb::DenseOp op) {
  Value result = matmul(mapped(op.getInput()), op.getWeight(), op.getBias(),
                        op.getActivation(), "dense." + Twine(denseCount++));
  if (auto flat = op.getInput().getDefiningOp<emb::FlattenOp>())
    setChannels(result.getDefiningOp<kernel::MatmulOp>().getWeight(),
                flat.getInput());
  mapping.map(op.getResult(), result);
}

Value Converter::norm(Operation *op, kernel::NormKind kind, Value input,
                      Value scale, Value shift, APFloat epsilon,
                      StringRef stage) {
  return kernel::RowNormOp::createValueForm(
             builder, op->getLoc(), stageName(stage), input.getType(), kind,
             mapped(input), scale, shift, epsilon, width(input),
             /*smoothing=*/Value())
      .getResult();
}

void Converter::convert(emb::LayerNormOp op) {
  int64_t size = width(op.getInput());
  Value scale = op.getScale() ? row(op.getScale()) : splatRow(1, size);
  Value shift = op.getShift() ? row(op.getShift()) : splatRow(0, size);
  mapping.map(op.getResult(), norm(op, kernel::NormKind::Layer, op.getInput(),
                                   scale, shift, op.getEpsilon(), "norm"));
}

void Converter::convert(emb::RmsNormOp op) {
  Value scale =
      op.getScale() ? row(op.getScale()) : splatRow(1, width(op.getInput()));
  mapping.map(op.getResult(), norm(op, kernel::NormKind::Rms, op.getInput(),
                                   scale, Value(), op.getEpsilon(), "norm"));
}

void Converter::convert(emb::AddOp op) {
  auto add = kernel::AddOp::createValueForm(
      builder, op.getLoc(), stageName("add"), op.getType(), mapped(op.getLhs()),
      mapped(op.getRhs()));
  mapping.map(op.getResult(), add.getResult());
}

void Converter::convert(emb::PoolOp op) {
  auto pool = kernel::PoolOp::createValueForm(
      builder, op.getLoc(), stageName("pool"), op.getType(), op.getKind(),
      mapped(op.getInput()), mapped(op.getOffsets()), kernel::NormKindAttr(),
      FloatAttr());
  mapping.map(op.getResult(), pool.getResult());
}

void Converter::convert(emb::ConcatenateOp op) {
  SmallVector<Value> inputs;
  SmallVector<int64_t> widths;
  for (Value input : op.getInputs()) {
    inputs.push_back(mapped(input));
    widths.push_back(width(input));
  }
  auto joined = kernel::ConcatenateOp::createValueForm(
      builder, op.getLoc(), stageName("concatenate"), op.getType(), inputs,
      builder.getDenseI64ArrayAttr(widths));
  mapping.map(op.getResult(), joined.getResult());
}

void Converter::convert(emb::NormalizeOp op) {
  mapping.map(op.getResult(),
              norm(op, kernel::NormKind::L2, op.getInput(), Value(), Value(),
                   APFloat(kNormalizeEpsilon), "normalize"));
}

static LogicalResult checkAttention(emb::AttentionOp op) {
  if (op.getHeadSize() > kLargestHead)
    return op.emitOpError()
           << "the head size is " << op.getHeadSize()
           << ", but kernels take heads of at most " << kLargestHead;
  for (Value table : {op.getPositionKeys(), op.getPositionQueries()})
    if (table && !WeightBuilder::isProjection(table))
      return op.emitOpError("position_keys and position_queries must be a "
                            "weight, or dense layers without activation over "
                            "its rows, layer-normed or not");
  return success();
}

void Converter::convert(emb::ReturnOp op) {
  for (auto [index, output] : llvm::enumerate(op.getVectors())) {
    std::string stage = "output";
    if (op.getKinds())
      stage += "." + emb::stringifyOutputKind(op.getKind(index)).str();
    kernel::OutputOp::createValueForm(builder, op.getLoc(), stageName(stage),
                                      mapped(output), width(output), index);
  }
}

kernel::ModelOutputAttr Converter::describeOutput(emb::ReturnOp returned,
                                                  unsigned index) {
  emb::OutputKind kind = returned.getKind(index);
  DenseI32ArrayAttr skipped =
      kind == emb::OutputKind::TokenWeights  ? returned.getUnweightedAttr()
      : kind == emb::OutputKind::MultiVector ? returned.getSkippedAttr()
                                             : nullptr;
  bool skipsFirst =
      kind == emb::OutputKind::MultiVector && returned.getSkipsFirst();
  return kernel::ModelOutputAttr::get(returned.getContext(), kind,
                                      width(returned.getVectors()[index]),
                                      skipped, skipsFirst);
}

kernel::InterfaceAttr Converter::makeInterface() {
  auto returned = cast<emb::ReturnOp>(model.getBody().front().getTerminator());
  Operation *last = returned.getVectors().front().getDefiningOp();
  auto scores = dyn_cast_or_null<emb::DenseOp>(last);
  SmallVector<kernel::ModelOutputAttr> outputs;
  if (returned.getKinds()) // else one, dense
    for (unsigned i = 0; i < returned.getVectors().size(); ++i)
      outputs.push_back(describeOutput(returned, i));
  return kernel::InterfaceAttr::get(
      builder.getContext(), model.getDimension(), model.getMaxTokens(),
      model.getMaxPositions(), model.getVocabularySize(),
      model.getPairs() ? model.getTokenTypeCount() : 0, model.getPairs(),
      model.getDistance(), model.getThresholdAttr(), model.getPromptsAttr(),
      model.getPromptRulesAttr(), model.getDefaultPromptAttr(),
      model.getPixels() ? makeImageFacts() : DictionaryAttr(),
      model.getLabelsAttr(), isa_and_nonnull<emb::NormalizeOp>(last),
      model.getPairs() && scores &&
          scores.getActivation() != emb::Activation::Identity,
      outputs, /*inner=*/{});
}

LogicalResult Converter::run() {
  Block &body = model.getBody().front();
  SmallVector<Type> arguments(body.getArgumentTypes());
  if (Value pixels = model.getPixels())
    arguments[0] = rowsOf(imageOf(pixels));
  auto program =
      kernel::ProgramOp::create(builder, loc, model.getSymName(), arguments);
  program.setInterfaceAttr(makeInterface());
  Block *entry = &program.getBody().front();
  builder.setInsertionPointToStart(entry);
  mapping.map(body.getArguments(), entry->getArguments());

  for (Operation &op : body) {
    loc = op.getLoc();
    if (auto attention = dyn_cast<emb::AttentionOp>(op))
      if (failed(checkAttention(attention)))
        return failure();
    if (auto flat = dyn_cast<emb::FlattenOp>(op))
      if (failed(checkFlatten(flat)))
        return failure();
    if (isa<emb::DenseOp, emb::LayerNormOp>(op) &&
        cast<ShapedType>(op.getResult(0).getType()).hasStaticShape())
      continue; // of weights alone: part of who reads it
    bool known =
        TypeSwitch<Operation *, bool>(&op)
            .Case<emb::WeightOp>([](auto) { return true; }) // where it is used
            .Case<emb::TokenEmbeddingOp, emb::PositionalEncodingOp,
                  emb::SegmentEmbeddingOp, emb::AttentionOp, emb::FeedForwardOp,
                  emb::DenseOp, emb::LayerNormOp, emb::RmsNormOp, emb::AddOp,
                  emb::PoolOp, emb::ConcatenateOp, emb::NormalizeOp,
                  emb::PatchEmbeddingOp, emb::Conv2dOp, emb::Pool2dOp,
                  emb::FlattenOp, emb::AttentionPoolOp, emb::ReturnOp>(
                [&](auto op) {
                  convert(op);
                  return true;
                })
            .Default(false);
    if (!known)
      return op.emitOpError("has no kernel");
  }

  return success();
}

namespace {
struct ConvertEmbToKernel
    : emblem::impl::ConvertEmbToKernelBase<ConvertEmbToKernel> {
  void runOnOperation() override {
    for (auto model :
         llvm::make_early_inc_range(getOperation().getOps<emb::ModelOp>())) {
      OpBuilder builder(model);
      if (failed(Converter(model, builder).run()))
        return signalPassFailure();
      model.erase();
    }
  }
};
} // namespace
