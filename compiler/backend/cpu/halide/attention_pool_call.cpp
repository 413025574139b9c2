//===- attention_pool_call.cpp - kernel.attention_pool -> calls -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Attention of one query, the same for each text.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/attention_chunks.h"
#include "compiler/backend/cpu/halide/known_parts.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::halide;

bool halide::supportsAttentionPool(kernel::AttentionPoolOp op,
                                   const Target &target) {
  return AttentionChunks::fitStack(target, op.getHeadSize()) &&
         hasOnly(op,
                 {op.getInput(), op.getOffsets(), op.getQuery(), op.getOut()},
                 {"heads", "head_size", "scale"});
}

void halide::callAttentionPool(kernel::AttentionPoolOp op, CallWriter &calls) {
  OpBuilder builder(op);
  IndexBuilder b{builder, op.getLoc()};
  int64_t headSize = op.getHeadSize(), heads = op.getHeads();
  AttentionChunks chunks(op->getParentOfType<func::FuncOp>(), b, calls,
                         describeAttention(calls.target, headSize,
                                           op.getScale(), op.getInput(),
                                           op.getOut()),
                         headSize);
  auto tile = op.getTile();
  Value one = b.constant(1);
  b.loop(tile[0], tile[1], 1, [&](Value text) {
    Value begin = b.load(op.getOffsets(), text);
    Value end = b.load(op.getOffsets(), b.add(text, one));
    b.loop(tile[2], tile[3], 1, [&](Value head) {
      Value column = b.mul(head, headSize);
      Part result{b, text, one};
      BufferArgument query = {
          op.getQuery(),
          b.mul(column, sizeof(float)),
          {{b.extent(headSize), 1}, {one, getStride(op.getInput())}}};
      chunks.call({query, result.ofColumns(op.getOut(), column, headSize), one,
                   op.getInput(), column,
                   b.add(column, b.constant(heads * headSize))},
                  begin, begin, end, begin, end,
                  [](Part, SmallVectorImpl<Argument> &) {});
    });
  });
}
