//===- element_threads.cpp - A thread for each element of a row -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/element_threads.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

void cuda::addElementKernel(
    StageWriter &stage, Value result,
    llvm::function_ref<Value(KernelFunction &, Value row, Value column)>
        element) {
  constexpr int64_t kThreads = 128;
  auto type = cast<ShapedType>(result.getType());
  int64_t width = type.getDimSize(1);
  int64_t bytes = type.getElementTypeBitWidth() / 8;
  stage.addKernel(
      {.gridX = (width + kThreads - 1) / kThreads, .threads = kThreads},
      [&](KernelFunction &f) {
        Value row = f.blockY();
        Value column =
            f.add(f.mul(f.blockX(), kThreads), f.threadIndex(kThreads));
        Value rows = stage.getGrid() == Grid::Texts ? f.texts() : f.tokens();
        f.ifThen(f.both(f.less(row, rows), f.less(column, width)), [&] {
          f.storeElements(element(f, row, column),
                          f.at(f.ofRow(result, row), f.mul(column, bytes)),
                          type.getElementType());
        });
      });
}

DeviceBuilder::Values cuda::loadAt(KernelFunction &f, Value rows, Value row,
                                   Value column, int64_t count) {
  Type element = getElementTypeOrSelf(rows);
  int64_t bytes = element.getIntOrFloatBitWidth() / 8;
  return f.loadElements(f.at(f.ofRow(rows, row), f.mul(column, bytes)), element,
                        count);
}
