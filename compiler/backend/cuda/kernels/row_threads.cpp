//===- row_threads.cpp - The threads of one row ---------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/row_threads.h"

#include "dialects/kernel/narrow_floats.h"

#include <numeric>

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;
using Values = RowThreads::Values;

static constexpr int64_t kWarp = 32;
// Of a thread; more, and the row gets more warps.
static constexpr int64_t kMostColumns = 32;
static constexpr int64_t kMostWarps = 32;
// Warps of a block, where each has a row.
static constexpr int64_t kRowsOfBlock = 4;

// The CPU's, so that both round to the same bytes (quantize_loops.cpp).
static constexpr double kRound = 12582912.0; // 1.5 * 2^23
static constexpr double kSteps = 254.0;
static constexpr double kSmallest = 1e-30;

RowShape::RowShape(int64_t width, int64_t cuts) : width(width) {
  step = std::gcd(std::gcd(width, cuts), int64_t(4));
  int64_t warps =
      llvm::PowerOf2Ceil(llvm::divideCeil(width, kWarp * kMostColumns));
  warps = std::min(warps, kMostWarps);
  threads = kWarp * warps;
  blockRows = warps == 1 ? kRowsOfBlock : 1;
}

RowThreads::RowThreads(KernelFunction &f, const RowShape &shape)
    : f(f), shape(shape) {
  Value thread = f.threadIndex(shape.blockThreads());
  if (shape.blockRows == 1) {
    lane = thread;
    row = f.blockY();
  } else {
    lane = f.rem(thread, shape.threads);
    row =
        f.add(f.mul(f.blockY(), shape.blockRows), f.div(thread, shape.threads));
  }
}

RowThreads RowThreads::withWidth(int64_t width) const {
  RowThreads other = *this;
  other.shape.width = width;
  return other;
}

int64_t RowThreads::countSteps() const {
  return llvm::divideCeil(shape.width, shape.threads * shape.step);
}

bool RowThreads::isWhole(int64_t index) const {
  return (index + 1) * shape.threads * shape.step <= shape.width;
}

std::pair<Value, Value> RowThreads::getStep(int64_t index) {
  Value column =
      f.add(f.mul(lane, shape.step), index * shape.threads * shape.step);
  return {column, isWhole(index) ? Value() : f.less(column, shape.width)};
}

Values RowThreads::load(Value pointer, Type element) {
  int64_t bytes = element.getIntOrFloatBitWidth() / 8;
  Values values;
  for (int64_t i = 0; i < countSteps(); ++i) {
    auto [column, inside] = getStep(i);
    // Who has nothing there reads the row's first columns, and forgets them.
    if (inside)
      column = f.select(inside, column, f.i32(0));
    for (Value x : f.loadElements(f.at(pointer, f.mul(column, bytes)), element,
                                  shape.step))
      values.push_back(inside ? f.select(inside, x, f.f32(0.0)) : x);
  }
  return values;
}

void RowThreads::forEachStep(
    llvm::function_ref<void(int64_t index, Value column)> body) {
  for (int64_t i = 0; i < countSteps(); ++i) {
    auto [column, inside] = getStep(i);
    if (inside)
      f.ifThen(inside, [&, column = column] { body(i, column); });
    else
      body(i, column);
  }
}

void RowThreads::store(ValueRange values, Value pointer, Type element) {
  int64_t bytes = element.getIntOrFloatBitWidth() / 8;
  forEachStep([&](int64_t i, Value column) {
    f.storeElements(values.slice(i * shape.step, shape.step),
                    f.at(pointer, f.mul(column, bytes)), element);
  });
}

Value RowThreads::fold(ValueRange values, Value start,
                       llvm::function_ref<Value(Value, Value)> next) {
  Value all = start;
  for (int64_t i = 0; i < countSteps(); ++i) {
    Value inside = getStep(i).second, before = all;
    for (Value x : values.slice(i * shape.step, shape.step))
      all = next(x, all);
    if (inside)
      all = f.select(inside, all, before);
  }
  return all;
}

