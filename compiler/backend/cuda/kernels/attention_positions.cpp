//===- attention_positions.cpp - Scores by content and position -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/attention_positions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

AttentionPositions::AttentionPositions(kernel::AttentionOp op,
                                       KernelFunction &f,
                                       const AttentionShape &shape,
                                       Value thread, Value head, Value tokens,
                                       Value firstQuery,
                                       std::array<Value, 2> queries)
    : op(op), f(f), shape(shape), cores(f, thread), warp(f.div(thread, 32)),
      head(head), tokens(tokens), firstQuery(firstQuery), queries(queries) {
  if (!op.getPositionRows())
    return;
  shared = f.sharedMemory();
  ofQueries = f.at(shared, shape.getPositionPlace());
  ofKeys = f.at(ofQueries, shape.positionKeys
                               ? shape.queryRows * shape.getQueryProductPitch()
                               : 0);
  known = f.i32(llvm::alignTo(shape.tableColumns, 8));
  for (int64_t step = 0; step < shape.getSteps(); ++step)
    rowPlaces.push_back(cores.placeOfRows(shape.rows, f.i32(0), 2 * step));
}

SmallVector<Value> AttentionPositions::getState() const {
  return known ? SmallVector<Value>{known} : SmallVector<Value>();
}

void AttentionPositions::setState(ValueRange state) {
  if (!state.empty())
    known = state[0];
}

Value AttentionPositions::columnAt(Value distance) {
  Value number = f.load(f.at(f.of(op.getPositionRows()), f.mul(distance, 4)),
                        f.f32Type(), 4, /*invariant=*/true);
  return arith::FPToUIOp::create(f.getBuilder(), f.getLoc(), f.i32Type(),
                                 number);
}

void AttentionPositions::multiply(Value firstKey, Value keys) {
  if (!op.getPositionRows())
    return;
  int64_t middle = *op.getPositions() - 1;
  auto lastOf = [&](Value begin, int64_t count) {
    return f.sub(f.minimum(f.add(begin, count), tokens), f.i32(1));
  };
  Value lastKey = lastOf(firstKey, shape.keyRows);
  Value lastQuery = lastOf(firstQuery, shape.queryRows);
  Value least = columnAt(f.sub(f.add(lastKey, middle), firstQuery));
  Value most = columnAt(f.sub(f.add(firstKey, middle), lastQuery));
  // Whole tiles do not go beyond a table's row.
  first = f.sub(least, f.rem(least, 8));
  last = f.sub(most, first);
  Value tiles = f.add(f.div(last, 8), 1);
  if (shape.positionKeys) {
    Value unknown = f.div(f.sub(known, first), 8);
    multiplyRows(shared, shape.queryRows, op.getPositionKeys(),
                 f.minimum(tiles, unknown), shape.getQueryProductPitch(),
                 [&](Value tile) {
                   Value column = f.add(first, f.mul(tile, 8));
                   return f.at(ofQueries,
                               f.mul(f.rem(column, shape.getKeptColumns()), 4));
                 });
    known = first;
  }
  if (shape.positionQueries)
    multiplyRows(keys, shape.keyRows, op.getPositionQueries(), tiles,
                 shape.getKeyProductPitch(),
                 [&](Value tile) { return f.at(ofKeys, f.mul(tile, 32)); });
}

SmallVector<Value> AttentionPositions::loadColumns(Value column, Value table,
                                                   int64_t step) {
  Type element = cast<ShapedType>(table.getType()).getElementType();
  int64_t tablePitch = getWeightPitch(table.getType(), f.getTarget());
  bool isF32 = shape.product == Product::F32;
  // A register holds two bf16 or f16, of features that follow each other.
  int64_t together = isF32 ? 1 : 2;
  Value mine = f.mul(f.rem(cores.getLane(), 4), together);
  auto load = [&](int64_t i) {
    int64_t feature = 8 * together * step + i;
    Value offset = f.mul(f.add(mine, feature), tablePitch);
    // Behind the head's last feature rows have zeros, and the table may end.
    if (feature + 3 * together >= shape.headSize)
      offset = f.mul(f.minimum(f.add(mine, feature), f.i32(shape.headSize - 1)),
                     tablePitch);
    return f.loadElements(f.at(column, offset), element, 1)[0];
  };
  SmallVector<Value> columns;
  for (int64_t i : {int64_t(0), 4 * together})
    columns.push_back(isF32 ? f.asBits(load(i))
                            : f.pack(load(i), load(i + 1), element));
  return isF32 ? cores.split(columns) : columns;
}

Value AttentionPositions::atColumn(Value table, Value column) {
  int64_t bytes = getElementTypeOrSelf(table).getIntOrFloatBitWidth() / 8;
  Value features = f.atRow(f.of(table), f.mul(head, shape.headSize),
                           getWeightPitch(table.getType(), f.getTarget()));
  return f.at(features, f.mul(f.add(first, column), bytes));
}

