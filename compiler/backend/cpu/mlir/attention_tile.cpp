//===- attention_tile.cpp - A few queries against a chunk of keys ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/mlir/attention_tile.h"

#include <numbers>

using namespace mlir;
using namespace emblem;
using namespace emblem::cpu;

// Below any score, and so far from the end that no sum with one overflows.
static constexpr double kLowest = -1.0e38;

// Two bf16 ones.
static constexpr uint32_t kOnes = 0x3f803f80;

AttentionScratch::AttentionScratch(const AttentionShape &shape,
                                   LoopBuilder &b) {
  int64_t tiles = shape.queryBlock / shape.queryTile, lanes = b.lanes();
  int64_t columns = std::max(shape.chunkKeys, shape.wordSize * lanes);
  scores = b.scratch({shape.queryTile, columns});
  weights = shape.bf16
                ? b.scratch({shape.queryTile, columns}, b.builder.getBF16Type())
                : scores;
  maxima = b.scratch({tiles, lanes});
  totals = b.scratch({tiles, lanes});
  sums = b.scratch({shape.queryBlock, shape.columns});
}

void AttentionTile::emit() {
  SmallVector<Value> largest = emitScores();
  auto [correction, total] = emitWeights(std::move(largest));
  emitSums(correction, b.divf(b.splat(1.0), total));
}

Value AttentionTile::exp2(Value x) {
  // No score is above the maximum. bf16 keeps 8 bits of the weight.
  auto flags = arith::FastMathFlags::ninf;
  if (shape.bf16)
    flags = flags | arith::FastMathFlags::afn;
  return math::Exp2Op::create(b.builder, b.loc, x, flags);
}

double AttentionTile::scoreScale() {
  using std::numbers::log2e;
  return shape.scaled ? 1.0 : op.getScale().convertToDouble() * log2e;
}

/// Writes the chunk's scores. Returns, for each query, a vector whose lanes'
/// maximum is that of the scores.
SmallVector<Value> AttentionTile::emitScores() {
  Value lanes = b.index(b.lanes());
  Value vectors = b.ceilDiv(b.sub(range.to, range.from), lanes);
  int64_t tileVectors = shape.tileVectors;
  Value odd =
      arith::RemUIOp::create(b.builder, b.loc, vectors, b.index(tileVectors));
  Value whole = b.add(range.from, b.mul(b.sub(vectors, odd), b.lanes()));
  SmallVector<Value> largest(height, b.splat(kLowest));
  largest = b.loop(range.from, whole, tileVectors * b.lanes(), largest,
                   [&](Value key, ValueRange carried) {
                     return scoreKeys(key, tileVectors, carried);
                   });
  return b.loop(whole, range.to, b.lanes(), largest,
                [&](Value key, ValueRange carried) {
                  return scoreKeys(key, 1, carried);
                });
}

/// i1 in each lane: whether its number is below `limit`, an index.
Value AttentionTile::lanesBelow(Value limit) {
  limit = arith::IndexCastOp::create(b.builder, b.loc, b.builder.getI32Type(),
                                     limit);
  limit = vector::BroadcastOp::create(b.builder, b.loc, b.wordsType(), limit);
  SmallVector<int32_t> numbers =
      llvm::to_vector(llvm::seq<int32_t>(0, b.lanes()));
  Value lane = arith::ConstantOp::create(
      b.builder, b.loc,
      DenseElementsAttr::get(b.wordsType(), ArrayRef(numbers)));
  return arith::CmpIOp::create(b.builder, b.loc, arith::CmpIPredicate::slt,
                               lane, limit);
}

/// What the scores of `lanes` keys begin with: so low past the last key that it
/// never weighs.
Value AttentionTile::firstScores(Value key) {
  return arith::SelectOp::create(b.builder, b.loc,
                                 lanesBelow(b.sub(chunk.keys, key)),
                                 b.splat(0.0), b.splat(kLowest));
}

