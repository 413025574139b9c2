//===- row_loops.cpp - Gather, add, concatenate and output ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Kernels that move rows: bound by memory, one pass, a vector of columns at a
// time. Rows are padded to whole vectors, but for the caller's own.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/mlir/kernel_loops.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cpu;

/// The padded width of a buffer of rows.
static int64_t paddedWidth(Value rows) {
  return cast<MemRefType>(rows.getType()).getDimSize(1);
}

/// `lanes` columns of a row of the table, times its scale where it is in i8.
static Value loadTable(kernel::GatherOp op, LoopBuilder &b, Value id,
                       Value scale, Value column) {
  if (!scale)
    return b.load(op.getTable(), {id, column});
  Value bytes = b.loadBytes(op.getTable(), {id, column});
  Value whole =
      arith::SIToFPOp::create(b.builder, b.loc, b.vectorType(), bytes);
  return b.mulf(whole, scale);
}

// The position where tokens of the id `uncounted` are passed over.
static Value countPosition(kernel::GatherOp op, LoopBuilder &b, Value row,
                           Value begin) {
  Value uncounted = b.index(*op.getUncounted());
  auto isCounted = [&](Value token) {
    return arith::CmpIOp::create(b.builder, b.loc, arith::CmpIPredicate::ne,
                                 b.loadIndex(op.getCounted(), token),
                                 uncounted);
  };
  auto select = [&](Value condition, Value yes, Value no) -> Value {
    return arith::SelectOp::create(b.builder, b.loc, condition, yes, no);
  };
  Value first = b.index(op.getPositionOffset());
  Value place =
      b.loop(begin, row, 1, first,
             [&](Value token, ValueRange places) -> SmallVector<Value> {
               return {
                   select(isCounted(token), b.add(places[0], 1), places[0])};
             })
          .front();
  return select(isCounted(row), place, b.index(op.getPositionOffset() - 1));
}

void cpu::emitGather(kernel::GatherOp op, LoopBuilder &b) {
  // Tables are padded less than buffers.
  int64_t width = paddedWidth(op.getOut());
  for (Value rows : {Value(op.getTable()), Value(op.getSegments()),
                     Value(op.getPositions())})
    if (rows)
      width = std::min(width, paddedWidth(rows));
  if (op.getRow())
    width = std::min(width, op.getRow().getType().getDimSize(0));
  b.loop(op.getTile()[0], op.getTile()[1], 1, [&](Value row) {
    Value id, scale, type, position;
    if (op.getTable())
      id = b.loadIndex(op.getIds(), row);
    if (op.getTableScale())
      scale = b.loadSplat(op.getTableScale(), id);
    if (op.getSegments())
      type = b.loadIndex(op.getTypes(), row);
    if (op.getPositions()) {
      Value text = b.loadIndex(op.getSequences(), row);
      Value begin = b.loadIndex(op.getOffsets(), text);
      position = op.getUncounted()
                     ? countPosition(op, b, row, begin)
                     : b.add(b.sub(row, begin), op.getPositionOffset());
    }
    b.loop(b.index(0), b.index(width), b.lanes(), [&](Value column) {
      Value sum;
      auto add = [&](Value term) { sum = sum ? b.addf(sum, term) : term; };
      if (op.getTable())
        add(loadTable(op, b, id, scale, column));
      if (op.getInput())
        add(b.load(op.getInput(), {row, column}));
      if (op.getRow())
        add(b.load(op.getRow(), column));
      if (op.getSegments())
        add(b.load(op.getSegments(), {type, column}));
      if (op.getPositions())
        add(b.load(op.getPositions(), {position, column}));
      b.store(sum, op.getOut(), {row, column});
    });
  });
}

void cpu::emitAdd(kernel::AddOp op, LoopBuilder &b) {
  b.loop(op.getTile()[0], op.getTile()[1], 1, [&](Value row) {
    b.loop(b.index(0), b.index(paddedWidth(op.getOut())), b.lanes(),
           [&](Value column) {
             b.store(b.addf(b.load(op.getLhs(), {row, column}),
                            b.load(op.getRhs(), {row, column})),
                     op.getOut(), {row, column});
           });
  });
}

void cpu::emitConcatenate(kernel::ConcatenateOp op, LoopBuilder &b) {
  b.loop(op.getTile()[0], op.getTile()[1], 1, [&](Value row) {
    int64_t begin = 0;
    for (auto [input, width] :
         llvm::zip_equal(op.getInputs(), op.getWidths())) {
      int64_t whole = width / b.lanes() * b.lanes();
      b.loop(b.index(0), b.index(whole), b.lanes(), [&](Value column) {
        b.store(b.load(input, {row, column}), op.getOut(),
                {row, b.add(column, begin)});
      });
      if (whole != width)
        b.storeFirst(b.load(input, {row, b.index(whole)}), op.getOut(),
                     {row, b.index(begin + whole)}, width - whole);
      begin += width;
    }
  });
}

void cpu::emitOutput(kernel::OutputOp op, LoopBuilder &b) {
  int64_t width = op.getWidth();
  int64_t whole = width / b.lanes() * b.lanes();
  b.loop(op.getTile()[0], op.getTile()[1], 1, [&](Value row) {
    Value begin = b.mul(row, width);
    b.loop(b.index(0), b.index(whole), b.lanes(), [&](Value column) {
      b.store(b.load(op.getInput(), {row, column}), op.getOut(),
              b.add(begin, column));
    });
    b.loop(b.index(whole), b.index(width), 1, [&](Value column) {
      b.storeScalar(b.loadScalar(op.getInput(), {row, column}), op.getOut(),
                    b.add(begin, column));
    });
  });
}
