//===- matmul_epilogue.cpp - The epilogue of a matmul's tile --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/matmul_epilogue.h"

#include "compiler/backend/cuda/builder/activations.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

namespace {

using Pair = std::pair<Value, Value>;

/// Two columns side by side at a time: rows begin at multiples of four bytes, and
/// have room for a pair whose second column is beyond the last.
class Epilogue {
public:
  Epilogue(kernel::MatmulOp op, KernelFunction &f, const MatmulTile &tile,
           MatmulTileWriter &writer)
      : op(op), f(f), writer(writer),
        width(op.getWeight().getType().getDimSize(0)),
        isRagged(width % tile.columns != 0), column(writer.getColumn()) {}

  void write(Value rows);

private:
  Pair loadWeights(Value row, int64_t pair);
  Pair rescale(Pair sums, int64_t pair);
  void finishRow(int64_t i, Value row);
  void finishPair(int64_t i, int64_t pair);
  Pair load(Value pointer, Type element);
  Pair loadRow(Value pointer, int64_t pair, Value rows);
  template <typename CombineT> Pair combine(Pair a, Pair b, CombineT function) {
    return {function(a.first, b.first), function(a.second, b.second)};
  }

  int64_t bytesOf(Value rows) const {
    return cast<ShapedType>(rows.getType()).getElementTypeBitWidth() / 8;
  }
  Value atRow(Value rows, Value row);

  kernel::MatmulOp op;
  KernelFunction &f;
  MatmulTileWriter &writer;
  int64_t width;
  bool isRagged; // the last tile has columns that are not there
  Value column;  // the thread's first
  SmallVector<Pair> biases, scales, corrections;
  // The current row of each, from the thread's first column on.
  Value result, multiplier, residual;
  Value rowScale, rowZeroPoint;
};

} // namespace

/// Two columns' elements of a row of f32 weights.
Pair Epilogue::loadWeights(Value row, int64_t pair) {
  Value at = f.add(column, 8 * pair);
  // What is loaded for columns that are not there, nobody takes.
  if (isRagged)
    at = f.minimum(at, f.i32((width - 1) / 2 * 2));
  return load(f.at(f.of(row), f.mul(at, 4)), f.f32Type());
}

Value Epilogue::atRow(Value rows, Value row) {
  if (!rows)
    return {};
  Value begin =
      f.atRow(f.of(rows), row, getRowPitch(rows.getType(), f.getTarget()));
  return f.at(begin, f.mul(column, bytesOf(rows)));
}

/// Two columns' elements of a row of activations, from `pointer` on.
Pair Epilogue::loadRow(Value pointer, int64_t pair, Value rows) {
  Type element = getElementTypeOrSelf(rows.getType());
  if (width % 2 == 0)
    return load(pointer, element);
  // Behind the last column lies what nobody may have written.
  Value isLast = f.equal(f.add(column, 8 * pair), width - 1);
  Value second = f.select(isLast, f.i32(0), f.i32(bytesOf(rows)));
  return {f.loadElements(pointer, element, 1)[0],
          f.loadElements(f.at(pointer, second), element, 1)[0]};
}

void Epilogue::write(Value rows) {
  auto loadAll = [&](Value row, SmallVector<Pair> &pairs) {
    if (row)
      for (int64_t pair = 0; pair < writer.getPairs(); ++pair)
        pairs.push_back(loadWeights(row, pair));
  };
  loadAll(op.getBias(), biases);
  loadAll(op.getWeightScale(), scales);
  loadAll(op.getCorrection(), corrections);
  for (int64_t i = 0; i < writer.getRows(); ++i) {
    Value row = writer.getRow(i);
    f.ifThen(f.less(row, rows), [&] { finishRow(i, row); });
  }
}

void Epilogue::finishRow(int64_t i, Value row) {
  result = atRow(op->getResult(0), row);
  multiplier = atRow(op.getMultiplier(), row);
  residual = atRow(op.getResidual(), row);
  if (op.getWeightScale()) {
    int64_t pitch = getRowPitch(op.getInput().getType(), f.getTarget());
    Value end = f.at(f.atRow(f.of(op.getInput()), row, pitch), pitch - 8);
    rowZeroPoint = f.load(end, f.f32Type(), 4);
    rowScale = f.load(f.at(end, 4), f.f32Type(), 4);
  }
  for (int64_t pair = 0; pair < writer.getPairs(); ++pair) {
    if (!isRagged) {
      finishPair(i, pair);
      continue;
    }
    f.ifThen(f.less(f.add(column, 8 * pair), width),
             [&] { finishPair(i, pair); });
  }
}

Pair Epilogue::load(Value pointer, Type element) {
  DeviceBuilder::Values pair = f.loadElements(pointer, element, 2);
  return {pair[0], pair[1]};
}

/// scale * (sum * weight scale - zero point * correction) + bias
Pair Epilogue::rescale(Pair sums, int64_t pair) {
  auto [a, b] = sums;
  Pair x = {f.mulf(f.toFloat(a), rowScale), f.mulf(f.toFloat(b), rowScale)};
  auto [scaleA, scaleB] = scales[pair];
  if (op.getBias()) {
    auto [biasA, biasB] = biases[pair];
    x = {f.fma(x.first, scaleA, biasA), f.fma(x.second, scaleB, biasB)};
  } else {
    x = {f.mulf(x.first, scaleA), f.mulf(x.second, scaleB)};
  }
  if (!op.getCorrection())
    return x;
  Value factor = f.mulf(f.subf(f.f32(0), rowScale), rowZeroPoint);
  auto [correctionA, correctionB] = corrections[pair];
  return {f.fma(factor, correctionA, x.first),
          f.fma(factor, correctionB, x.second)};
}

void Epilogue::finishPair(int64_t i, int64_t pair) {
  Pair x = writer.getSums(i, pair);
  auto add = [&](Value a, Value b) { return f.addf(a, b); };
  if (op.getWeightScale())
    x = rescale(x, pair);
  else if (op.getBias())
    x = combine(x, biases[pair], add);
  if (auto activation = op.getActivation())
    x = {activate(f, x.first, *activation), activate(f, x.second, *activation)};
  auto there = [&](Value row, Value rows) {
    return f.at(row, 8 * pair * bytesOf(rows));
  };
  auto loadOf = [&](Value row, Value rows) {
    return loadRow(there(row, rows), pair, rows);
  };
  if (op.getMultiplier())
    x = combine(x, loadOf(multiplier, op.getMultiplier()),
                [&](Value a, Value b) { return f.mulf(a, b); });
  if (op.getResidual())
    x = combine(x, loadOf(residual, op.getResidual()), add);
  Value rows = op->getResult(0);
  f.storeElements({x.first, x.second}, there(result, rows),
                  getElementTypeOrSelf(rows.getType()));
}

void cuda::writeEpilogue(kernel::MatmulOp op, KernelFunction &f,
                         const MatmulTile &tile, MatmulTileWriter &writer,
                         Value rows) {
  Epilogue(op, f, tile, writer).write(rows);
}
