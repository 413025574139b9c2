//===- prepare_heads_call.cpp - kernel.prepare_heads -> calls of Halide's -===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A call for each head of queries and of keys, and one that copies the values.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/known_parts.h"
#include "compiler/backend/cpu/halide/part.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::halide;

static RequestLine describe(kernel::PrepareHeadsOp op, bool isNormed,
                            const Target &target) {
  RequestLine line("heads");
  line.add("lanes", Twine(target.vectorWidth));
  line.add("head_size", Twine(op.getHeadSize()));
  line.add("input_stride", Twine(getStride(op.getInput())));
  line.add("out_stride", Twine(getStride(op.getOut())));
  if (isNormed)
    line.addNumber("epsilon", *op.getEpsilon());
  if (op.getRotary()) {
    line.add("rotary", Twine(*op.getRotary()));
    line.add("table_stride", Twine(getStride(op.getTable())));
  }
  if (op.getInterleaved())
    line.add("interleaved", "yes");
  return line;
}

bool halide::supportsPrepareHeads(kernel::PrepareHeadsOp op, const Target &) {
  return hasOnly(op,
                 {op.getInput(), op.getOffsets(), op.getSequences(),
                  op.getQueryNorm(), op.getKeyNorm(), op.getTable(),
                  op.getOut()},
                 {"heads", "key_value_heads", "head_size", "epsilon", "rotary",
                  "interleaved"});
}

void halide::callPrepareHeads(kernel::PrepareHeadsOp op, CallWriter &calls) {
  OpBuilder builder(op);
  IndexBuilder b{builder, op.getLoc()};
  auto tile = op.getTile();
  int64_t headSize = op.getHeadSize();
  int64_t keys = op.getHeads(), values = keys + op.getKeyValueHeads();
  Part part{b, tile[0], b.sub(tile[1], tile[0])};

  auto callHeads = [&](int64_t from, int64_t to, Value norm) {
    // Nothing happens to heads that are neither normed nor turned.
    if (!norm && !op.getRotary())
      return callRows({op.getInput(),
                       {},
                       op.getOut(),
                       from * headSize,
                       from * headSize,
                       (to - from) * headSize},
                      part, calls);
    RequestLine request = describe(op, norm != nullptr, calls.target);
    b.loop(b.constant(from), b.constant(to), 1, [&](Value head) {
      Value column = b.mul(head, headSize);
      SmallVector<Argument> arguments = {
          part.ofColumns(op.getInput(), column, headSize)};
      if (norm)
        arguments.push_back(part.whole(norm));
      if (op.getRotary())
        arguments.append({part.ofElements(op.getSequences()),
                          part.wholeVector(op.getOffsets()),
                          part.whole(op.getTable()), tile[0]});
      arguments.push_back(part.ofColumns(op.getOut(), column, headSize));
      calls.call(builder, op.getLoc(), request, arguments);
    });
  };
  callHeads(0, keys, op.getQueryNorm());
  callHeads(keys, values, op.getKeyNorm());
  callRows({op.getInput(),
            {},
            op.getOut(),
            values * headSize,
            values * headSize,
            int64_t(op.getKeyValueHeads()) * headSize},
           part, calls);
}