SmallVector<Value> AttentionPositions::multiplyTile(Value rows, int64_t count,
                                                    Value table, Value tile) {
  SmallVector<Value> sums(count / 4, f.f32(0));
  Value from =
      atColumn(table, f.add(f.mul(tile, 8), f.div(cores.getLane(), 4)));
  for (int64_t step = 0; step < shape.getSteps(); ++step) {
    SmallVector<Value> columns = loadColumns(from, table, step);
    Value place = f.at(rows, rowPlaces[step]);
    for (int64_t row = 0; row < count; row += 16) {
      auto fragment = llvm::to_vector_of<Value>(
          cores.load(f.at(place, shape.rows.getBytes(row))));
      if (shape.product == Product::F32)
        fragment = cores.split(fragment);
      cores.multiply(shape.product, fragment, columns,
                     MutableArrayRef(sums).slice(row / 4, 4));
    }
  }
  return sums;
}

SmallVector<Value> AttentionPositions::multiplyPlainTile(Value rows,
                                                         int64_t count,
                                                         Value table,
                                                         Value tile) {
  SmallVector<Value> sums(count / 4, f.f32(0));
  Value lane = cores.getLane();
  Value from = atColumn(table, f.add(f.mul(tile, 8), f.mul(f.rem(lane, 4), 2)));
  Value place = f.at(rows, shape.rows.place(f, f.div(lane, 4), f.i32(0)));
  int64_t pitch = getWeightPitch(table.getType(), f.getTarget());
  for (int64_t chunk = 0; 4 * chunk < shape.headSize; ++chunk) {
    SmallVector<DeviceBuilder::Values> features;
    // Behind the head's last feature rows have zeros, and the table may end.
    for (int64_t i = 4 * chunk; i < 4 * chunk + 4; ++i)
      features.push_back(f.loadElements(
          f.at(from, std::min(i, shape.headSize - 1) * pitch), f.f32Type(), 2));
    for (int64_t row = 0; row < count / 8; ++row) {
      auto x = f.loadElements(
          f.at(place, shape.rows.getBytes(8 * row) + chunk * kChunkBytes),
          f.f32Type(), 4, /*invariant=*/false);
      for (int64_t odd : {0, 1})
        for (int64_t i = 0; i < 4; ++i) {
          Value &sum = sums[2 * row + odd];
          sum = f.fma(x[i], features[i][odd], sum);
        }
    }
  }
  return sums;
}

void AttentionPositions::multiplyRows(
    Value rows, int64_t count, Value table, Value tiles, int64_t pitch,
    llvm::function_ref<Value(Value)> placeOf) {
  Value lane = cores.getLane();
  Value mine = f.add(f.mul(f.div(lane, 4), pitch), f.mul(f.rem(lane, 4), 8));
  // A warp has every so many-th tile of columns, for all rows.
  f.loop(warp, tiles, shape.threads / 32, {}, [&](Value tile, ValueRange) {
    SmallVector<Value> sums = shape.isPlain()
                                  ? multiplyPlainTile(rows, count, table, tile)
                                  : multiplyTile(rows, count, table, tile);
    Value to = f.at(placeOf(tile), mine);
    for (int64_t i = 0; i < count / 4; i += 2)
      f.storeElements({sums[i], sums[i + 1]}, f.at(to, 4 * i * pitch),
                      f.f32Type());
    return DeviceBuilder::Values();
  });
}

void AttentionPositions::add(MutableArrayRef<Value> scores, Value key) {
  if (!op.getPositionRows())
    return;
  int64_t middle = *op.getPositions() - 1;
  int64_t queryPitch = shape.getQueryProductPitch();
  int64_t keyPitch = shape.getKeyProductPitch();
  Value lane = cores.getLane();
  Value row = f.add(f.mul(warp, 16), f.div(lane, 4));
  Value queryRow = f.at(ofQueries, f.mul(row, queryPitch));
  Value keyRow = f.at(ofKeys, f.mul(f.rem(lane, 4), 2 * keyPitch));
  // The thread's queries are eight apart, and so are its tiles of keys: what is
  // the first one's distance from a tile is the second one's from the next.
  SmallVector<std::pair<Value, Value>> places;
  for (int64_t tile = -1; tile < shape.keyRows / 8; ++tile)
    for (int64_t i : {0, 1}) {
      Value distance = f.sub(f.add(key, 8 * tile + i + middle), queries[0]);
      // Where the text has no such token, any column does.
      Value column = columnAt(f.minimum(distance, f.i32(2 * middle)));
      Value behind = f.minimum(f.sub(column, first), last);
      Value kept = f.rem(f.add(behind, first), shape.getKeptColumns());
      places.push_back(
          {f.at(queryRow, f.mul(kept, 4)), f.at(keyRow, f.mul(behind, 4))});
    }
  auto load = [&](Value row, int64_t bytes) {
    return f.load(f.at(row, bytes), f.f32Type(), 4);
  };
  for (auto [i, score] : llvm::enumerate(scores)) {
    int64_t tile = i / 4, query = i % 4 / 2, odd = i % 2;
    auto [ofQuery, ofKey] = places[2 * (tile + 1 - query) + odd];
    if (shape.positionKeys)
      score = f.addf(score, load(ofQuery, 8 * query * queryPitch));
    if (shape.positionQueries)
      score = f.addf(score, load(ofKey, (8 * tile + odd) * keyPitch));
  }
}
