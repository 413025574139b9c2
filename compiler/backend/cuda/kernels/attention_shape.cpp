//===- attention_shape.cpp - Sizes of attention's blocks ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/attention_shape.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

AttentionShape::AttentionShape(kernel::AttentionOp op,
                               const DeviceTarget &target, Product ofF32)
    : element(op.getInput().getType().getElementType()),
      product(element.isF32()   ? ofF32
              : element.isF16() ? Product::F16
                                : Product::Bf16),
      elementBytes(element.getIntOrFloatBitWidth() / 8),
      headSize(op.getHeadSize()), heads(op.getHeads()),
      keyValueHeads(op.getKeyValueHeadsOrDefault()),
      inputPitch(getRowPitch(op.getInput().getType(), target)),
      queryRows(target.queryRows), threads(2 * queryRows),
      rows(llvm::alignTo(headSize * elementBytes, kStepBytes),
           /*apart=*/element.isF32()),
      keyRows(headSize > 128 ? 32 : 64), buffers(2),
      positionKeys(op.getPositionKeys() != nullptr),
      positionQueries(op.getPositionQueries() != nullptr), tableColumns(0) {
  for (Value table : {op.getPositionKeys(), op.getPositionQueries()})
    if (table)
      tableColumns = cast<ShapedType>(table.getType()).getDimSize(1);
  auto bytes = [&] { return getPositionPlace() + getPositionBytes(); };
  while (bytes() > target.sharedBytes && keyRows > 16)
    keyRows /= 2;
  if (bytes() > target.sharedBytes)
    buffers = 1;
  sharedBytes = bytes();
  queriesStay = getSteps() <= 8 && !isPlain();
}
