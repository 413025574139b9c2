//===- pool2d_kernel.cpp - Windows of images, each one pixel --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/element_threads.h"

#include <limits>

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

using Values = DeviceBuilder::Values;

namespace {
/// The window of one element of the result.
struct Window {
  kernel::Pool2dOp op;
  KernelFunction &f;
  Value row, y, x, channel;

  Value pool() {
    bool isMax = op.getKind() == emb::Pool2dKind::Max;
    ArrayRef<int64_t> window = op.getWindow();
    Value start = f.f32(isMax ? -std::numeric_limits<double>::infinity() : 0.0);
    auto take = [&](Value i, Value j, Value before) {
      auto [value, isInside] = load(i, j);
      return f.select(isInside,
                      isMax ? f.maximumf(value, before) : f.addf(before, value),
                      before);
    };
    Value all = loop(window[0], start, [&](Value i, Value before) {
      return loop(window[1], before,
                  [&](Value j, Value before) { return take(i, j, before); });
    });
    return isMax ? all : f.divf(all, f.f32(window[0] * window[1]));
  }

private:
  Value loop(int64_t count, Value start,
             llvm::function_ref<Value(Value i, Value before)> body) {
    return f.loop(f.i32(0), f.i32(count), 1, start,
                  [&](Value i, ValueRange before) {
                    return Values{body(i, before[0])};
                  })[0];
  }
  std::pair<Value, Value> load(Value i, Value j) {
    ArrayRef<int64_t> image = op.getImage();
    auto place = [&](int side, Value begin, Value step) {
      Value at = f.add(f.mul(begin, op.getStride()[side]), step);
      return f.sub(at, f.i32(op.getPadding()[side]));
    };
    // Before the image they are too large.
    Value line = place(0, y, i), pixel = place(1, x, j);
    Value isInside = f.both(f.less(line, image[0]), f.less(pixel, image[1]));
    Value at =
        f.add(f.mul(f.add(f.mul(line, image[1]), pixel), image[2]), channel);
    at = f.select(isInside, at, f.i32(0));
    return {loadAt(f, op.getInput(), row, at)[0], isInside};
  }
};
} // namespace

LogicalResult cuda::writePool2d(kernel::Pool2dOp op, StageWriter &stage) {
  int64_t channels = op.getImage()[2], width = op.getResultSide(1);
  addElementKernel(stage, op.getResult(),
                   [&](KernelFunction &f, Value row, Value column) {
                     Value pixel = f.div(column, channels);
                     return Window{op,
                                   f,
                                   row,
                                   f.div(pixel, width),
                                   f.rem(pixel, width),
                                   f.rem(column, channels)}
                         .pool();
                   });
  return success();
}