/// i1 in each lane: whether the query whose own key is `own`, counted from
/// `key`, sees the lane's key.
Value AttentionTile::lanesSeen(Value own, Value key) {
  Value limit = b.sub(chunk.keys, key);
  if (op.getAfter())
    limit = b.min(limit, b.add(own, *op.getAfter() + 1));
  Value seen = lanesBelow(limit);
  if (!op.getBefore())
    return seen;
  Value hidden = b.max(b.sub(own, b.index(*op.getBefore())), b.index(0));
  Value tooEarly = lanesBelow(hidden);
  Value none = arith::ConstantOp::create(
      b.builder, b.loc,
      b.builder.getZeroAttr(cast<VectorType>(seen.getType())));
  return arith::SelectOp::create(b.builder, b.loc, tooEarly, none, seen);
}

/// From dot products of query `query` with the keys from `key` on to scores.
Value AttentionTile::finishScores(Value scores, int64_t query, Value key) {
  using std::numbers::log2e;
  bool isPlain = !op.getBias() && !op.getSoftcap() && !op.getPositionRows() &&
                 !shape.windowed;
  // The query's own key, counted from `key`.
  Value own =
      isPlain ? Value() : b.sub(b.add(row, query), b.add(chunk.begin, key));
  Value seen = isPlain ? Value() : lanesSeen(own, key);
  if (op.getPositionRows()) {
    Value gained = positions.load(b.add(place, query), key, own, seen);
    scores =
        shape.bf16
            ? b.addf(scores, gained)
            : b.fma(gained, b.splat(op.getScale().convertToDouble() * log2e),
                    scores);
  }
  if (shape.bf16 && shape.scaled) // in f32 the keys are
    scores = b.mulf(scores, b.splat(op.getScale().convertToDouble() * log2e));
  if (op.getSoftcap()) {
    double cap = op.getSoftcap()->convertToDouble() * log2e;
    Value ratio = b.mulf(scores, b.splat(1.0 / cap));
    scores = b.mulf(b.activate(ratio, emb::Activation::Tanh), b.splat(cap));
  }
  if (isPlain)
    return scores;
  if (op.getBias()) {
    Value column = b.sub(b.index(*op.getPositions() - 1), own);
    Value bias = b.load(op.getBias(), {chunk.head, column});
    scores = b.fma(bias, b.splat(log2e), scores);
  }
  return arith::SelectOp::create(b.builder, b.loc, seen, scores,
                                 b.splat(kLowest));
}

SmallVector<Value> AttentionTile::scoreKeys(Value key, int64_t vectors,
                                            ValueRange largest) {
  SmallVector<Value> keys, begin;
  for (int64_t j = 0; j < vectors; ++j) {
    keys.push_back(b.add(key, j * b.lanes()));
    begin.push_back(firstScores(keys[j]));
  }

  SmallVector<Value> rows, initial;
  for (int64_t i = 0; i < height; ++i) {
    rows.push_back(b.add(row, i));
    initial.append(begin);
  }
  SmallVector<Value> scores = b.loop(
      b.index(0), b.index(shape.headWords), 1, initial,
      [&](Value word, ValueRange partial) {
        SmallVector<Value> loaded, next;
        for (Value key : keys)
          loaded.push_back(operands.loadKeys(word, key));
        Value column =
            b.add(operands.queryColumn(), b.mul(word, shape.wordSize));
        for (int64_t i = 0; i < height; ++i) {
          Value query = operands.loadSplat(op.getInput(), {rows[i], column});
          for (int64_t j = 0; j < vectors; ++j)
            next.push_back(operands.multiplyAdd(query, loaded[j],
                                                partial[i * vectors + j]));
        }
        return next;
      });

  SmallVector<Value> next;
  for (int64_t i = 0; i < height; ++i) {
    Value maximum = largest[i];
    for (int64_t j = 0; j < vectors; ++j) {
      Value score = finishScores(scores[i * vectors + j], i, keys[j]);
      b.store(score, scratch.scores, {b.index(i), keys[j]});
      maximum = b.maxf(maximum, score);
    }
    next.push_back(maximum);
  }
  return next;
}

