//===- attention_loops.cpp - Softmax attention, a chunk of keys at a time -===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Per head and text, two matmuls with a softmax between them. For each chunk of
// keys (as many as stay in L1 or L2 when packed), for each tile of queries:
//
//   scores = Q * transpose(K)     in registers, then in L1; their maximum
//   weights = exp2(scores - m)    in L1 again; their sum
//   O = O * correction + weights * V    in registers
//
// where m is the maximum so far, and `correction` brings the sums of earlier
// chunks to it: the online softmax. A text of one chunk has no corrections.
//
// Rows of the tile are queries; lanes are keys in the scores, features in O. A
// query's arithmetic depends on its text alone: chunks begin at the text's
// first row, each score and each feature is summed in order in one accumulator,
// and the sum over a row's lanes is one fixed tree. As in a matmul, queries are
// split into even tiles, and there is code for every height.
//
// Where a query does not see all keys of its text, chunks that no query of the
// block sees are passed over, and of the others a tile takes the vectors that
// one of its queries sees. What a query does not see has the lowest score: it
// weighs nothing, or, before the first key that the query sees, is multiplied
// by a correction of zero. So what its neighbours see does not change its bits.
//
// In bf16 the weights are rounded, and it is the rounded ones that are summed:
// what O is divided by is what the values were multiplied by.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/mlir/attention_tile.h"
#include "compiler/backend/cpu/mlir/kernel_loops.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cpu;

namespace {

struct Attention {
  Attention(kernel::AttentionOp op, LoopBuilder &b)
      : op(op), b(b), shape(op, b.target), operands(op, shape, b),
        positions(op, shape, b), scratch(shape, b) {}

  void emit();
  /// Where the keys of a text end.
  Value emitKeysEnd(Value begin, Value end);
  void emitQueries(Value head, Value row, Value rowEnd, Value begin, Value end);
  /// The keys of a chunk that queries [row, rowEnd) see.
  KeyRange emitRange(const AttentionChunk &chunk, Value row, Value rowEnd);

  kernel::AttentionOp op;
  LoopBuilder &b;
  AttentionShape shape;
  AttentionOperands operands;
  AttentionPositions positions;
  AttentionScratch scratch;
};

} // namespace

static Value compare(LoopBuilder &b, arith::CmpIPredicate predicate, Value x,
                     Value y) {
  return arith::CmpIOp::create(b.builder, b.loc, predicate, x, y);
}

/// The texts that rows [tile 0, tile 1) touch, each head in turn.
void Attention::emit() {
  Value rowBegin = op.getTile()[0], rowEnd = op.getTile()[1];
  b.loop(op.getTile()[2], op.getTile()[3], 1, [&](Value head) {
    OpBuilder::InsertionGuard guard(b.builder);
    scf::WhileOp::create(
        b.builder, b.loc, TypeRange{b.builder.getIndexType()}, rowBegin,
        [&](OpBuilder &builder, Location loc, ValueRange row) {
          scf::ConditionOp::create(
              builder, loc,
              compare(b, arith::CmpIPredicate::slt, row[0], rowEnd), row);
        },
        [&](OpBuilder &builder, Location loc, ValueRange row) {
          Value text = b.loadIndex(op.getSequences(), row[0]);
          Value begin = b.loadIndex(op.getOffsets(), text);
          Value end = b.loadIndex(op.getOffsets(), b.add(text, 1));
          Value stop = b.min(end, rowEnd);
          Value keysEnd = emitKeysEnd(begin, end);
          Value block = b.index(shape.queryBlock);
          b.loop(row[0], stop, block, [&](Value first) {
            emitQueries(head, first, b.min(b.add(first, block), stop), begin,
                        keysEnd);
          });
          scf::YieldOp::create(builder, loc, stop);
        });
  });
}

Value Attention::emitKeysEnd(Value begin, Value end) {
  if (!op.getUnattended())
    return end;
  Value unattended = b.index(*op.getUnattended());
  Value least = b.add(begin, 1);
  auto last = scf::WhileOp::create(
      b.builder, b.loc, TypeRange{b.builder.getIndexType()}, end,
      [&](OpBuilder &builder, Location loc, ValueRange keys) {
        // A text has a token at least: there is one before `keys`.
        Value id = b.loadIndex(op.getIds(), b.sub(keys[0], b.index(1)));
        Value more = arith::AndIOp::create(
            builder, loc, compare(b, arith::CmpIPredicate::sgt, keys[0], least),
            compare(b, arith::CmpIPredicate::eq, id, unattended));
        scf::ConditionOp::create(builder, loc, more, keys);
      },
      [&](OpBuilder &builder, Location loc, ValueRange keys) {
        scf::YieldOp::create(builder, loc, b.sub(keys[0], b.index(1)));
      });
  return last.getResult(0);
}

