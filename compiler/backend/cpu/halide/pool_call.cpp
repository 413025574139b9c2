//===- pool_call.cpp - kernel.pool -> calls of Halide's -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A call a text: its rows are the input's extent.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/known_parts.h"
#include "compiler/backend/cpu/halide/part.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::halide;

bool halide::supportsPool(kernel::PoolOp op, const Target &) {
  return isKnown(op.getKind()) &&
         hasOnly(op, {op.getInput(), op.getOffsets(), op.getOut()}, {"kind"});
}

void halide::callPool(kernel::PoolOp op, CallWriter &calls) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  IndexBuilder b{builder, loc};
  RequestLine request("pool");
  request.add("lanes", Twine(calls.target.vectorWidth));
  request.add("kind", stringifyPoolKind(op.getKind()));
  request.add("input_stride", Twine(getStride(op.getInput())));

  auto tile = op.getTile();
  b.loop(tile[0], tile[1], 1, [&](Value text) {
    Value begin = b.load(op.getOffsets(), text);
    Value end = b.load(op.getOffsets(), b.add(text, b.constant(1)));
    int64_t columns = getStride(op.getOut());
    Part rows{b, begin, b.sub(end, begin)}, result{b, text, b.constant(1)};
    calls.call(builder, loc, request,
               {rows.ofRows(op.getInput(), columns),
                result.ofRows(op.getOut(), columns)});
  });
}