Value RowThreads::reduce(Value partial, bool sums) {
  Value all = sums ? f.warpSum(partial) : f.warpMax(partial);
  if (shape.warps() == 1)
    return all;
  // Each call has a place of its own: no call waits for the last one's readers.
  Value slots = f.at(f.sharedMemory(), 4 * shape.warps() * calls++);
  f.ifThen(f.equal(f.rem(lane, kWarp), 0),
           [&] { f.store(all, f.at(slots, f.mul(f.div(lane, kWarp), 4)), 4); });
  f.barrier();
  for (int64_t warp = 0; warp < shape.warps(); ++warp) {
    Value one = f.load(f.at(slots, 4 * warp), f.f32Type(), 4);
    all = warp == 0 ? one : sums ? f.addf(all, one) : f.maxf(all, one);
  }
  return all;
}

Value RowThreads::sum(Value partial) { return reduce(partial, /*sums=*/true); }
Value RowThreads::max(Value partial) { return reduce(partial, /*sums=*/false); }

int64_t RowThreads::getSharedBytes(const RowShape &shape, int64_t calls) {
  return shape.warps() == 1 ? 0 : 4 * shape.warps() * calls;
}

void RowThreads::storeBytes(ValueRange values, Value inverse, Value round,
                            Value pointer) {
  forEachStep([&](int64_t i, Value column) {
    Value word;
    for (int64_t k = 0; k < shape.step; ++k) {
      Value x = f.fma(values[i * shape.step + k], inverse, round);
      Value byte = f.shiftLeft(f.bitAnd(f.asBits(x), 255), 8 * k);
      word = word ? f.bitOr(word, byte) : byte;
    }
    f.store(f.truncate(word, 8 * shape.step), f.at(pointer, column),
            shape.step);
  });
}

void RowThreads::storeQuantized(ValueRange values, Value pointer,
                                int64_t pitch) {
  Value zero = f.f32(0.0);
  Value most = max(
      fold(values, zero, [&](Value x, Value all) { return f.maxf(x, all); }));
  // The least by the most of what has the other sign.
  Value least = max(fold(values, zero, [&](Value x, Value all) {
    return f.maxf(f.subf(zero, x), all);
  }));
  Value span = f.addf(most, least), round = f.f32(kRound);
  Value inverse = f.divf(f.f32(kSteps), f.maxf(span, f.f32(kSmallest)));
  Value zeroPoint = f.subf(f.addf(f.mulf(least, inverse), round), round);
  f.ifThen(f.equal(lane, 0), [&] {
    f.store(f.mulf(span, f.f32(1 / kSteps)), f.at(pointer, pitch - 4), 4);
    f.store(zeroPoint, f.at(pointer, pitch - 8), 4);
  });
  storeBytes(values, inverse, f.addf(round, zeroPoint), pointer);
}

void RowThreads::storeNarrow(Values values, Value smoothing, Value result) {
  auto type = cast<ShapedType>(result.getType());
  Value pointer = f.ofRow(result, row);
  if (kernel::isNarrowFloat(type.getElementType()))
    return store(values, pointer, type.getElementType());
  if (smoothing)
    for (auto [x, factor] : llvm::zip_equal(
             values, load(f.of(smoothing), getElementTypeOrSelf(smoothing))))
      x = f.mulf(x, factor);
  storeQuantized(values, pointer, getRowPitch(type, f.getTarget()));
}

void cuda::addRowKernel(
    StageWriter &stage, const RowShape &shape, int64_t reductions,
    llvm::function_ref<void(KernelFunction &, RowThreads &)> body) {
  stage.addKernel(
      {.blockRows = shape.blockRows,
       .threads = shape.blockThreads(),
       .sharedBytes = RowThreads::getSharedBytes(shape, reductions)},
      [&](KernelFunction &f) {
        RowThreads row(f, shape);
        Value rows = stage.getGrid() == Grid::Texts ? f.texts() : f.tokens();
        f.ifThen(f.less(row.getRow(), rows), [&] { body(f, row); });
      });
}
