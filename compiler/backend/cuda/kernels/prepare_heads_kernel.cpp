//===- prepare_heads_kernel.cpp - Norms and rotary positions of heads -----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A block has a row. Lanes in groups of up to a warp take one head after the
// other; a lane has whole pairs of features, so that it turns them alone.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/stage_writer.h"

#include <numeric>

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;
using Values = DeviceBuilder::Values;

static constexpr int64_t kThreads = 128;

namespace {

/// Features of a lane: `step` of them from `first` on, and, where they are
/// turned, their partners.
struct Features {
  Value first, isInside;
  bool turns;
  Values own, partners;
};

class PrepareHeads {
public:
  PrepareHeads(kernel::PrepareHeadsOp op, KernelFunction &f);
  void writeRow();

private:
  /// Heads [first, first + count) of the row.
  void writeHeads(int64_t first, int64_t count, Value norm);
  void writeHead(Value head, Value isHead, Value norm);
  void copyValues();

  /// The lane's features of a head: those that are turned, and then the others.
  SmallVector<Features> shareFeatures();
  void load(Features &features, Value head);
  void store(const Features &features, Value head);
  Values loadRow(Value pointer, Value rows, Value column);
  void multiply(Features &features, Value inverse, Value norm);
  void turn(Features &features);
  Value inverseRoot(ArrayRef<Features> all);

  kernel::PrepareHeadsOp op;
  KernelFunction &f;
  int64_t headSize, rotary;
  int64_t step;    // features side by side, aligned in every head
  int64_t partner; // from a step to its partners
  int64_t lanes;   // of a group
  Value thread, lane, row, tableRow;
};

} // namespace

PrepareHeads::PrepareHeads(kernel::PrepareHeadsOp op, KernelFunction &f)
    : op(op), f(f), headSize(op.getHeadSize()),
      rotary(op.getRotary().value_or(0)) {
  // Neighbours are partners, so that a step is one of two features.
  partner = op.getInterleaved() ? 1 : rotary / 2;
  step = op.getInterleaved()
             ? 1
             : std::gcd(std::gcd(headSize, partner), int64_t(2));
  lanes = std::min<int64_t>(
      llvm::PowerOf2Ceil(llvm::divideCeil(headSize, 2 * step)), 32);
  thread = f.threadIndex(kThreads);
  lane = f.rem(thread, lanes);
  row = f.blockY();
  if (op.getTable())
    tableRow = f.ofRow(op.getTable(), f.positionOf(row, op.getOffsets()));
}

SmallVector<Features> PrepareHeads::shareFeatures() {
  SmallVector<Features> all;
  auto share = [&](int64_t first, int64_t count, bool turns) {
    int64_t stride = op.getInterleaved() && turns ? 2 : step;
    for (int64_t begin = 0; begin < count; begin += lanes * stride) {
      Value column = f.add(f.mul(lane, stride), begin);
      // Who has nothing there reads the first, and forgets it.
      Value isInside = f.less(column, count);
      column = f.select(isInside, column, f.i32(0));
      all.push_back({f.add(column, first), isInside, turns, {}, {}});
    }
  };
  share(0, op.getInterleaved() ? rotary : rotary / 2, /*turns=*/true);
  share(rotary, headSize - rotary, /*turns=*/false);
  return all;
}

Values PrepareHeads::loadRow(Value pointer, Value rows, Value column) {
  Type element = getElementTypeOrSelf(rows);
  int64_t bytes = element.getIntOrFloatBitWidth() / 8;
  return f.loadElements(f.at(pointer, f.mul(column, bytes)), element, step);
}

void PrepareHeads::load(Features &features, Value head) {
  Value pointer = f.ofRow(op.getInput(), row);
  auto loadOrZeros = [&](Value column) {
    Values values = loadRow(pointer, op.getInput(), f.add(head, column));
    for (Value &x : values)
      x = f.select(features.isInside, x, f.f32(0.0));
    return values;
  };
  features.own = loadOrZeros(features.first);
  if (features.turns)
    features.partners = loadOrZeros(f.add(features.first, partner));
}

