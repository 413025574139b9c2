//===- gather_kernel.cpp - A token, its position and its segment ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/row_threads.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

namespace {
/// The sum of what a row consists of, term by term.
struct RowSum {
  KernelFunction &f;
  RowThreads &row;
  RowThreads::Values values;

  void add(Value from, Value index, Value scale = {}) {
    for (auto [i, x] : llvm::enumerate(
             row.load(f.ofRow(from, index), getElementTypeOrSelf(from)))) {
      Value term = scale ? f.mulf(x, scale) : x;
      if (i == values.size())
        values.push_back(term);
      else
        values[i] = f.addf(values[i], term);
    }
  }
};
} // namespace

// The position where tokens of the id `uncounted` are passed over.
static Value countPosition(kernel::GatherOp op, KernelFunction &f,
                           Value token) {
  Value begin = f.indexOf(op.getOffsets(), f.textOf(token));
  auto isPassed = [&](Value place) {
    return f.equal(f.indexOf(op.getCounted(), place), *op.getUncounted());
  };
  DeviceBuilder::Values count = f.loop(
      begin, token, 1, {f.i32(op.getPositionOffset())},
      [&](Value place, ValueRange counts) -> DeviceBuilder::Values {
        return {f.select(isPassed(place), counts[0], f.add(counts[0], 1))};
      });
  return f.select(isPassed(token), f.i32(op.getPositionOffset() - 1), count[0]);
}

static void writeRow(kernel::GatherOp op, KernelFunction &f, RowThreads &row) {
  Value token = row.getRow(), result = op.getResult();
  RowSum sum = {f, row, {}};
  if (op.getTable()) {
    Value id = f.indexOf(op.getIds(), token), scale;
    if (Value scales = op.getTableScale()) {
      Type element = getElementTypeOrSelf(scales);
      Value place = f.mul(id, element.getIntOrFloatBitWidth() / 8);
      scale = f.loadElements(f.at(f.of(scales), place), element, 1)[0];
    }
    sum.add(op.getTable(), id, scale);
  }
  if (op.getInput())
    sum.add(op.getInput(), token);
  if (op.getRow())
    sum.add(op.getRow(), f.i32(0));
  if (op.getSegments())
    sum.add(op.getSegments(), f.indexOf(op.getTypes(), token));
  if (op.getPositions())
    sum.add(op.getPositions(), op.getUncounted()
                                   ? countPosition(op, f, token)
                                   : f.add(f.positionOf(token, op.getOffsets()),
                                           op.getPositionOffset()));
  row.store(sum.values, f.ofRow(result, token), getElementTypeOrSelf(result));
}

LogicalResult cuda::writeGather(kernel::GatherOp op, StageWriter &stage) {
  assert(op.getNumResults() == 1 && !op.getNorm() &&
         "separate-epilogues comes first");
  auto type = cast<ShapedType>(op.getResult().getType());
  addRowKernel(
      stage, RowShape(type.getDimSize(1)), /*reductions=*/0,
      [&](KernelFunction &f, RowThreads &row) { writeRow(op, f, row); });
  return success();
}
