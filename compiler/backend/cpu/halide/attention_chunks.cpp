//===- attention_chunks.cpp - A head's queries, chunk by chunk ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/attention_chunks.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::halide;

RequestLine halide::describeAttention(const Target &target, int64_t headSize,
                                      const APFloat &scale, Value input,
                                      Value out) {
  RequestLine line("attention");
  auto add = [&](StringRef key, int64_t value) { line.add(key, Twine(value)); };
  add("lanes", target.vectorWidth);
  add("head_size", headSize);
  add("chunk_keys", target.halideAttention.chunkKeys);
  add("query_block", target.halideAttention.queryBlock);
  add("tile_rows", target.halideAttention.rows);
  add("tile_vectors", target.halideAttention.vectors);
  line.addNumber("scale", scale);
  add("input_stride", getStride(input));
  add("out_stride", getStride(out));
  return line;
}

bool AttentionChunks::fitStack(const Target &target, int64_t headSize,
                               int64_t positionTables) {
  int64_t keys = target.halideAttention.chunkKeys;
  int64_t queries = target.halideAttention.queryBlock;
  int64_t packed = keys * headSize, sums = queries * headSize;
  int64_t scoresAndWeights = 2 * keys * queries;
  int64_t products =
      positionTables * (keys + queries) * std::max(keys, queries);
  return (packed + sums + scoresAndWeights + products) *
             static_cast<int64_t>(sizeof(float)) <=
         kStackBytes;
}

AttentionChunks::AttentionChunks(func::FuncOp function, IndexBuilder b,
                                 CallWriter &calls, RequestLine request,
                                 int64_t headSize)
    : b(b), calls(calls), request(std::move(request)), headSize(headSize) {
  auto state =
      MemRefType::get({2 * tiles().queryBlock}, b.builder.getF32Type());
  OpBuilder::InsertionGuard guard(b.builder);
  b.builder.setInsertionPointToStart(&function.getBody().front());
  maxima = memref::AllocaOp::create(b.builder, b.loc, state);
  totals = memref::AllocaOp::create(b.builder, b.loc, state);
}

void AttentionChunks::call(const AttentionHead &head, Value row, Value begin,
                           Value end, Value from, Value to, Tables tables) {
  Value one = b.constant(1), chunk = b.constant(tiles().chunkKeys);
  auto toIndex = [&](arith::CmpIPredicate predicate, Value x,
                     Value y) -> Value {
    return arith::IndexCastUIOp::create(
        b.builder, b.loc, b.builder.getIndexType(), b.compare(predicate, x, y));
  };
  b.loop(from, to, tiles().chunkKeys, [&](Value chunkBegin) {
    Value next = b.add(chunkBegin, chunk);
    Part keys{b, chunkBegin, b.sub(b.min(next, end), chunkBegin)};
    // Of two places for the state, one is read and the other is written.
    Value odd = arith::RemUIOp::create(b.builder, b.loc,
                                       b.div(b.sub(chunkBegin, begin), chunk),
                                       b.constant(2));
    auto stateAt = [&](Value state, Value place) {
      return BufferArgument{state,
                            b.mul(place, tiles().queryBlock * sizeof(float)),
                            {{head.queryCount, 1}}};
    };
    Value other = b.sub(one, odd);
    SmallVector<Argument> arguments = {
        head.queries,
        keys.ofColumns(head.input, head.keyColumn, headSize),
        keys.ofColumns(head.input, head.valueColumn, headSize),
        stateAt(maxima, odd),
        stateAt(totals, odd),
        head.result};
    tables(keys, arguments);
    arguments.append({head.queryCount, keys.rows, b.sub(chunkBegin, row),
                      toIndex(arith::CmpIPredicate::eq, chunkBegin, from),
                      toIndex(arith::CmpIPredicate::sge, next, to),
                      stateAt(maxima, other), stateAt(totals, other),
                      head.result});
    calls.call(b.builder, b.loc, request, arguments);
  });
}
