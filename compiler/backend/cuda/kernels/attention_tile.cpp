//===- attention_tile.cpp - A block of queries against its keys -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The online softmax (Milakov and Gimelshein, 2018) in registers (Dao et al.,
// "FlashAttention", 2022). Blocks of keys begin at the text's first row, and a
// query's weights are summed in their order: its bits depend on its text alone.
//
// The sums of the weights are one more column of the values, which is ones: what
// the result is divided by is what the values were multiplied by, rounded alike.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/attention_tile.h"

#include <numeric>

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

// Lower than any score, and finite: the lowest minus it is the lowest, not a NaN.
static constexpr double kLow = -1e30;

/// Sums of a query's weighted values and of its weights, and its largest score;
/// a thread has two queries.
struct AttentionTile::State {
  SmallVector<Value> values; // four a column tile
  SmallVector<Value> weights;
  SmallVector<Value> most;

  SmallVector<Value> flatten() const {
    SmallVector<Value> all(values);
    all.append(weights);
    all.append(most);
    return all;
  }
  static State of(ValueRange all, int64_t count) {
    State state;
    state.values = llvm::to_vector(all.take_front(count));
    state.weights = llvm::to_vector(all.slice(count, 4));
    state.most = llvm::to_vector(all.slice(count + 4, 2));
    return state;
  }
};

AttentionTile::AttentionTile(kernel::AttentionOp op, KernelFunction &f,
                             const AttentionShape &shape)
    : op(op), f(f), shape(shape), thread(f.threadIndex(shape.threads)),
      head(f.blockX()), cores(f, thread),
      copy(cores.shareCopy(shape.rows, thread, shape.threads, shape.keyRows)),
      shared(f.sharedMemory()) {
  // Heads begin wherever the one before ends.
  copy.pieceBytes =
      std::gcd(shape.headSize * shape.elementBytes, copy.pieceBytes);
  auto loadIndex = [&](Value pointer) {
    return f.load(pointer, f.i32Type(), 4, /*invariant=*/true);
  };
  Value tile = f.at(f.queryTiles(), f.mul(f.blockY(), 8));
  Value text = loadIndex(tile);
  firstQuery = loadIndex(f.at(tile, 4));
  Value offset = f.at(f.of(op.getOffsets()), f.mul(text, 4));
  begin = loadIndex(offset);
  tokens = f.sub(loadIndex(f.at(offset, 4)), begin);
  Value lane = cores.getLane();
  Value warpRow = f.mul(f.div(thread, 32), 16);
  Value query = f.add(f.add(firstQuery, warpRow), f.div(lane, 4));
  queries = {query, f.add(query, 8)};

  Value zero = f.i32(0);
  for (int64_t step = 0; step < shape.getSteps(); ++step) {
    queryPlaces.push_back(cores.placeOfRows(shape.rows, warpRow, 2 * step));
    keyPlaces.push_back(cores.placeOfColumns(shape.rows, zero, 2 * step));
    if (!shape.element.isF32())
      valuePlaces.push_back(cores.placeOfDepth(shape.rows, zero, 2 * step));
  }
}

void AttentionTile::copyHead(Value to, Value from, int64_t count,
                             Value rowsLeft) {
  int64_t headBytes = shape.headSize * shape.elementBytes;
  int64_t lastChunk = (copy.threadsPerRow - 1) * kChunkBytes;
  cores.copyRows(copy, to, from, count, shape.inputPitch,
                 [&](int64_t round, int64_t byte) {
                   Value isThere = f.less(
                       f.add(copy.row, round * copy.rowsPerRound), rowsLeft);
                   if (byte + lastChunk >= headBytes) { // the padding is zero
                     int64_t chunks = llvm::divideCeil(
                         std::max<int64_t>(headBytes - byte, 0), kChunkBytes);
                     isThere = f.both(isThere, f.less(copy.chunk, chunks));
                   }
                   return f.select(isThere, f.i32(copy.pieceBytes), f.i32(0));
                 });
}

