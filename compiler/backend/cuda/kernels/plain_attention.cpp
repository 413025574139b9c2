//===- plain_attention.cpp - Attention by multiply-adds of f32 ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Products and sums lie in the threads as those of the tensor cores do, so that
// all else is the same code. A thread makes all products of a score or a sum.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/attention_tile.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

using Values = DeviceBuilder::Values;

static Values loadShared(KernelFunction &f, Value pointer, int64_t count) {
  return f.loadElements(pointer, f.f32Type(), count, /*invariant=*/false);
}

SmallVector<Value> AttentionTile::multiplyKeysPlain(Value stage) {
  const SharedRows &rows = shape.rows;
  Value lane = cores.getLane(), zero = f.i32(0);
  Value query = f.add(f.mul(f.div(thread, 32), 16), f.div(lane, 4));
  Value key = f.mul(f.rem(lane, 4), 2);
  Value ofQueries = f.at(shared, rows.place(f, query, zero));
  Value ofKeys = f.at(shared, f.add(rows.place(f, key, zero), stage));
  SmallVector<Value> products(shape.keyRows / 8 * 4, f.f32(0));
  for (int64_t chunk = 0; chunk < rows.getChunks(); ++chunk) {
    Value fromQueries = f.at(ofQueries, chunk * kChunkBytes);
    Value fromKeys = f.at(ofKeys, chunk * kChunkBytes);
    Values both[] = {loadShared(f, fromQueries, 4),
                     loadShared(f, f.at(fromQueries, rows.getBytes(8)), 4)};
    for (int64_t i = 0; i < shape.keyRows / 4; ++i) {
      Values one =
          loadShared(f, f.at(fromKeys, rows.getBytes(i / 2 * 8 + i % 2)), 4);
      for (int64_t row : {0, 1}) {
        Value &sum = products[i / 2 * 4 + 2 * row + i % 2];
        for (auto [x, y] : llvm::zip_equal(both[row], one))
          sum = f.fma(x, y, sum);
      }
    }
  }
  return products;
}

void AttentionTile::multiplyValuesPlain(MutableArrayRef<Value> sums,
                                        MutableArrayRef<Value> sumsOfWeights,
                                        ArrayRef<Value> weights, Value values) {
  const SharedRows &rows = shape.rows;
  Value quarter = f.rem(cores.getLane(), 4);
  for (int64_t first = 0; first < shape.keyRows; first += 8) {
    // Two keys are the thread's own, and two each of the three beside it.
    ArrayRef<Value> own = weights.slice(first / 2, 4);
    for (int64_t mask = 0; mask < 4; ++mask) {
      SmallVector<Value> theirs(own);
      if (mask != 0)
        for (Value &weight : theirs)
          weight = f.shuffleXor(weight, mask);
      Value key = f.mul(f.bitXor(quarter, mask), 2);
      Value from =
          f.at(values, f.add(rows.place(f, key, f.i32(0)), f.mul(quarter, 8)));
      for (int64_t odd : {0, 1})
        for (int64_t tile = 0; tile < shape.getColumnTiles(); ++tile) {
          Values pair = loadShared(
              f, f.at(from, rows.getBytes(first + odd) + 32 * tile), 2);
          for (int64_t i = 0; i < 4; ++i)
            sums[4 * tile + i] =
                f.fma(theirs[i / 2 * 2 + odd], pair[i % 2], sums[4 * tile + i]);
        }
    }
    for (int64_t i = 0; i < 4; ++i) {
      Value &sum = sumsOfWeights[i / 2 * 2];
      sum = f.addf(sum, own[i]);
    }
  }
}