/// Turns the scores into weights. Returns what to multiply earlier sums by, and
/// the weights' sum so far; lanes are queries.
std::pair<Value, Value> AttentionTile::emitWeights(SmallVector<Value> largest) {
  Value zero = b.index(0);
  auto state = [&](Value memref) { return b.load(memref, {index, zero}); };
  Value lowest = b.splat(kLowest);
  auto maximumOp = scf::IfOp::create(
      b.builder, b.loc, chunk.first,
      [&](OpBuilder &builder, Location loc) {
        scf::YieldOp::create(builder, loc, lowest);
      },
      [&](OpBuilder &builder, Location loc) {
        scf::YieldOp::create(builder, loc, state(scratch.maxima));
      });
  Value earlier = maximumOp.getResult(0);
  Value maximum =
      b.maxf(earlier, b.reduceEach(std::move(largest), [&](Value x, Value y) {
        return b.maxf(x, y);
      }));
  SmallVector<Value> ofQuery, totals(height, b.splat(0.0));
  Value scaled = shape.bf16 ? b.mulf(maximum, b.splat(-scoreScale())) : maximum;
  for (int64_t i = 0; i < height; ++i)
    ofQuery.push_back(b.splatLane(scaled, i));

  // bf16 takes two vectors at a time, the last one alone.
  Value whole = range.to;
  int64_t vectors = shape.wordSize, lanes = b.lanes();
  if (shape.bf16) {
    Value count = b.ceilDiv(b.sub(range.to, range.from), b.index(lanes));
    Value odd =
        arith::RemUIOp::create(b.builder, b.loc, count, b.index(vectors));
    whole = b.add(range.from, b.mul(b.sub(count, odd), lanes));
  }
  totals = b.loop(range.from, whole, vectors * lanes, totals,
                  [&](Value key, ValueRange carried) {
                    return weighKeys(key, vectors, ofQuery, carried);
                  });
  if (shape.bf16)
    totals = b.loop(whole, range.to, lanes, totals,
                    [&](Value key, ValueRange carried) {
                      return weighKeys(key, 1, ofQuery, carried);
                    });
  Value total = b.reduceEach(std::move(totals),
                             [&](Value x, Value y) { return b.addf(x, y); });

  // Earlier chunks, brought to the new maximum.
  auto correctOp = scf::IfOp::create(
      b.builder, b.loc, chunk.first,
      [&](OpBuilder &builder, Location loc) {
        scf::YieldOp::create(builder, loc, ValueRange{total, total});
      },
      [&](OpBuilder &builder, Location loc) {
        Value difference = b.subf(earlier, maximum);
        if (shape.bf16)
          difference = b.mulf(difference, b.splat(scoreScale()));
        Value correction = math::Exp2Op::create(builder, loc, difference,
                                                arith::FastMathFlags::ninf);
        Value sum = b.fma(state(scratch.totals), correction, total);
        scf::YieldOp::create(builder, loc, ValueRange{correction, sum});
      });
  Value correction = correctOp.getResult(0);
  total = correctOp.getResult(1);
  b.store(maximum, scratch.maxima, {index, zero});
  b.store(total, scratch.totals, {index, zero});
  return {correction, total};
}

/// The weights of `vectors` vectors of keys, added to each query's totals.
SmallVector<Value> AttentionTile::weighKeys(Value key, int64_t vectors,
                                            ValueRange maximum,
                                            ValueRange totals) {
  SmallVector<Value> next;
  for (int64_t i = 0; i < height; ++i) {
    SmallVector<Value> results;
    for (int64_t j = 0; j < vectors; ++j) {
      Value score =
          b.load(scratch.scores, {b.index(i), b.add(key, j * b.lanes())});
      // In f32 the keys are scaled; `maximum` is negated in bf16.
      results.push_back(
          exp2(shape.bf16 ? b.fma(score, b.splat(scoreScale()), maximum[i])
                          : b.subf(score, maximum[i])));
    }
    if (!shape.bf16) {
      b.store(results[0], scratch.weights, {b.index(i), key});
      next.push_back(b.addf(totals[i], results[0]));
      continue;
    }
    results.resize(2, b.splat(0.0));
    Value words = b.roundToWords(results[0], results[1]);
    b.storeWords(words, scratch.weights, {b.index(i), key});
    next.push_back(b.dotBf16(words, b.splatWord(kOnes), totals[i]));
  }
  return next;
}