void AttentionTile::copyKeys(Value stage, Value from, Value rowsLeft) {
  Value to = f.at(shared, f.add(copy.place, stage));
  int64_t valuesBehind =
      shape.keyValueHeads * shape.headSize * shape.elementBytes;
  copyHead(to, from, shape.keyRows, rowsLeft);
  copyHead(f.at(to, shape.getKeyBytes()), f.at(from, valuesBehind),
           shape.keyRows, rowsLeft);
}

SmallVector<Value> AttentionTile::load(Value pointer) {
  TensorCoreBuilder::Fragment fragment = cores.load(pointer);
  if (shape.product == Product::F32)
    return cores.split(fragment);
  return llvm::to_vector_of<Value>(fragment);
}

SmallVector<Value> AttentionTile::getQueries(int64_t step) {
  if (!shape.queriesStay)
    return load(f.at(shared, queryPlaces[step]));
  if (shape.product == Product::F32)
    return cores.split(heldQueries[step]);
  return heldQueries[step];
}

SmallVector<Value> AttentionTile::multiplyKeys(Value stage) {
  if (shape.isPlain())
    return multiplyKeysPlain(stage);
  SmallVector<Value> products(shape.keyRows / 8 * 4, f.f32(0));
  for (int64_t step = 0; step < shape.getSteps(); ++step) {
    SmallVector<Value> rows = getQueries(step);
    Value pointer = f.at(shared, f.add(keyPlaces[step], stage));
    for (int64_t key = 0; key < shape.keyRows; key += 16) {
      auto both = load(f.at(pointer, shape.rows.getBytes(key)));
      for (int64_t half : {0, 1})
        cores.multiply(
            shape.product, rows, cores.getHalf(both, half),
            MutableArrayRef(products).slice((key / 8 + half) * 4, 4));
    }
  }
  return products;
}

void AttentionTile::weigh(State &state, MutableArrayRef<Value> scores,
                          double factor) {
  for (int64_t query : {0, 1}) {
    auto isMine = [&](int64_t i) { return i % 4 / 2 == query; };
    Value most;
    for (auto [i, score] : llvm::enumerate(scores))
      if (isMine(i))
        most = most ? f.maxf(most, score) : score;
    most = f.maxf(f.warpMax(most, 4), state.most[query]);
    Value correction =
        f.exp2(f.mulf(f.subf(state.most[query], most), f.f32(factor)));
    // Not as score * factor - most * factor: a product's rounding error is an
    // exponent then, and of large scores beyond every float.
    for (auto [i, score] : llvm::enumerate(scores))
      if (isMine(i))
        score = f.exp2(f.mulf(f.subf(score, most), f.f32(factor)));
    for (SmallVector<Value> *sums : {&state.values, &state.weights})
      for (auto [i, sum] : llvm::enumerate(*sums))
        if (isMine(i))
          sum = f.mulf(sum, correction);
    state.most[query] = most;
  }
}

void AttentionTile::multiplyValuesNarrow(State &state, ArrayRef<Value> weights,
                                         Value values) {
  Value ones = f.i32(shape.element.isF16() ? 0x3c003c00 : 0x3f803f80);
  for (int64_t key = 0; key < shape.keyRows; key += 16) {
    // What two products leave in a thread is what the next takes there.
    SmallVector<Value> rows;
    for (int64_t i = 0; i < 8; i += 2)
      rows.push_back(f.pack(weights[key / 2 + i], weights[key / 2 + i + 1],
                            shape.element));
    for (auto [step, place] : llvm::enumerate(valuePlaces)) {
      auto both = llvm::to_vector_of<Value>(cores.loadTransposed(
          f.at(f.at(values, place), shape.rows.getBytes(key))));
      for (int64_t half : {0, 1})
        if (int64_t tile = 2 * step + half; tile < shape.getColumnTiles())
          cores.multiply(shape.product, rows, cores.getHalf(both, half),
                         MutableArrayRef(state.values).slice(4 * tile, 4));
    }
    cores.multiply(shape.product, rows, {ones, ones}, state.weights);
  }
}

