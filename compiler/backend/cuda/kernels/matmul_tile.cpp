//===- matmul_tile.cpp - The sums of a tile of a matmul -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Behind an input's last element lies anything, and behind a weight's zeros: of
// the last part of K only what is the input's is copied, and the rest of the
// part is zero.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/matmul_tile.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

MatmulTileWriter::MatmulTileWriter(KernelFunction &f, const MatmulTile &tile,
                                   const MatmulOperands &operands,
                                   Value firstColumn, Value rows)
    : f(f), tile(tile), operands(operands), firstColumn(firstColumn),
      rows(rows), thread(f.threadIndex(getThreads(tile))), cores(f, thread),
      layout(tile.depthBytes),
      copy(cores.shareCopy(layout, thread, getThreads(tile), tile.rows)),
      rowTiles(tile.rows / tile.warpRows / 16),
      columnTiles(tile.columns / tile.warpColumns / 8),
      shared(f.sharedMemory()) {
  Value warp = f.div(thread, 32);
  warpRow = f.mul(f.div(warp, tile.warpColumns), 16 * rowTiles);
  warpColumn = f.mul(f.rem(warp, tile.warpColumns), 8 * columnTiles);
  if (operands.product == Product::PlainF32) {
    Value lane = cores.getLane();
    Value row = f.add(warpRow, f.div(lane, 4));
    Value column = f.add(warpColumn, f.mul(f.rem(lane, 4), 2));
    for (int64_t i = 0; i < layout.getChunks(); ++i) {
      rowPlaces.push_back(layout.place(f, row, f.i32(i)));
      for (int64_t odd : {0, 1})
        columnPlaces.push_back(
            f.add(layout.place(f, f.add(column, odd), f.i32(i)),
                  layout.getBytes(tile.rows)));
    }
    return;
  }
  for (int64_t byte = 0; byte < tile.depthBytes; byte += kStepBytes) {
    int64_t chunk = byte / kChunkBytes;
    rowPlaces.push_back(cores.placeOfRows(layout, warpRow, chunk));
    columnPlaces.push_back(
        f.add(cores.placeOfColumns(layout, warpColumn, chunk),
              layout.getBytes(tile.rows)));
  }
}

void MatmulTileWriter::startAt(Value first) {
  firstRow = first;
  rowBytes.clear();
  Value firstCopied = f.add(firstRow, copy.row);
  for (int64_t row = 0; row < tile.rows; row += copy.rowsPerRound)
    rowBytes.push_back(f.select(f.less(f.add(firstCopied, row), rows),
                                f.i32(kChunkBytes), f.i32(0)));
  Value zero = operands.product == Product::Int8 ? f.i32(0) : f.f32(0);
  sums.assign(4 * rowTiles * columnTiles, zero);
}

void MatmulTileWriter::copyStage(Value stage, Value input, Value weight,
                                 Value bytesLimit) {
  Value to = f.at(shared, f.add(copy.place, stage));
  cores.copyRows(copy, to, input, tile.rows, operands.inputPitch,
                 [&](int64_t round, int64_t) {
                   return bytesLimit ? f.minimum(rowBytes[round], bytesLimit)
                                     : rowBytes[round];
                 });
  cores.copyRows(copy, f.at(to, layout.getBytes(tile.rows)), weight,
                 tile.columns, operands.weightPitch);
}

/// Each thread makes all products of its sums, which lie as the tensor cores'.
void MatmulTileWriter::multiplyPlainStage(Value stage) {
  auto load = [&](Value place, int64_t eights) {
    Value pointer = f.at(shared, f.add(place, stage));
    return f.loadElements(f.at(pointer, layout.getBytes(8 * eights)),
                          f.f32Type(), 4, /*invariant=*/false);
  };
  for (int64_t chunk = 0; chunk < layout.getChunks(); ++chunk) {
    SmallVector<DeviceBuilder::Values> rows;
    for (int64_t i = 0; i < getRows(); ++i)
      rows.push_back(load(rowPlaces[chunk], i));
    for (int64_t pair = 0; pair < columnTiles; ++pair)
      for (int64_t odd : {0, 1}) {
        auto column = load(columnPlaces[2 * chunk + odd], pair);
        for (auto [i, row] : llvm::enumerate(rows)) {
          Value &sum =
              sums[4 * (i / 2 * columnTiles + pair) + 2 * (i % 2) + odd];
          for (auto [x, weight] : llvm::zip_equal(row, column))
            sum = f.fma(x, weight, sum);
        }
      }
  }
}

