//===- matmul_kernel.cpp - Rows times a matrix of weights -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cuda/kernels/matmul_epilogue.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cuda;

/// What the op multiplies; none, after an error, where there is no code for it.
static std::optional<Product> getProduct(kernel::MatmulOp op) {
  Type input = op.getInput().getType().getElementType();
  Type weight = op.getWeight().getType().getElementType();
  if (input.isBF16() && weight.isBF16())
    return Product::Bf16;
  if (input.isF32() && weight.isF32())
    return Product::F32;
  if (input.isInteger(8) && weight.isInteger(8))
    return Product::Int8;
  op.emitError("has no code for a weight in ")
      << weight << " with an input in " << input << " on this device";
  return std::nullopt;
}

static LogicalResult verify(kernel::MatmulOp op) {
  if (op.getPool())
    return op.emitError("has no code for a pool on this device");
  if (op.getNorm() || op->getNumResults() > 1)
    return op.emitError("has a norm or a second result: separate-epilogues "
                        "comes first");
  if (op.getWeight().getType().getRank() != 2)
    return op.emitError("has no code for a weight in panels on this device");
  return success();
}

LogicalResult cuda::writeMatmul(kernel::MatmulOp op, StageWriter &stage) {
  std::optional<Product> product = getProduct(op);
  if (!product || failed(verify(op)))
    return failure();
  const DeviceTarget &target = stage.getTarget();
  auto weight = op.getWeight().getType();
  int64_t bits = weight.getElementTypeBitWidth();
  MatmulOperands operands = {*product, weight.getDimSize(1) * bits / 8,
                             getRowPitch(op.getInput().getType(), target),
                             getWeightPitch(weight, target)};
  for (const MatmulTile &tile : target.matmulTiles) {
    KernelShape shape = {.mostRows = tile.mostRows,
                         .blockRows = tile.rows,
                         .gridX = static_cast<int64_t>(llvm::divideCeil(
                             weight.getDimSize(0), tile.columns)),
                         .threads = getThreads(tile),
                         .sharedBytes = getSharedBytes(tile),
                         .mostRegisters = 255};
    stage.addKernel(shape, [&](KernelFunction &f) {
      Value rows = stage.getGrid() == Grid::Texts ? f.texts() : f.tokens();
      Value firstRow = f.mul(f.blockY(), tile.rows);
      f.returnUnless(f.less(firstRow, rows), [&] {
        MatmulTileWriter writer(f, tile, operands, firstRow,
                                f.mul(f.blockX(), tile.columns), rows);
        writer.multiply(f.of(op.getInput()), f.of(op.getWeight()));
        writeEpilogue(op, f, tile, writer, rows);
      });
    });
  }
  return success();
}
