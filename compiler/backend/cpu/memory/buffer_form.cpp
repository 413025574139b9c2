//===- buffer_form.cpp - A kernel of buffers, to be made ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/memory/buffer_form.h"

#include "compiler/transforms/passes.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace emblem;
using kernel::KernelOpInterface;

/// The same rows in a narrower type, or null.
static Value getSecondResult(KernelOpInterface op) {
  return op->getNumResults() == 2 ? op->getResult(1) : Value();
}

/// The norm at the end of a kernel that does not write it itself, or none.
static kernel::EpilogueNorm getEpilogueNorm(KernelOpInterface op) {
  auto epilogue = dyn_cast<kernel::TakesEpilogue>(*op);
  return epilogue && !op.finishesItself() ? epilogue.getEpilogueNorm()
                                          : kernel::EpilogueNorm();
}

/// Operands of the value form, segment by segment, become those of the buffer
/// form.
static void addOperands(BufferForm &form, KernelOpInterface op) {
  auto sizes = op->getAttrOfType<DenseI32ArrayAttr>("operandSegmentSizes");
  unsigned begin = 0;
  for (auto [segment, size] : llvm::enumerate(sizes.asArrayRef())) {
    OperandRange values = op->getOperands().slice(begin, size);
    begin += size;
    switch (op.getRole(segment)) {
    case kernel::OperandRole::Input:
      for (Value value : values)
        form.operands.push_back({BufferOperand::OfValue, value});
      form.segments.push_back(size);
      break;
    case kernel::OperandRole::Sequences:
      form.add({BufferOperand::Sequences, {}});
      break;
    case kernel::OperandRole::Epilogue: // the finish form's
      form.segments.push_back(0);
      break;
    case kernel::OperandRole::Result:
      form.into = form.operands.size();
      if (op->getNumResults())
        form.add(op->getResult(0));
      else
        form.add({BufferOperand::Vectors, {}});
      break;
    case kernel::OperandRole::SecondResult:
      form.add(getSecondResult(op));
      break;
    case kernel::OperandRole::Tile:
      break;
    }
  }
}

BufferForm emblem::getRunForm(KernelOpInterface op) {
  BufferForm form;
  form.name = op->getName().getStringRef();
  form.attributes = NamedAttrList(op->getAttrDictionary());
  form.attributes.erase("stage");
  form.attributes.erase("output"); // the runtime hands each its own vectors
  form.attributes.erase(attribute::slot);
  if (getEpilogueNorm(op).kind)
    for (StringRef name : {"norm", "epsilon"}) // the finish form's
      form.attributes.erase(name);
  addOperands(form, op);
  return form;
}

std::optional<BufferForm> emblem::getFinishForm(KernelOpInterface op) {
  kernel::EpilogueNorm norm = getEpilogueNorm(op);
  Value quantized = getSecondResult(op);
  if (op.finishesItself() || (!norm.kind && !quantized))
    return std::nullopt;
  Value smoothing;
  if (auto epilogue = dyn_cast<kernel::TakesEpilogue>(*op))
    smoothing = epilogue.getEpilogueSmoothing();

  BufferForm form;
  Value rows = op->getResult(0);
  form.attributes.set(
      "width",
      Builder(op.getContext())
          .getI64IntegerAttr(cast<ShapedType>(rows.getType()).getDimSize(1)));
  form.add(rows);
  if (norm.kind) { // in place
    form.name = kernel::RowNormOp::getOperationName();
    form.attributes.set("norm", norm.kind);
    form.attributes.set("epsilon", norm.epsilon);
    for (Value value : {norm.scale, norm.shift, smoothing, rows})
      form.add(value);
  } else {
    form.name = kernel::QuantizeOp::getOperationName();
    form.add(smoothing);
  }
  form.add(quantized);
  return form;
}
