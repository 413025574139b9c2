//===- pad2d_kernel.cpp - Images with zeros around them -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/element_threads.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

LogicalResult cuda::writePad2d(kernel::Pad2dOp op, StageWriter &stage) {
  ArrayRef<int64_t> image = op.getImage(), padding = op.getPadding();
  int64_t lineSize = image[1] * image[2], side = padding[1] * image[2];
  int64_t paddedLine = lineSize + 2 * side;
  addElementKernel(
      stage, op.getResult(), [&](KernelFunction &f, Value row, Value column) {
        // Before the first line and the first column they are too large.
        Value y = f.sub(f.div(column, paddedLine), f.i32(padding[0]));
        Value x = f.sub(f.rem(column, paddedLine), f.i32(side));
        Value isInside = f.both(f.less(y, image[0]), f.less(x, lineSize));
        Value from = f.select(isInside, f.add(f.mul(y, lineSize), x), f.i32(0));
        return f.select(isInside, loadAt(f, op.getInput(), row, from)[0],
                        f.f32(0.0));
      });
  return success();
}
