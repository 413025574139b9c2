//===- buffer_form.cpp - A kernel of buffers, to be made ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/memory/buffer_form.h"

#include "compiler/transforms/passes.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace emblem;
using kernel::KernelOpInterface;

static constexpr BufferOperand sequences = {BufferOperand::Sequences, {}};

/// The same rows in a narrower type, or null.
static Value getSecondResult(KernelOpInterface op) {
  return op->getNumResults() == 2 ? op->getResult(1) : Value();
}

static void addAll(BufferForm &form, std::initializer_list<Value> values) {
  for (Value value : values)
    form.add(value);
}

/// What a kernel reads, in the order of its buffer form: `sequences` comes in,
/// and scale, shift and smoothing are empty where the finish form has them.
static void addInputs(BufferForm &form, KernelOpInterface op) {
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](kernel::MatmulOp matmul) {
        addAll(form, {matmul.getInput(), matmul.getWeight(),
                      matmul.getWeightScale(), matmul.getCorrection(),
                      matmul.getBias(), matmul.getMultiplier(),
                      matmul.getResidual(), matmul.getOffsets()});
        form.segments.append({0, 0, 0});
      })
      .Case([&](kernel::AttentionOp attention) {
        addAll(form, {attention.getInput(), attention.getOffsets()});
        form.add(sequences);
        addAll(form, {attention.getBias(), attention.getPositionKeys(),
                      attention.getPositionQueries(),
                      attention.getPositionRows(), attention.getIds()});
      })
      .Case([&](kernel::PrepareHeadsOp heads) {
        addAll(form, {heads.getInput(), heads.getOffsets()});
        form.add(sequences);
        addAll(form,
               {heads.getQueryNorm(), heads.getKeyNorm(), heads.getTable()});
      })
      .Case([&](kernel::GatherOp gather) {
        form.add(gather.getOffsets());
        form.add(sequences);
        addAll(form,
               {gather.getIds(), gather.getTable(), gather.getTableScale(),
                gather.getInput(), gather.getRow(), gather.getTypes(),
                gather.getSegments(), gather.getPositions()});
        form.segments.append({0, 0, 0});
      })
      .Case([&](kernel::RowNormOp norm) {
        addAll(form, {norm.getInput(), norm.getScale(), norm.getShift(),
                      norm.getSmoothing()});
      })
      .Case([&](kernel::ConcatenateOp joined) {
        for (Value input : joined.getInputs())
          form.operands.push_back({BufferOperand::OfValue, input});
        form.segments.push_back(form.operands.size());
      })
      .Case([&](kernel::Conv2dOp conv) {
        addAll(form, {conv.getInput(), conv.getWeight(), conv.getBias()});
      })
      .Case([&](kernel::QuantizeOp quantize) {
        addAll(form, {quantize.getInput(), quantize.getSmoothing()});
      })
      .Default([&](Operation *other) {
        for (Value value : other->getOperands())
          form.add(value);
      });
}

BufferForm emblem::getRunForm(KernelOpInterface op) {
  BufferForm form;
  form.name = op->getName().getStringRef();
  form.attributes = NamedAttrList(op->getAttrDictionary());
  form.attributes.erase("stage");
  form.attributes.erase("output"); // the runtime hands each its own vectors
  form.attributes.erase(attribute::slot);
  if (!isa<kernel::RowNormOp, kernel::PrepareHeadsOp>(*op))
    for (StringRef name : {"norm", "epsilon"}) // the finish form's
      form.attributes.erase(name);

  addInputs(form, op);
  form.into = form.operands.size();
  if (op->getNumResults())
    form.add(op->getResult(0));
  else
    form.add({BufferOperand::Vectors, {}});
  if (isa<kernel::RowNormOp>(*op))
    form.add(getSecondResult(op));
  return form;
}

std::optional<BufferForm> emblem::getFinishForm(KernelOpInterface op) {
  auto norm = op->getAttrOfType<kernel::NormKindAttr>("norm");
  Value quantized = getSecondResult(op);
  if (isa<kernel::RowNormOp>(*op) || (!norm && !quantized))
    return std::nullopt;
  Value scale, shift, smoothing;
  if (auto matmul = dyn_cast<kernel::MatmulOp>(*op))
    std::tie(scale, shift, smoothing) =
        std::tuple(matmul.getScale(), matmul.getShift(), matmul.getSmoothing());
  else if (auto gather = dyn_cast<kernel::GatherOp>(*op))
    std::tie(scale, shift, smoothing) =
        std::tuple(gather.getScale(), gather.getShift(), gather.getSmoothing());

  BufferForm form;
  Value rows = op->getResult(0);
  form.attributes.set(
      "width",
      Builder(op.getContext())
          .getI64IntegerAttr(cast<ShapedType>(rows.getType()).getDimSize(1)));
  form.add(rows);
  if (norm) { // in place
    form.name = kernel::RowNormOp::getOperationName();
    form.attributes.set("norm", norm);
    form.attributes.set("epsilon", op->getAttr("epsilon"));
    addAll(form, {scale, shift, smoothing, rows});
  } else {
    form.name = kernel::QuantizeOp::getOperationName();
    form.add(smoothing);
  }
  form.add(quantized);
  return form;
}