/// O of the tile's queries, a few vectors of features at a time.
void AttentionTile::emitSums(Value correction, Value normaliser) {
  int64_t width = shape.tileVectors * b.lanes();
  int64_t whole = shape.headSize / width * width;
  b.loop(b.index(0), b.index(whole), width, [&](Value column) {
    sumFeatures(column, width, correction, normaliser);
  });
  if (whole < shape.headSize)
    sumFeatures(b.index(whole), shape.headSize - whole, correction, normaliser);
}

void AttentionTile::sumFeatures(Value column, int64_t count, Value correction,
                                Value normaliser) {
  int64_t vectors = llvm::divideCeil(count, b.lanes());
  SmallVector<Value> columns;
  SmallVector<int64_t> counts;
  for (int64_t j = 0; j < vectors; ++j) {
    columns.push_back(b.add(column, j * b.lanes()));
    counts.push_back(std::min(b.lanes(), count - j * b.lanes()));
  }
  auto placeAt = [&](int64_t i) { return b.add(place, i); };

  SmallVector<Type> types(height * vectors, b.vectorType());
  auto earlier = scf::IfOp::create(
      b.builder, b.loc, chunk.first,
      [&](OpBuilder &builder, Location loc) {
        SmallVector<Value> zeros(types.size(), b.splat(0.0));
        scf::YieldOp::create(builder, loc, zeros);
      },
      [&](OpBuilder &builder, Location loc) {
        SmallVector<Value> corrected;
        for (int64_t i = 0; i < height; ++i)
          for (Value column : columns)
            corrected.push_back(
                b.mulf(b.load(scratch.sums, {placeAt(i), column}),
                       b.splatLane(correction, i)));
        scf::YieldOp::create(builder, loc, corrected);
      });

  Value firstWord = arith::DivUIOp::create(b.builder, b.loc, range.from,
                                           b.index(shape.wordSize));
  Value words = b.ceilDiv(range.to, b.index(shape.wordSize));
  SmallVector<Value> sums = b.loop(
      firstWord, words, 1, earlier.getResults(),
      [&](Value word, ValueRange partial) {
        SmallVector<Value> values, next;
        for (int64_t j = 0; j < vectors; ++j)
          values.push_back(operands.loadValues(word, columns[j], counts[j]));
        Value key = b.mul(word, shape.wordSize);
        for (int64_t i = 0; i < height; ++i) {
          Value weight = operands.loadSplat(scratch.weights, {b.index(i), key});
          for (int64_t j = 0; j < vectors; ++j)
            next.push_back(operands.multiplyAdd(weight, values[j],
                                                partial[i * vectors + j]));
        }
        return next;
      });

  scf::IfOp::create(
      b.builder, b.loc, chunk.last,
      [&](OpBuilder &builder, Location loc) {
        for (int64_t i = 0; i < height; ++i)
          for (int64_t j = 0; j < vectors; ++j) {
            Value result =
                b.mulf(sums[i * vectors + j], b.splatLane(normaliser, i));
            // How many chunks that are not seen a query shares with others
            // decides the sign of a zero: none stays negative.
            if (shape.windowed)
              result = b.addf(result, b.splat(0.0));
            b.storeFirst(
                result, op.getOut(),
                {b.add(row, i), b.add(operands.queryColumn(), columns[j])},
                counts[j]);
          }
        scf::YieldOp::create(builder, loc);
      },
      [&](OpBuilder &builder, Location loc) {
        for (int64_t i = 0; i < height; ++i)
          for (int64_t j = 0; j < vectors; ++j)
            b.store(sums[i * vectors + j], scratch.sums,
                    {placeAt(i), columns[j]});
        scf::YieldOp::create(builder, loc);
      });
}