void PrepareHeads::store(const Features &features, Value head) {
  Value pointer = f.ofRow(op.getResult(), row);
  Type element = getElementTypeOrSelf(op.getResult());
  int64_t bytes = element.getIntOrFloatBitWidth() / 8;
  Value column = f.add(head, features.first);
  f.storeElements(features.own, f.at(pointer, f.mul(column, bytes)), element);
  if (features.turns)
    f.storeElements(features.partners,
                    f.at(pointer, f.mul(f.add(column, partner), bytes)),
                    element);
}

/// 1 / sqrt(mean(x^2) + epsilon)
Value PrepareHeads::inverseRoot(ArrayRef<Features> all) {
  Value squares = f.f32(0.0);
  for (const Features &features : all)
    for (const Values &values : {features.own, features.partners})
      for (Value x : values)
        squares = f.fma(x, x, squares);
  Value mean = f.divf(f.warpSum(squares, lanes), f.f32(headSize));
  Value epsilon = f.f32(op.getEpsilon()->convertToDouble());
  return f.divf(f.f32(1.0), f.sqrtf(f.addf(mean, epsilon)));
}

void PrepareHeads::multiply(Features &features, Value inverse, Value norm) {
  auto apply = [&](Values &values, Value column) {
    for (auto [x, factor] :
         llvm::zip_equal(values, loadRow(f.of(norm), norm, column)))
      x = f.mulf(f.mulf(x, inverse), factor);
  };
  apply(features.own, features.first);
  if (features.turns)
    apply(features.partners, f.add(features.first, partner));
}

/// (a, b) -> (a c - b s, b c + a s)
void PrepareHeads::turn(Features &features) {
  Value pair = op.getInterleaved() ? f.div(features.first, 2) : features.first;
  Values cosines = loadRow(tableRow, op.getTable(), pair);
  Values sines = loadRow(tableRow, op.getTable(), f.add(pair, rotary / 2));
  for (auto [a, b, cosine, sine] :
       llvm::zip_equal(features.own, features.partners, cosines, sines)) {
    Value turned = f.subf(f.mulf(a, cosine), f.mulf(b, sine));
    b = f.addf(f.mulf(b, cosine), f.mulf(a, sine));
    a = turned;
  }
}

void PrepareHeads::writeHead(Value head, Value isHead, Value norm) {
  SmallVector<Features> all = shareFeatures();
  for (Features &features : all)
    load(features, head);
  if (norm) {
    Value inverse = inverseRoot(all);
    for (Features &features : all)
      multiply(features, inverse, norm);
  }
  for (Features &features : all) {
    if (features.turns)
      turn(features);
    f.ifThen(f.both(isHead, features.isInside), [&] { store(features, head); });
  }
}

void PrepareHeads::writeHeads(int64_t first, int64_t count, Value norm) {
  Value group = f.div(thread, lanes);
  f.loop(f.i32(0), f.i32(count), kThreads / lanes, {},
         [&](Value begin, ValueRange) {
           // All lanes of a warp go on, for they sum together.
           Value head = f.add(begin, group), isHead = f.less(head, count);
           head = f.select(isHead, head, f.i32(0));
           writeHead(f.mul(f.add(head, first), headSize), isHead, norm);
           return Values();
         });
}

void PrepareHeads::copyValues() {
  int64_t count = op.getKeyValueHeads() * headSize;
  int64_t first = op.getHeads() * headSize + count;
  step = std::gcd(std::gcd(first, count), int64_t(4));
  f.loop(f.mul(thread, step), f.i32(count), kThreads * step, {},
         [&](Value column, ValueRange) {
           Features features = {f.add(column, first), {}, false, {}, {}};
           features.own = loadRow(f.ofRow(op.getInput(), row), op.getInput(),
                                  features.first);
           store(features, f.i32(0));
           return Values();
         });
}

void PrepareHeads::writeRow() {
  writeHeads(0, op.getHeads(), op.getQueryNorm());
  writeHeads(op.getHeads(), op.getKeyValueHeads(), op.getKeyNorm());
  copyValues();
}

LogicalResult cuda::writePrepareHeads(kernel::PrepareHeadsOp op,
                                      StageWriter &stage) {
  stage.addKernel({.threads = kThreads}, [&](KernelFunction &f) {
    f.ifThen(f.less(f.blockY(), f.tokens()),
             [&] { PrepareHeads(op, f).writeRow(); });
  });
  return success();
}
