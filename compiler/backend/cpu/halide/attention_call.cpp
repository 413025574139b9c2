//===- attention_call.cpp - kernel.attention -> calls of Halide's ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A call for each head, block of queries of a text, and chunk of the text's
// keys. Chunks begin where the text does, whatever is seen of it; those that no
// query of the block sees are passed over.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/attention_chunks.h"
#include "compiler/backend/cpu/halide/known_parts.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::halide;

namespace {

struct AttentionCall {
  kernel::AttentionOp op;
  IndexBuilder b;
  AttentionChunks chunks;

  void emit();

private:
  void emitText(Value head, Value text);
  Value findKeysEnd(Value begin, Value end);
  void emitBlock(Value head, Value row, Value rowEnd, Value begin, Value end);
  void addTables(Value head, const Part &queries, const Part &keys,
                 SmallVectorImpl<Argument> &arguments);
  Value columnAt(Value distance);
};

} // namespace

static RequestLine describe(kernel::AttentionOp op, const Target &target) {
  RequestLine line = describeAttention(target, op.getHeadSize(), op.getScale(),
                                       op.getInput(), op.getOut());
  auto add = [&](StringRef key, int64_t value) { line.add(key, Twine(value)); };
  if (op.getSoftcap())
    line.addNumber("softcap", *op.getSoftcap());
  if (op.getBefore())
    add("before", *op.getBefore());
  if (op.getAfter())
    add("after", *op.getAfter());
  if (op.getPositions())
    add("positions", *op.getPositions());
  for (auto [key, table] :
       {std::pair("bias_stride", op.getBias()),
        std::pair("position_rows_stride", op.getPositionRows()),
        std::pair("position_keys_stride", op.getPositionKeys()),
        std::pair("position_queries_stride", op.getPositionQueries())})
    if (table)
      add(key, getStride(table));
  return line;
}

bool halide::supportsAttention(kernel::AttentionOp op, const Target &target) {
  int64_t tables = !!op.getPositionKeys() + !!op.getPositionQueries();
  return AttentionChunks::fitStack(target, op.getHeadSize(), tables) &&
         hasOnly(op,
                 {op.getInput(), op.getOffsets(), op.getSequences(),
                  op.getBias(), op.getPositionKeys(), op.getPositionQueries(),
                  op.getPositionRows(), op.getIds(), op.getOut()},
                 {"heads", "key_value_heads", "head_size", "scale", "softcap",
                  "before", "after", "positions", "unattended"});
}

void halide::callAttention(kernel::AttentionOp op, CallWriter &calls) {
  OpBuilder builder(op);
  IndexBuilder b{builder, op.getLoc()};
  AttentionCall{op, b,
                AttentionChunks(op->getParentOfType<func::FuncOp>(), b, calls,
                                describe(op, calls.target), op.getHeadSize())}
      .emit();
}

void AttentionCall::emit() {
  auto tile = op.getTile();
  Value one = b.constant(1);
  Value firstText = b.load(op.getSequences(), tile[0]);
  Value lastText = b.load(op.getSequences(), b.sub(tile[1], one));
  b.loop(tile[2], tile[3], 1, [&](Value head) {
    b.loop(firstText, b.add(lastText, one), 1,
           [&](Value text) { emitText(head, text); });
  });
}

void AttentionCall::emitText(Value head, Value text) {
  Value begin = b.load(op.getOffsets(), text);
  Value end = b.load(op.getOffsets(), b.add(text, b.constant(1)));
  Value keysEnd = op.getUnattended() ? findKeysEnd(begin, end) : end;
  Value stop = b.min(end, op.getTile()[1]);
  int64_t queryBlock = chunks.tiles().queryBlock;
  Value block = b.constant(queryBlock);
  b.loop(b.max(begin, op.getTile()[0]), stop, queryBlock, [&](Value row) {
    emitBlock(head, row, b.min(b.add(row, block), stop), begin, keysEnd);
  });
}

