//===- patches_kernel.cpp - Images cut into patches -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/element_threads.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

LogicalResult cuda::writePatches(kernel::PatchesOp op, StageWriter &stage) {
  ArrayRef<int64_t> image = op.getImage(), patch = op.getPatch();
  int64_t prefix = op.getPrefix(), tokens = prefix + op.getPatchesPerImage();
  int64_t across = image[1] / patch[1];
  int64_t lineSize = image[1] * image[2], runSize = patch[1] * image[2];
  addElementKernel(
      stage, op.getResult(), [&](KernelFunction &f, Value row, Value column) {
        Value place = f.rem(row, tokens);
        Value isPatch = prefix ? f.less(f.i32(prefix - 1), place) : Value();
        // A token that is no patch reads the first one, and forgets it.
        Value number =
            isPatch ? f.select(isPatch, f.sub(place, f.i32(prefix)), f.i32(0))
                    : place;
        Value line = f.add(f.mul(f.div(number, across), patch[0]),
                           f.div(column, runSize));
        Value from = f.add(f.mul(line, lineSize),
                           f.add(f.mul(f.rem(number, across), runSize),
                                 f.rem(column, runSize)));
        Value x = loadAt(f, op.getInput(), f.div(row, tokens), from)[0];
        return isPatch ? f.select(isPatch, x, f.f32(0.0)) : x;
      });
  return success();
}
