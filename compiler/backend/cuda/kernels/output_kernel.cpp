//===- output_kernel.cpp - Rows into the caller's vectors -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/stage_writer.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

/// A warp a row.
LogicalResult cuda::writeOutput(kernel::OutputOp op, StageWriter &stage) {
  constexpr int64_t kWarps = 4;
  auto type = cast<ShapedType>(op.getInput().getType());
  int64_t width = op.getWidth();
  int64_t pitch = getRowPitch(type, stage.getTarget());
  bool narrow = type.getElementType().isBF16();
  stage.addKernel(
      {.blockRows = kWarps, .threads = 32 * kWarps}, [&](KernelFunction &f) {
        Value thread = f.threadIndex(32 * kWarps);
        Value row = f.add(f.mul(f.blockY(), kWarps), f.div(thread, 32));
        Value rows = stage.getGrid() == Grid::Texts ? f.texts() : f.tokens();
        f.ifThen(f.less(row, rows), [&] {
          Value from = f.atRow(f.of(op.getInput()), row, pitch);
          Value to = f.atRow(f.output(), row, 4 * width);
          f.loop(f.rem(thread, 32), f.i32(width), 32, {},
                 [&](Value column, ValueRange) {
                   Value x = f.load(f.at(from, f.mul(column, narrow ? 2 : 4)),
                                    type.getElementType(), narrow ? 2 : 4);
                   f.store(narrow ? f.widen(x) : x, f.at(to, f.mul(column, 4)),
                           4);
                   return DeviceBuilder::Values();
                 });
        });
      });
  return success();
}