/// Where the tokens end that somebody sees; there is one at least.
Value AttentionCall::findKeysEnd(Value begin, Value end) {
  Value one = b.constant(1), least = b.add(begin, one);
  Value unattended = b.constant(*op.getUnattended());
  auto found = scf::WhileOp::create(
      b.builder, b.loc, TypeRange{b.builder.getIndexType()}, end,
      [&](OpBuilder &builder, Location loc, ValueRange keys) {
        Value id = b.load(op.getIds(), b.sub(keys[0], one));
        Value more = arith::AndIOp::create(
            builder, loc, b.compare(arith::CmpIPredicate::sgt, keys[0], least),
            b.compare(arith::CmpIPredicate::eq, id, unattended));
        scf::ConditionOp::create(builder, loc, more, keys);
      },
      [&](OpBuilder &builder, Location loc, ValueRange keys) {
        scf::YieldOp::create(builder, loc, b.sub(keys[0], one));
      });
  return found.getResult(0);
}

/// Queries [row, rowEnd) against keys [begin, end) of their text.
void AttentionCall::emitBlock(Value head, Value row, Value rowEnd, Value begin,
                              Value end) {
  Value chunk = b.constant(chunks.tiles().chunkKeys);
  Value from = begin, to = end;
  if (op.getBefore()) {
    Value seen = b.max(b.sub(row, b.constant(*op.getBefore())), begin);
    from = b.add(begin, b.mul(b.div(b.sub(seen, begin), chunk), chunk));
  }
  if (op.getAfter())
    to = b.min(end, b.add(rowEnd, b.constant(*op.getAfter())));

  int64_t headSize = op.getHeadSize(), heads = op.getHeads();
  int64_t shared = op.getKeyValueHeadsOrDefault();
  Value column = b.mul(head, headSize);
  Value keyHead = b.div(head, b.constant(heads / shared));
  Value keyColumn =
      b.add(b.mul(keyHead, headSize), b.constant(heads * headSize));
  Part queries{b, row, b.sub(rowEnd, row)};
  chunks.call({queries.ofColumns(op.getInput(), column, headSize),
               queries.ofColumns(op.getOut(), column, headSize), queries.rows,
               op.getInput(), keyColumn,
               b.add(keyColumn, b.constant(shared * headSize))},
              row, begin, end, from, to,
              [&](Part keys, SmallVectorImpl<Argument> &arguments) {
                addTables(head, queries, keys, arguments);
              });
}

/// The position tables' column for a key `distance` rows after its query.
Value AttentionCall::columnAt(Value distance) {
  Value number = memref::LoadOp::create(
      b.builder, b.loc, op.getPositionRows(),
      ValueRange{b.constant(0),
                 b.add(distance, b.constant(*op.getPositions() - 1))});
  number =
      arith::FPToSIOp::create(b.builder, b.loc, b.builder.getI32Type(), number);
  return arith::IndexCastOp::create(b.builder, b.loc, b.builder.getIndexType(),
                                    number);
}

void AttentionCall::addTables(Value head, const Part &queries, const Part &keys,
                              SmallVectorImpl<Argument> &arguments) {
  Value one = b.constant(1);
  if (op.getBias())
    arguments.push_back(Part{b, head, one}.ofRow(op.getBias()));
  if (!op.getPositionRows())
    return;
  arguments.push_back(Part{b, b.constant(0), one}.ofRow(op.getPositionRows()));
  // The farthest key behind the first query has the first column.
  Value distance = b.sub(keys.row, queries.row);
  Value first = columnAt(b.add(distance, b.sub(keys.rows, one)));
  Value last = columnAt(b.sub(distance, b.sub(queries.rows, one)));
  Part features{b, b.mul(head, op.getHeadSize()), b.constant(op.getHeadSize())};
  for (Value table : {op.getPositionKeys(), op.getPositionQueries()})
    if (table)
      arguments.push_back(features.ofColumns(table, first, getStride(table)));
  arguments.append({first, b.add(b.sub(last, first), one)});
}
