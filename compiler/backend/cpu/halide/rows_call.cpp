//===- rows_call.cpp - Kernels that move rows -> calls of Halide's --------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/known_parts.h"
#include "compiler/backend/cpu/halide/part.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::halide;

void halide::callRows(const MovedRows &rows, Part part, CallWriter &calls) {
  IndexBuilder &b = part.b;
  int64_t width = rows.width;
  // The caller's vectors lie side by side.
  auto type = cast<MemRefType>(rows.out.getType());
  int64_t outStride = type.getRank() == 1 ? width : getStride(rows.out);
  RequestLine request("rows");
  request.add("lanes", Twine(calls.target.vectorWidth));
  request.add("width", Twine(width));
  request.add("input_stride", Twine(getStride(rows.input)));
  if (rows.addend)
    request.add("addend_stride", Twine(getStride(rows.addend)));
  request.add("out_stride", Twine(outStride));

  SmallVector<Argument> arguments = {
      part.ofColumns(rows.input, b.constant(rows.from), width)};
  if (rows.addend)
    arguments.push_back(part.ofRows(rows.addend, width));
  arguments.push_back(
      part.ofColumns(rows.out, b.constant(rows.into), width, outStride));
  calls.call(b.builder, b.loc, request, arguments);
}

static Part partOf(OpBuilder &builder, Location loc, OperandRange tile) {
  IndexBuilder b{builder, loc};
  return {b, tile[0], b.sub(tile[1], tile[0])};
}

bool halide::supportsAdd(kernel::AddOp op, const Target &) {
  return hasOnly(op, {op.getLhs(), op.getRhs(), op.getOut()}, {});
}

void halide::callAdd(kernel::AddOp op, CallWriter &calls) {
  OpBuilder builder(op);
  callRows(
      {op.getLhs(), op.getRhs(), op.getOut(), 0, 0, getStride(op.getOut())},
      partOf(builder, op.getLoc(), op.getTile()), calls);
}

bool halide::supportsOutput(kernel::OutputOp op, const Target &) {
  return hasOnly(op, {op.getInput(), op.getOut()}, {"width", "output"});
}

void halide::callOutput(kernel::OutputOp op, CallWriter &calls) {
  OpBuilder builder(op);
  callRows({op.getInput(),
            {},
            op.getOut(),
            0,
            0,
            static_cast<int64_t>(op.getWidth())},
           partOf(builder, op.getLoc(), op.getTile()), calls);
}

bool halide::supportsConcatenate(kernel::ConcatenateOp op, const Target &) {
  SmallVector<Value> operands = llvm::to_vector(op.getInputs());
  operands.push_back(op.getOut());
  return hasOnly(op, operands, {"widths"});
}

void halide::callConcatenate(kernel::ConcatenateOp op, CallWriter &calls) {
  OpBuilder builder(op);
  Part part = partOf(builder, op.getLoc(), op.getTile());
  int64_t column = 0;
  for (auto [input, width] : llvm::zip_equal(op.getInputs(), op.getWidths())) {
    callRows({input, {}, op.getOut(), 0, column, width}, part, calls);
    column += width;
  }
}
