//===- pool_kernel.cpp - One row a text from one row a token --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Each of a block's warps takes every eighth row of its text, from the first on;
// the partial sums are then added in the warps' order. So a sum's order depends on
// the text alone.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/row_threads.h"

#include <limits>
#include <numeric>

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

using Values = RowThreads::Values;
using emb::PoolKind;

static constexpr int64_t kWarps = 8;

namespace {

/// The columns of one thread, all of the text's rows.
struct Pool {
  Pool(kernel::PoolOp op, KernelFunction &f);

  int64_t step;
  void write();

  static int64_t getStep(int64_t width) { return std::gcd(width, int64_t(4)); }

private:
  /// Of every eighth row.
  Values emitPartial();
  Value take(Value row, Value x, Value before);
  Value join(Value a, Value b);
  Value finish(Value all);

  kernel::PoolOp op;
  KernelFunction &f;
  int64_t width;
  Value lane, warp, text, begin, end, column, isInside;
};

} // namespace

Pool::Pool(kernel::PoolOp op, KernelFunction &f) : op(op), f(f) {
  width = cast<ShapedType>(op.getInput().getType()).getDimSize(1);
  step = getStep(width);
  Value thread = f.threadIndex(32 * kWarps);
  lane = f.rem(thread, 32);
  warp = f.div(thread, 32);
  text = f.blockY();
  column = f.mul(f.add(f.mul(f.blockX(), 32), lane), step);
  isInside = f.less(column, width);
  // Who has no column reads the first, and forgets it.
  column = f.select(isInside, column, f.i32(0));
}

Value Pool::take(Value row, Value x, Value before) {
  switch (op.getKind()) {
  case PoolKind::Max:
    return f.maximumf(x, before);
  case PoolKind::WeightedMean: // 1, 2, ...
    return f.fma(f.toFloat(f.add(f.sub(row, begin), 1)), x, before);
  default:
    return f.addf(before, x);
  }
}

Value Pool::join(Value a, Value b) {
  return op.getKind() == PoolKind::Max ? f.maximumf(a, b) : f.addf(a, b);
}

Values Pool::emitPartial() {
  Type element = getElementTypeOrSelf(op.getInput());
  int64_t bytes = element.getIntOrFloatBitWidth() / 8;
  Value start = f.f32(op.getKind() == PoolKind::Max
                          ? -std::numeric_limits<double>::infinity()
                          : 0.0);
  return f.loop(f.add(begin, warp), end, kWarps, Values(step, start),
                [&](Value row, ValueRange before) {
                  Value from =
                      f.at(f.ofRow(op.getInput(), row), f.mul(column, bytes));
                  Values next;
                  for (auto [x, all] : llvm::zip_equal(
                           f.loadElements(from, element, step), before))
                    next.push_back(take(row, x, all));
                  return next;
                });
}

Value Pool::finish(Value all) {
  Value length = f.toFloat(f.sub(end, begin));
  switch (op.getKind()) {
  case PoolKind::Mean:
    return f.divf(all, length);
  case PoolKind::MeanSqrt:
    return f.divf(all, f.sqrtf(length));
  case PoolKind::WeightedMean: { // 1 + 2 + ...
    Value twice = f.mulf(length, f.addf(length, f.f32(1.0)));
    return f.divf(all, f.mulf(twice, f.f32(0.5)));
  }
  default:
    return all;
  }
}

void Pool::write() {
  begin = f.indexOf(op.getOffsets(), text);
  end = f.indexOf(op.getOffsets(), f.add(text, 1));
  auto slot = [&](Value warp) {
    return f.at(f.sharedMemory(),
                f.mul(f.add(f.mul(warp, 32), lane), 4 * step));
  };
  f.storeElements(emitPartial(), slot(warp), f.f32Type());
  f.barrier();
  f.ifThen(f.both(f.less(warp, 1), isInside), [&] {
    Values all;
    for (int64_t i = 0; i < kWarps; ++i) {
      Values part = f.loadElements(slot(f.i32(i)), f.f32Type(), step,
                                   /*invariant=*/false);
      for (auto [k, x] : llvm::enumerate(part))
        part[k] = i == 0 ? x : join(all[k], x);
      all = part;
    }
    for (Value &x : all)
      x = finish(x);
    Type element = getElementTypeOrSelf(op.getResult());
    int64_t bytes = element.getIntOrFloatBitWidth() / 8;
    f.storeElements(all,
                    f.at(f.ofRow(op.getResult(), text), f.mul(column, bytes)),
                    element);
  });
}

/// The first row, or the last.
static void writeOneRow(kernel::PoolOp op, StageWriter &stage) {
  auto type = cast<ShapedType>(op.getInput().getType());
  addRowKernel(
      stage, RowShape(type.getDimSize(1)), /*reductions=*/0,
      [&](KernelFunction &f, RowThreads &row) {
        Value text = row.getRow();
        bool isLast = op.getKind() == PoolKind::Last;
        Value from = f.indexOf(op.getOffsets(), isLast ? f.add(text, 1) : text);
        if (isLast)
          from = f.sub(from, f.i32(1));
        row.store(row.load(f.ofRow(op.getInput(), from), type.getElementType()),
                  f.ofRow(op.getResult(), text),
                  getElementTypeOrSelf(op.getResult()));
      });
}

LogicalResult cuda::writePool(kernel::PoolOp op, StageWriter &stage) {
  assert(!op.getNorm() && "separate-epilogues comes first");
  if (op.getKind() == PoolKind::Cls || op.getKind() == PoolKind::Last) {
    writeOneRow(op, stage);
    return success();
  }
  int64_t width = cast<ShapedType>(op.getInput().getType()).getDimSize(1);
  int64_t columns = 32 * Pool::getStep(width);
  stage.addKernel({.gridX = int64_t(llvm::divideCeil(width, columns)),
                   .threads = 32 * kWarps,
                   .sharedBytes = 4 * columns * kWarps},
                  [&](KernelFunction &f) {
                    Value isText = f.less(f.blockY(), f.texts());
                    f.ifThen(isText, [&] { Pool(op, f).write(); });
                  });
  return success();
}
