//===- row_norm_loops.cpp - Layer, RMS and L2 norm of each row ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Three passes over a row that lies in L1: the sum, the squares around the
// mean, the result. Partial sums run in `sumChains` registers of their own, then
// join in one fixed order.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/mlir/kernel_loops.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cpu;

namespace {

struct RowNorm {
  kernel::RowNormOp op;
  LoopBuilder &b;
  Value row;

  /// The sum over the row's true columns of term(x), in every lane.
  Value sumRow(llvm::function_ref<Value(Value x, Value sum)> accumulate);
  void emitLayer();
  void emitRms();
  void emitL2();
  Value sumSquares() {
    return sumRow([&](Value x, Value sum) { return b.fma(x, x, sum); });
  }
  void forEachVector(llvm::function_ref<void(Value column)> body);
  Value load(Value column) { return b.load(op.getInput(), {row, column}); }
  int64_t width() { return op.getWidth(); }
};

} // namespace

Value RowNorm::sumRow(
    llvm::function_ref<Value(Value x, Value sum)> accumulate) {
  // Whole turns of chains vectors in a loop; the rest, with its partial
  // vector, behind it.
  int64_t chains = b.target.sumChains, stride = chains * b.lanes();
  int64_t looped = width() / stride * stride;
  SmallVector<Value> sums(chains, b.splat(0.0));
  if (looped)
    sums = b.loop(b.index(0), b.index(looped), stride, sums,
                  [&](Value column, ValueRange carried) {
                    SmallVector<Value> next;
                    for (int64_t i = 0; i < chains; ++i)
                      next.push_back(accumulate(
                          load(b.add(column, i * b.lanes())), carried[i]));
                    return next;
                  });
  for (int64_t column = looped, i = 0; column < width();
       column += b.lanes(), ++i) {
    int64_t count = std::min(width() - column, b.lanes());
    if (count == b.lanes()) {
      sums[i] = accumulate(load(b.index(column)), sums[i]);
      continue;
    }
    // Masked after the term: what lies in the padding counts for nothing.
    Value term = accumulate(load(b.index(column)), b.splat(0.0));
    sums[i] = b.addf(sums[i], b.keepLanes(term, count));
  }
  return b.splat(b.sumLanes(b.sumTree(sums)));
}

void RowNorm::forEachVector(llvm::function_ref<void(Value column)> body) {
  int64_t padded =
      llvm::divideCeil(width(), b.lanes()) * b.lanes(); // within the buffer
  b.loop(b.index(0), b.index(padded), b.lanes(), body);
}

void RowNorm::emitLayer() {
  Value count = b.splat(static_cast<double>(width()));
  Value mean =
      b.divf(sumRow([&](Value x, Value sum) { return b.addf(sum, x); }), count);
  Value squares = sumRow([&](Value x, Value sum) {
    Value centred = b.subf(x, mean);
    return b.fma(centred, centred, sum);
  });
  Value epsilon = b.splat(op.getEpsilon().convertToDouble());
  Value deviation = math::SqrtOp::create(
      b.builder, b.loc, b.addf(b.divf(squares, count), epsilon));
  Value inverse = b.divf(b.splat(1.0), deviation);
  forEachVector([&](Value column) {
    Value normal = b.mulf(b.subf(load(column), mean), inverse);
    b.store(b.fma(normal, b.load(op.getScale(), column),
                  b.load(op.getShift(), column)),
            op.getOut(), {row, column});
  });
}

void RowNorm::emitRms() {
  Value mean = b.divf(sumSquares(), b.splat(static_cast<double>(width())));
  Value epsilon = b.splat(op.getEpsilon().convertToDouble());
  Value root = math::SqrtOp::create(b.builder, b.loc, b.addf(mean, epsilon));
  Value inverse = b.divf(b.splat(1.0), root);
  forEachVector([&](Value column) {
    b.store(
        b.mulf(b.mulf(load(column), inverse), b.load(op.getScale(), column)),
        op.getOut(), {row, column});
  });
}

void RowNorm::emitL2() {
  Value length = b.maxf(math::SqrtOp::create(b.builder, b.loc, sumSquares()),
                        b.splat(op.getEpsilon().convertToDouble()));
  forEachVector([&](Value column) {
    b.store(b.divf(load(column), length), op.getOut(), {row, column});
  });
}

void cpu::emitRowNorm(kernel::RowNormOp op, LoopBuilder &b) {
  b.loop(op.getTile()[0], op.getTile()[1], 1, [&](Value row) {
    RowNorm norm{op, b, row};
    switch (op.getNorm()) {
    case kernel::NormKind::Layer:
      norm.emitLayer();
      break;
    case kernel::NormKind::Rms:
      norm.emitRms();
      break;
    case kernel::NormKind::L2:
      norm.emitL2();
      break;
    }
    if (op.getQuantizedOut())
      emitQuantizedRow(b,
                       {op.getOut(), op.getQuantizedOut(), op.getSmoothing(),
                        static_cast<int64_t>(op.getWidth())},
                       row);
  });
}
