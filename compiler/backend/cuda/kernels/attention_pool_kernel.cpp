//===- attention_pool_kernel.cpp - One query over each text's tokens ------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A block has a text and a head, and its warps every fourth token, from the
// text's first on: the order of its sums depends on the text alone. Two passes,
// the largest score and the sums; a score is computed twice, in the same order.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/stage_writer.h"

#include <limits>
#include <numbers>

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

using Values = DeviceBuilder::Values;

static constexpr int64_t kWarps = 4;

namespace {

struct PooledHead {
  PooledHead(kernel::AttentionPoolOp op, KernelFunction &f);
  void write();
  static int64_t countSteps(kernel::AttentionPoolOp op) {
    return (op.getHeadSize() + 31) / 32;
  }
  static int64_t getSharedBytes(kernel::AttentionPoolOp op) {
    return 4 * kWarps * (2 + 32 * countSteps(op));
  }

private:
  /// The lane's columns of a head in a row that begins at `pointer`: every
  /// 32nd; 0 beyond the head.
  Values load(Value pointer, Type element, int64_t begin);
  Value getScore(Value token);
  Value getMost();
  /// The warp's sum of weights, and those of weighted values.
  Values getSums(Value most);
  Values loopTokens(ValueRange start,
                    llvm::function_ref<Values(Value, ValueRange)> body);
  /// A warp's number in shared memory.
  Value slot(int64_t table, Value warp) {
    return f.at(f.sharedMemory(), f.add(f.mul(warp, 4), 4 * kWarps * table));
  }
  Value loadShared(Value pointer) { return f.load(pointer, f.f32Type(), 4); }

  kernel::AttentionPoolOp op;
  KernelFunction &f;
  int64_t size;
  Value lane, warp, head, text, begin, end;
  Values query;
};

} // namespace

PooledHead::PooledHead(kernel::AttentionPoolOp op, KernelFunction &f)
    : op(op), f(f), size(op.getHeadSize()) {
  Value thread = f.threadIndex(32 * kWarps);
  lane = f.rem(thread, 32);
  warp = f.div(thread, 32);
  head = f.blockX();
  text = f.blockY();
  begin = f.indexOf(op.getOffsets(), text);
  end = f.indexOf(op.getOffsets(), f.add(text, 1));
  query = load(f.of(op.getQuery()), getElementTypeOrSelf(op.getQuery()), 0);
}

Values PooledHead::load(Value pointer, Type element, int64_t begin) {
  Values values;
  for (int64_t i = 0; i < countSteps(op); ++i) {
    Value column = f.add(lane, 32 * i), isInside = f.less(column, size);
    column = f.add(f.mul(head, size), f.select(isInside, column, f.i32(0)));
    Value place = f.mul(f.add(column, begin),
                        int64_t(element.getIntOrFloatBitWidth() / 8));
    Value x = f.loadElements(f.at(pointer, place), element, 1)[0];
    values.push_back(f.select(isInside, x, f.f32(0.0)));
  }
  return values;
}

Value PooledHead::getScore(Value token) {
  Value sum = f.f32(0.0);
  for (auto [x, key] : llvm::zip_equal(
           query, load(f.ofRow(op.getInput(), token), f.f32Type(), 0)))
    sum = f.fma(x, key, sum);
  return f.mulf(f.warpSum(sum), f.f32(op.getScale().convertToDouble()));
}

Values
PooledHead::loopTokens(ValueRange start,
                       llvm::function_ref<Values(Value, ValueRange)> body) {
  return f.loop(f.add(begin, warp), end, kWarps, start, body);
}

Value PooledHead::getMost() {
  Value least = f.f32(-std::numeric_limits<double>::infinity());
  Value most = loopTokens(least, [&](Value token, ValueRange before) {
    return Values{f.maxf(getScore(token), before[0])};
  })[0];
  f.ifThen(f.equal(lane, 0), [&] { f.store(most, slot(0, warp), 4); });
  f.barrier();
  most = least;
  for (int64_t i = 0; i < kWarps; ++i)
    most = f.maxf(most, loadShared(slot(0, f.i32(i))));
  return most;
}

Values PooledHead::getSums(Value most) {
  int64_t values = op.getHeads() * size;
  return loopTokens(
      Values(1 + countSteps(op), f.f32(0.0)),
      [&](Value token, ValueRange before) {
        Value power =
            f.mulf(f.subf(getScore(token), most), f.f32(std::numbers::log2e));
        Value weight = f.exp2(power);
        Values next = {f.addf(before[0], weight)};
        for (auto [sum, x] : llvm::zip_equal(
                 before.drop_front(),
                 load(f.ofRow(op.getInput(), token), f.f32Type(), values)))
          next.push_back(f.fma(weight, x, sum));
        return next;
      });
}

void PooledHead::write() {
  Values sums = getSums(getMost());
  auto valueSlot = [&](int64_t step, Value warp) {
    Value place = f.add(f.mul(f.add(f.mul(warp, 32), lane), 4),
                        4 * kWarps * (2 + 32 * step));
    return f.at(f.sharedMemory(), place);
  };
  f.ifThen(f.equal(lane, 0), [&] { f.store(sums[0], slot(1, warp), 4); });
  for (int64_t i = 0; i < countSteps(op); ++i)
    f.store(sums[1 + i], valueSlot(i, warp), 4);
  f.barrier();
  f.ifThen(f.equal(warp, 0), [&] {
    auto addUp = [&](llvm::function_ref<Value(Value warp)> at) {
      Value sum = loadShared(at(f.i32(0)));
      for (int64_t i = 1; i < kWarps; ++i)
        sum = f.addf(sum, loadShared(at(f.i32(i))));
      return sum;
    };
    Value weights = addUp([&](Value warp) { return slot(1, warp); });
    Value into = f.ofRow(op.getResult(), text);
    for (int64_t i = 0; i < countSteps(op); ++i) {
      Value column = f.add(lane, 32 * i);
      Value sum = addUp([&](Value warp) { return valueSlot(i, warp); });
      f.ifThen(f.less(column, size), [&] {
        Value place = f.mul(f.add(f.mul(head, size), column), 4);
        f.store(f.divf(sum, weights), f.at(into, place), 4);
      });
    }
  });
}

LogicalResult cuda::writeAttentionPool(kernel::AttentionPoolOp op,
                                       StageWriter &stage) {
  stage.addKernel({.gridX = static_cast<int64_t>(op.getHeads()),
                   .threads = 32 * kWarps,
                   .sharedBytes = PooledHead::getSharedBytes(op)},
                  [&](KernelFunction &f) {
                    f.ifThen(f.less(f.blockY(), f.texts()),
                             [&] { PooledHead(op, f).write(); });
                  });
  return success();
}