void AttentionTile::multiplyValuesF32(State &state, ArrayRef<Value> weights,
                                      Value values) {
  // A thread has the weights of keys 2t and 2t + 1; they are taken as keys t and
  // t + 4 of the product, and so are the values.
  Value lane = cores.getLane();
  Value column = f.div(lane, 4), key = f.mul(f.rem(lane, 4), 2);
  Value mine =
      f.at(values, f.add(shape.rows.place(f, key, f.i32(0)), f.mul(column, 4)));
  Value one = f.i32(0x3f800000), zero = f.i32(0);
  for (int64_t first = 0; first < shape.keyRows; first += 8) {
    SmallVector<Value> rows;
    for (int64_t i : {0, 2, 1, 3})
      rows.push_back(f.asBits(weights[first / 2 + i]));
    rows = cores.split(rows);
    for (int64_t tile = 0; tile < shape.getColumnTiles(); ++tile) {
      SmallVector<Value> columns;
      for (int64_t i : {0, 1})
        columns.push_back(
            f.load(f.at(mine, shape.rows.getBytes(first + i) + 32 * tile),
                   f.i32Type(), 4));
      cores.multiply(shape.product, rows, cores.split(columns),
                     MutableArrayRef(state.values).slice(4 * tile, 4));
    }
    cores.multiply(shape.product, rows, {one, one, zero, zero}, state.weights);
  }
}

void AttentionTile::addKeys(State &state, AttentionScores &scores,
                            AttentionPositions &positions, Value firstKey,
                            Value stage) {
  positions.multiply(firstKey, f.at(shared, stage));
  SmallVector<Value> weights = multiplyKeys(stage);
  Value key = f.add(firstKey, f.mul(f.rem(cores.getLane(), 4), 2));
  if (op.getPositionRows())
    f.barrier(); // all see all products with the tables
  positions.add(weights, key);
  scores.finish(weights, firstKey, key);
  weigh(state, weights, scores.getFactor());
  Value values = f.at(f.at(shared, stage), shape.getKeyBytes());
  if (shape.isPlain())
    multiplyValuesPlain(state.values, state.weights, weights, values);
  else if (shape.product == Product::F32)
    multiplyValuesF32(state, weights, values);
  else
    multiplyValuesNarrow(state, weights, values);
}

