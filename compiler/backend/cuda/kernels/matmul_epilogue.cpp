//===- matmul_epilogue.cpp - The epilogue of a matmul's tile --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/matmul_epilogue.h"

#include "compiler/backend/cuda/builder/activations.h"

#include <limits>

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

using Pair = MatmulEpilogue::Pair;

static int64_t bytesOf(Value rows) {
  return cast<ShapedType>(rows.getType()).getElementTypeBitWidth() / 8;
}

template <typename FunctionT>
static Pair combine(Pair a, Pair b, FunctionT function) {
  return {function(a.first, b.first), function(a.second, b.second)};
}

MatmulEpilogue::MatmulEpilogue(kernel::MatmulOp op, KernelFunction &f,
                               const MatmulTile &tile, MatmulTileWriter &writer)
    : op(op), f(f), writer(writer),
      width(op.getWeight().getType().getDimSize(0)),
      isRagged(width % tile.columns != 0), column(writer.getColumn()) {
  auto loadAll = [&](Value row, SmallVector<Pair> &pairs) {
    if (row)
      for (int64_t pair = 0; pair < writer.getPairs(); ++pair)
        pairs.push_back(loadWeights(row, pair));
  };
  loadAll(op.getBias(), biases);
  loadAll(op.getWeightScale(), scales);
  loadAll(op.getCorrection(), corrections);
}

/// Two columns' elements of a row of f32 weights.
Pair MatmulEpilogue::loadWeights(Value row, int64_t pair) {
  Value at = f.add(column, 8 * pair);
  // What is loaded for columns that are not there, nobody takes.
  if (isRagged)
    at = f.minimum(at, f.i32((width - 1) / 2 * 2));
  return load(f.at(f.of(row), f.mul(at, 4)), f.f32Type());
}

Value MatmulEpilogue::atRow(Value rows, Value row) {
  if (!rows)
    return {};
  Value begin =
      f.atRow(f.of(rows), row, getRowPitch(rows.getType(), f.getTarget()));
  return f.at(begin, f.mul(column, bytesOf(rows)));
}

/// Two columns' elements of a row of activations, from `pointer` on.
Pair MatmulEpilogue::loadRow(Value pointer, int64_t pair, Value rows) {
  Type element = getElementTypeOrSelf(rows.getType());
  if (width % 2 == 0)
    return load(pointer, element);
  // Behind the last column lies what nobody may have written.
  Value isLast = f.equal(f.add(column, 8 * pair), width - 1);
  Value second = f.select(isLast, f.i32(0), f.i32(bytesOf(rows)));
  return {f.loadElements(pointer, element, 1)[0],
          f.loadElements(f.at(pointer, second), element, 1)[0]};
}

void MatmulEpilogue::write(Value rows) {
  for (int64_t i = 0; i < writer.getRows(); ++i) {
    Value row = writer.getRow(i);
    f.ifThen(f.less(row, rows), [&] { finishRow(i, row); });
  }
}

/// The row's own scale and zero point.
void MatmulEpilogue::loadScale(Value input, Value row) {
  if (!op.getWeightScale())
    return;
  int64_t pitch = getRowPitch(op.getInput().getType(), f.getTarget());
  Value end = f.at(f.atRow(input, row, pitch), pitch - 8);
  rowZeroPoint = f.load(end, f.f32Type(), 4);
  rowScale = f.load(f.at(end, 4), f.f32Type(), 4);
}

void MatmulEpilogue::ifThere(int64_t pair, llvm::function_ref<void()> body) {
  if (isRagged)
    f.ifThen(f.less(f.add(column, 8 * pair), width), body);
  else
    body();
}

void MatmulEpilogue::finishRow(int64_t i, Value row) {
  result = atRow(op->getResult(0), row);
  multiplier = atRow(op.getMultiplier(), row);
  residual = atRow(op.getResidual(), row);
  loadScale(f.of(op.getInput()), row);
  for (int64_t pair = 0; pair < writer.getPairs(); ++pair)
    ifThere(pair, [&] { finishPair(i, pair); });
}

Pair MatmulEpilogue::load(Value pointer, Type element) {
  DeviceBuilder::Values pair = f.loadElements(pointer, element, 2);
  return {pair[0], pair[1]};
}

/// scale * (sum * weight scale - zero point * correction) + bias
Pair MatmulEpilogue::rescale(Pair sums, int64_t pair) {
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

Pair MatmulEpilogue::finishSums(int64_t i, int64_t pair) {
  Pair x = writer.getSums(i, pair);
  if (op.getWeightScale())
    return rescale(x, pair);
  if (op.getBias())
    x = combine(x, biases[pair],
                [&](Value a, Value b) { return f.addf(a, b); });
  return x;
}

Pair MatmulEpilogue::activate(Pair x) {
  if (auto activation = op.getActivation())
    x = {cuda::activate(f, x.first, *activation),
         cuda::activate(f, x.second, *activation)};
  return x;
}

void MatmulEpilogue::finishPair(int64_t i, int64_t pair) {
  Pair x = activate(finishSums(i, pair));
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
    x = combine(x, loadOf(residual, op.getResidual()),
                [&](Value a, Value b) { return f.addf(a, b); });
  Value rows = op->getResult(0);
  f.storeElements({x.first, x.second}, there(result, rows),
                  getElementTypeOrSelf(rows.getType()));
}

//===----------------------------------------------------------------------===//
// Pools
//===----------------------------------------------------------------------===//

DeviceBuilder::Values MatmulEpilogue::startPool() {
  double none = poolsMost() ? -std::numeric_limits<double>::infinity() : 0;
  return DeviceBuilder::Values(2 * writer.getPairs(), f.f32(none));
}

DeviceBuilder::Values MatmulEpilogue::addRows(ValueRange pooled, Value input,
                                              Value rows) {
  DeviceBuilder::Values values(pooled), none = startPool();
  for (int64_t i = 0; i < writer.getRows(); ++i) {
    Value row = writer.getRow(i);
    Value isThere = f.less(row, rows);
    loadScale(input, f.select(isThere, row, f.i32(0)));
    for (int64_t pair = 0; pair < writer.getPairs(); ++pair) {
      // An activation never falls: the largest has it at the end.
      Pair x = finishSums(i, pair);
      if (!poolsMost())
        x = activate(x);
      for (auto [j, element] :
           {std::pair(0, x.first), std::pair(1, x.second)}) {
        Value &value = values[2 * pair + j];
        Value taken = f.select(isThere, element, none[0]);
        value = poolsMost() ? f.maximumf(value, taken) : f.addf(value, taken);
      }
    }
  }
  return values;
}

void MatmulEpilogue::storePool(ValueRange pooled, Value text) {
  DeviceBuilder::Values values(pooled);
  // Over the lanes that have other rows of the same columns.
  for (Value &value : values)
    for (int64_t mask : {4, 8, 16}) {
      Value other = f.shuffleXor(value, mask);
      value = poolsMost() ? f.maximumf(value, other) : f.addf(value, other);
    }
  Value rows = op->getResult(0);
  Value to = atRow(rows, text);
  f.ifThen(f.less(writer.getLane(), 4), [&] {
    for (int64_t pair = 0; pair < writer.getPairs(); ++pair)
      ifThere(pair, [&] {
        Pair x = {values[2 * pair], values[2 * pair + 1]};
        if (poolsMost())
          x = activate(x);
        f.storeElements({x.first, x.second}, f.at(to, 8 * pair * bytesOf(rows)),
                        getElementTypeOrSelf(rows.getType()));
      });
  });
}