void MatmulTileWriter::multiplyStage(Value stage) {
  if (operands.product == Product::PlainF32)
    return multiplyPlainStage(stage);
  bool isF32 = operands.product == Product::F32;
  auto load = [&](Value pointer) {
    TensorCoreBuilder::Fragment fragment = cores.load(pointer);
    return isF32 ? cores.split(fragment) : llvm::to_vector_of<Value>(fragment);
  };
  for (auto [rowPlace, columnPlace] : llvm::zip(rowPlaces, columnPlaces)) {
    Value rowPointer = f.at(shared, f.add(rowPlace, stage));
    Value columnPointer = f.at(shared, f.add(columnPlace, stage));
    SmallVector<SmallVector<Value>> left, right;
    for (int64_t i = 0; i < rowTiles; ++i)
      left.push_back(load(f.at(rowPointer, layout.getBytes(16 * i))));
    for (int64_t i = 0; i < columnTiles; i += 2) {
      auto both = load(f.at(columnPointer, layout.getBytes(8 * i)));
      for (int64_t half : {0, 1})
        right.push_back(cores.getHalf(both, half));
    }
    // Back and forth: the next product has a fragment of the last one's.
    for (int64_t i = 0; i < rowTiles; ++i)
      for (int64_t j = 0; j < columnTiles; ++j) {
        int64_t column = i % 2 ? columnTiles - 1 - j : j;
        cores.multiply(
            operands.product, left[i], right[column],
            MutableArrayRef(sums).slice(4 * (i * columnTiles + column), 4));
      }
  }
}

void MatmulTileWriter::multiply(Value input, Value weight) {
  int64_t part = tile.depthBytes, ahead = tile.stages - 1;
  int64_t parts = llvm::divideCeil(operands.depthBytes, part);
  int64_t stageBytes = getSharedBytes(tile) / tile.stages;
  Value chunkByte = f.mul(copy.chunk, kChunkBytes);
  Value from =
      f.at(f.atRow(input, f.add(firstRow, copy.row), operands.inputPitch),
           chunkByte);
  Value weights =
      f.at(f.atRow(weight, f.add(firstColumn, copy.row), operands.weightPitch),
           chunkByte);
  // Of the last part, the bytes of the thread's chunk that are the input's.
  Value lastBytes;
  if (int64_t rest = operands.depthBytes % part) {
    Value left = f.sub(f.i32(rest), f.minimum(chunkByte, f.i32(rest)));
    lastBytes = f.minimum(left, f.i32(kChunkBytes));
  }

  for (int64_t stage = 0; stage < ahead; ++stage) {
    if (stage < parts)
      copyStage(f.i32(stage * stageBytes), f.at(from, stage * part),
                f.at(weights, stage * part),
                stage == parts - 1 ? lastBytes : Value());
    cores.commitCopies();
  }

  SmallVector<Value> carried(sums);
  carried.append({f.i32(0), f.i32(ahead * stageBytes), f.at(from, ahead * part),
                  f.at(weights, ahead * part)});
  auto results = f.loop(
      f.i32(0), f.i32(parts), 1, carried, [&](Value index, ValueRange values) {
        size_t count = sums.size();
        Value read = values[count], write = values[count + 1];
        Value nextInput = values[count + 2], nextWeight = values[count + 3];
        sums = llvm::to_vector(values.take_front(count));
        cores.waitForCopies(ahead - 1);
        f.barrier(); // the part is there, and the last one's place is free
        if (parts > ahead)
          f.ifThen(f.less(index, parts - ahead), [&] {
            Value limit;
            if (lastBytes)
              limit = f.select(f.equal(index, parts - ahead - 1), lastBytes,
                               f.i32(kChunkBytes));
            copyStage(write, nextInput, nextWeight, limit);
          });
        cores.commitCopies();
        multiplyStage(read);
        auto next = [&](Value stage) {
          Value following = f.add(stage, stageBytes);
          return f.select(f.equal(following, tile.stages * stageBytes),
                          f.i32(0), following);
        };
        DeviceBuilder::Values yielded(sums);
        yielded.append({next(read), next(write), f.at(nextInput, part),
                        f.at(nextWeight, part)});
        return yielded;
      });
  sums.assign(results.begin(), results.begin() + sums.size());
}

Value MatmulTileWriter::getRow(int64_t i) {
  Value first = f.add(f.add(firstRow, warpRow), f.div(cores.getLane(), 4));
  return f.add(first, 8 * i);
}

Value MatmulTileWriter::getColumn() {
  return f.add(f.add(firstColumn, warpColumn),
               f.mul(f.rem(cores.getLane(), 4), 2));
}

std::pair<Value, Value> MatmulTileWriter::getSums(int64_t row,
                                                  int64_t pair) const {
  int64_t first = 4 * (row / 2 * columnTiles + pair) + 2 * (row % 2);
  return {sums[first], sums[first + 1]};
}
