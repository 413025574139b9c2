//===- concatenate_kernel.cpp - Rows side by side -------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/row_threads.h"

#include <numeric>

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

/// The threads are those of the widest input.
LogicalResult cuda::writeConcatenate(kernel::ConcatenateOp op,
                                     StageWriter &stage) {
  auto type = cast<ShapedType>(op.getResult().getType());
  Type element = type.getElementType();
  int64_t bytes = element.getIntOrFloatBitWidth() / 8;
  int64_t cuts = 0, widest = 0;
  for (int64_t width : op.getWidths()) {
    cuts = std::gcd(cuts, width);
    widest = std::max(widest, width);
  }
  RowShape all(widest, cuts);
  addRowKernel(stage, all, /*reductions=*/0,
               [&](KernelFunction &f, RowThreads &row) {
                 Value into = f.ofRow(op.getResult(), row.getRow());
                 for (auto [input, width] :
                      llvm::zip_equal(op.getInputs(), op.getWidths())) {
                   RowThreads part = row.withWidth(width);
                   part.store(part.load(f.ofRow(input, row.getRow()),
                                        getElementTypeOrSelf(input)),
                              into, element);
                   into = f.at(into, bytes * width);
                 }
               });
  return success();
}
