//===- row_norm_kernel.cpp - Layer, RMS and L2 norm of each row -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/row_threads.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

using Values = RowThreads::Values;

namespace {

struct RowNorm {
  kernel::RowNormOp op;
  KernelFunction &f;
  RowThreads &row;
  Values values;

  void normLayer();
  void normRms();
  void normL2();

private:
  Values load(Value weights) {
    return row.load(f.of(weights), getElementTypeOrSelf(weights));
  }
  Value sumSquares() {
    return row.sum(row.fold(values, f.f32(0.0), [&](Value x, Value sum) {
      return f.fma(x, x, sum);
    }));
  }
  /// 1 / sqrt(squares / width + epsilon)
  Value inverseRoot(Value squares) {
    Value mean = f.divf(squares, f.f32(op.getWidth()));
    Value epsilon = f.f32(op.getEpsilon().convertToDouble());
    return f.divf(f.f32(1.0), f.sqrtf(f.addf(mean, epsilon)));
  }
};

} // namespace

void RowNorm::normLayer() {
  Value sum = row.sum(row.fold(
      values, f.f32(0.0), [&](Value x, Value sum) { return f.addf(sum, x); }));
  Value mean = f.divf(sum, f.f32(op.getWidth()));
  for (Value &x : values)
    x = f.subf(x, mean);
  Value inverse = inverseRoot(sumSquares());
  for (auto [x, scale, shift] :
       llvm::zip_equal(values, load(op.getScale()), load(op.getShift())))
    x = f.fma(f.mulf(x, inverse), scale, shift);
}

void RowNorm::normRms() {
  Value inverse = inverseRoot(sumSquares());
  for (auto [x, scale] : llvm::zip_equal(values, load(op.getScale())))
    x = f.mulf(f.mulf(x, inverse), scale);
}

void RowNorm::normL2() {
  Value length =
      f.maxf(f.sqrtf(sumSquares()), f.f32(op.getEpsilon().convertToDouble()));
  for (Value &x : values)
    x = f.divf(x, length);
}

LogicalResult cuda::writeRowNorm(kernel::RowNormOp op, StageWriter &stage) {
  if (op.getQuantized() &&
      getElementTypeOrSelf(op.getQuantized()).isInteger(16))
    return op.emitError("writes rows in i16, which this device does not read");
  auto writeRow = [&](KernelFunction &f, RowThreads &row) {
    Value number = row.getRow();
    RowNorm norm = {op, f, row,
                    row.load(f.ofRow(op.getInput(), number), f.f32Type())};
    switch (op.getNorm()) {
    case kernel::NormKind::Layer:
      norm.normLayer();
      break;
    case kernel::NormKind::Rms:
      norm.normRms();
      break;
    case kernel::NormKind::L2:
      norm.normL2();
      break;
    }
    row.store(norm.values, f.ofRow(op.getResult(), number), f.f32Type());
    if (op.getQuantized())
      row.storeNarrow(norm.values, op.getSmoothing(), op.getQuantized());
  };
  addRowKernel(stage, RowShape(op.getWidth()), 2 + kNarrowReductions, writeRow);
  return success();
}