KeyRange Attention::emitRange(const AttentionChunk &chunk, Value row,
                              Value rowEnd) {
  Value zero = b.index(0);
  KeyRange range = {zero, chunk.keys};
  if (op.getBefore()) {
    Value first = b.sub(b.sub(row, b.index(*op.getBefore())), chunk.begin);
    first = b.min(b.max(first, zero), chunk.keys);
    range.from = b.alignDown(first, 2 * b.lanes());
  }
  if (op.getAfter()) {
    Value stop = b.sub(b.add(rowEnd, *op.getAfter()), chunk.begin);
    range.to = b.max(b.min(stop, chunk.keys), range.from);
  }
  return range;
}

/// Queries [row, rowEnd), at most a block, against keys [begin, end).
void Attention::emitQueries(Value head, Value row, Value rowEnd, Value begin,
                            Value end) {
  // Even heights: rows / ceil(rows / query tile), rounded up.
  Value rows = b.sub(rowEnd, row);
  Value tiles = b.ceilDiv(rows, b.index(shape.queryTile));
  Value step = b.ceilDiv(rows, tiles);

  // The chunks that these queries see begin where all queries' chunks do.
  Value from = begin, to = end;
  if (op.getBefore()) {
    Value first = b.sub(row, b.index(*op.getBefore()));
    from = b.add(
        begin, b.alignDown(b.sub(b.max(first, begin), begin), shape.chunkKeys));
  }
  if (op.getAfter())
    to = b.min(end, b.add(rowEnd, *op.getAfter()));

  b.loop(from, to, shape.chunkKeys, [&](Value chunkBegin) {
    Value whole = b.index(shape.chunkKeys);
    AttentionChunk chunk = {
        head, chunkBegin, b.min(b.sub(end, chunkBegin), whole),
        compare(b, arith::CmpIPredicate::eq, chunkBegin, from),
        compare(b, arith::CmpIPredicate::sle, b.sub(to, chunkBegin), whole)};
    operands.pack(head, chunkBegin, chunk.keys, emitRange(chunk, row, rowEnd));
    positions.multiply(head, row, rowEnd, chunkBegin, chunk.keys);
    Value share = b.ceilDiv(chunk.keys, tiles);
    b.loop(b.index(0), tiles, 1, [&](Value tile) {
      Value place = arith::MulIOp::create(b.builder, b.loc, tile, step);
      Value height = b.min(step, b.sub(rows, place));
      // Rows lie so far apart that no hardware foresees them.
      Value fetched = arith::MulIOp::create(b.builder, b.loc, tile, share);
      Value fetchedEnd = b.min(b.add(fetched, share), chunk.keys);
      b.loop(b.add(chunkBegin, fetched), b.add(chunkBegin, fetchedEnd), 1,
             [&](Value row) { operands.prefetchNextHead(row, false); });
      b.loop(b.add(row, place), b.add(row, b.add(place, height)), 1,
             [&](Value row) { operands.prefetchNextHead(row, true); });
      Value first = b.add(row, place);
      KeyRange range = emitRange(chunk, first, b.add(first, height));
      SmallVector<int64_t> heights =
          llvm::to_vector(llvm::seq<int64_t>(1, shape.queryTile));
      auto byHeight = scf::IndexSwitchOp::create(
          b.builder, b.loc, TypeRange(), height, heights, heights.size());
      auto emitCase = [&](Region &region, int64_t height) {
        OpBuilder::InsertionGuard guard(b.builder);
        b.builder.setInsertionPointToStart(&region.emplaceBlock());
        AttentionTile{op,    b,     shape,  operands, positions, scratch,
                      chunk, range, height, tile,     place,     first}
            .emit();
        scf::YieldOp::create(b.builder, b.loc);
      };
      for (auto [region, height] :
           llvm::zip(byHeight.getCaseRegions(), heights))
        emitCase(region, height);
      emitCase(byHeight.getDefaultRegion(), shape.queryTile);
    });
  });
}

void cpu::emitAttention(kernel::AttentionOp op, LoopBuilder &b) {
  Attention(op, b).emit();
}