void AttentionTile::write() {
  int64_t headBytes = shape.headSize * shape.elementBytes;
  int64_t stageBytes = 2 * shape.getKeyBytes();
  SeenKeys seen = findSeenKeys(op, f, cores.getLane(), firstQuery, begin,
                               tokens, shape.queryRows, shape.keyRows);
  // The thread's chunk of the row `row` of the text, in the head `head` of all
  // that lie side by side.
  auto place = [&](Value row, Value head) {
    Value start = f.atRow(f.of(op.getInput()),
                          f.add(f.add(begin, row), copy.row), shape.inputPitch);
    return f.at(start,
                f.add(f.mul(head, headBytes), f.mul(copy.chunk, kChunkBytes)));
  };
  Value keyHead =
      f.add(f.div(head, shape.heads / shape.keyValueHeads), shape.heads);
  Value keys = place(seen.begin, keyHead);
  Value firstStage = f.i32(shape.getQueryBytes());
  copyHead(f.at(shared, copy.place), place(firstQuery, head), shape.queryRows,
           f.sub(tokens, firstQuery));
  copyKeys(firstStage, keys,
           f.sub(seen.length, f.minimum(seen.begin, seen.length)));
  cores.commitCopies();
  if (shape.queriesStay) {
    cores.waitForCopies(0);
    f.barrier();
    for (Value queryPlace : queryPlaces)
      heldQueries.push_back(
          llvm::to_vector_of<Value>(cores.load(f.at(shared, queryPlace))));
  }

  AttentionScores scores(op, f, head, seen, queries, shape.queryRows,
                         shape.keyRows);
  AttentionPositions positions(op, f, shape, thread, head, tokens, firstQuery,
                               queries);
  Value zero = f.f32(0);
  int64_t count = 4 * shape.getColumnTiles();
  State state = {SmallVector<Value>(count, zero), SmallVector<Value>(4, zero),
                 SmallVector<Value>(2, f.f32(kLow))};
  SmallVector<Value> carried = state.flatten();
  int64_t keyStep = shape.keyRows * shape.inputPitch;
  carried.append({firstStage, f.at(keys, keyStep)});
  carried.append(positions.getState());
  auto results = f.loop(
      seen.begin, seen.end, shape.keyRows, carried,
      [&](Value firstKey, ValueRange values) {
        State state = State::of(values, count);
        Value stage = values[count + 6], nextKeys = values[count + 7];
        positions.setState(values.drop_front(count + 8));
        Value following = f.add(firstKey, shape.keyRows);
        // The stages' places differ in one bit's worth.
        Value other =
            shape.buffers == 1
                ? stage
                : f.sub(f.i32(2 * shape.getQueryBytes() + stageBytes), stage);
        auto copyNext = [&] {
          f.ifThen(f.less(following, seen.end), [&] {
            copyKeys(other, nextKeys, f.sub(seen.length, following));
          });
          cores.commitCopies();
        };
        cores.waitForCopies(0);
        f.barrier();
        if (shape.buffers > 1)
          copyNext();
        addKeys(state, scores, positions, firstKey, stage);
        if (shape.buffers == 1) {
          f.barrier(); // all have read what is overwritten
          copyNext();
        }
        DeviceBuilder::Values next = state.flatten();
        next.append({other, f.at(nextKeys, keyStep)});
        next.append(positions.getState());
        return next;
      });
  store(State::of(results, count));
}

void AttentionTile::storePair(ArrayRef<Value> pair, Value to, Type element,
                              int64_t columnsLeft) {
  Value column = f.mul(f.rem(cores.getLane(), 4), 2);
  auto storeWithin = [&](int64_t end, llvm::function_ref<void()> store) {
    if (end >= 8)
      store();
    else if (end > 0)
      f.ifThen(f.less(column, end), store);
  };
  // Of an odd head every other pair is not aligned.
  if (shape.headSize % 2 == 0)
    return storeWithin(columnsLeft,
                       [&] { f.storeElements(pair, to, element); });
  int64_t bytes = element.getIntOrFloatBitWidth() / 8;
  for (int64_t i : {0, 1})
    storeWithin(columnsLeft - i, [&] {
      f.storeElements(pair[i], f.at(to, i * bytes), element);
    });
}

void AttentionTile::store(const State &state) {
  Type element = cast<ShapedType>(op->getResult(0).getType()).getElementType();
  int64_t bytes = element.getIntOrFloatBitWidth() / 8;
  int64_t pitch = getRowPitch(op->getResult(0).getType(), f.getTarget());
  Value column =
      f.add(f.mul(head, shape.headSize), f.mul(f.rem(cores.getLane(), 4), 2));
  for (int64_t query : {0, 1}) {
    // A query that sees nothing gets zeros.
    Value weights = state.weights[2 * query];
    if (shape.isPlain())
      weights = f.warpSum(weights, 4); // each lane has those of its keys
    Value inverse = f.reciprocal(f.maxf(weights, f.f32(0x1p-126)));
    f.ifThen(f.less(queries[query], tokens), [&] {
      Value row =
          f.atRow(f.of(op->getResult(0)), f.add(begin, queries[query]), pitch);
      Value to = f.at(row, f.mul(column, bytes));
      for (int64_t tile = 0; tile < shape.getColumnTiles(); ++tile) {
        DeviceBuilder::Values pair;
        for (int64_t i : {0, 1})
          pair.push_back(
              f.mulf(state.values[4 * tile + 2 * query + i], inverse));
        storePair(pair, f.at(to, 8 * bytes * tile), element,
                  shape.headSize - 8 * tile);
      }
    });
  }
}
