//===- conv2d_kernel.cpp - Convolutions -----------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Each sum takes its window in order. No tensor cores: not measured on a device.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/builder/activations.h"
#include "compiler/backend/cuda/kernels/element_threads.h"

#include <numeric>

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

using Values = DeviceBuilder::Values;

/// The sum over the window of the pixel (y, x).
static Value sumWindow(kernel::Conv2dOp op, KernelFunction &f, Value row,
                       Value y, Value x, Value output) {
  ArrayRef<int64_t> image = op.getImage(), window = op.getWindow();
  int64_t lineSize = image[1] * image[2], run = window[1] * image[2];
  int64_t step = std::gcd(image[2], int64_t(4));
  Value corner = f.add(f.mul(f.mul(y, op.getStride()[0]), lineSize),
                       f.mul(f.mul(x, op.getStride()[1]), image[2]));
  auto sumLine = [&](Value line, ValueRange before) {
    Value from = f.add(corner, f.mul(line, lineSize));
    Value weights = f.mul(line, run);
    return f.loop(
        f.i32(0), f.i32(run), step, before, [&](Value k, ValueRange before) {
          Value sum = before[0];
          for (auto [pixel, weight] : llvm::zip_equal(
                   loadAt(f, op.getInput(), row, f.add(from, k), step),
                   loadAt(f, op.getWeight(), output, f.add(weights, k), step)))
            sum = f.fma(pixel, weight, sum);
          return Values{sum};
        });
  };
  return f.loop(f.i32(0), f.i32(window[0]), 1, f.f32(0.0), sumLine)[0];
}

LogicalResult cuda::writeConv2d(kernel::Conv2dOp op, StageWriter &stage) {
  int64_t outputs = op.getOutputsCount(), width = op.getResultSide(1);
  addElementKernel(
      stage, op.getResult(), [&](KernelFunction &f, Value row, Value column) {
        Value pixel = f.div(column, outputs), output = f.rem(column, outputs);
        Value sum = sumWindow(op, f, row, f.div(pixel, width),
                              f.rem(pixel, width), output);
        if (op.getBias())
          sum = f.addf(sum, loadAt(f, op.getBias(), f.i32(0), output)[0]);
        return op.getActivation() ? activate(f, sum, *op.getActivation()) : sum;
      });
  return success();
}
