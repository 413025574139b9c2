//===- row_norm_call.cpp - kernel.row_norm -> a call of Halide's ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/known_parts.h"
#include "compiler/backend/cpu/halide/part.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::halide;

bool halide::supportsRowNorm(kernel::RowNormOp op, const Target &) {
  return hasOnly(op, {op.getInput(), op.getScale(), op.getShift(), op.getOut()},
                 {"norm", "epsilon", "width"});
}

void halide::callRowNorm(kernel::RowNormOp op, CallWriter &calls) {
  OpBuilder builder(op);
  RequestLine request("row_norm");
  request.add("lanes", Twine(calls.target.vectorWidth));
  request.add("norm", stringifyNormKind(op.getNorm()));
  request.add("width", Twine(op.getWidth()));
  request.addNumber("epsilon", op.getEpsilon());
  request.add("input_stride", Twine(getStride(op.getInput())));
  request.add("out_stride", Twine(getStride(op.getOut())));

  IndexBuilder b{builder, op.getLoc()};
  auto tile = op.getTile();
  Part part{b, tile[0], b.sub(tile[1], tile[0])};
  int64_t columns = llvm::alignTo(op.getWidth(), calls.target.vectorWidth);
  SmallVector<Argument> arguments = {part.ofRows(op.getInput(), columns)};
  for (Value weight : {Value(op.getScale()), Value(op.getShift())})
    if (weight)
      arguments.push_back(part.whole(weight));
  arguments.push_back(part.ofRows(op.getOut(), columns));
  calls.call(builder, op.getLoc(), request, arguments);
}
