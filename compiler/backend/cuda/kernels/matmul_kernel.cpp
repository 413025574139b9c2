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
static std::optional<Product> getProduct(kernel::MatmulOp op,
                                         const StageWriter &stage) {
  Type input = op.getInput().getType().getElementType();
  Type weight = op.getWeight().getType().getElementType();
  if (input.isBF16() && weight.isBF16())
    return Product::Bf16;
  if (input.isF16() && weight.isF16())
    return Product::F16;
  if (input.isF32() && weight.isF32())
    return stage.getF32Product();
  if (input.isInteger(8) && weight.isInteger(8))
    return Product::Int8;
  op.emitError("has no code for a weight in ")
      << weight << " with an input in " << input << " on this device";
  return std::nullopt;
}

static LogicalResult verify(kernel::MatmulOp op) {
  if (op.getNorm() || op->getNumResults() > 1)
    return op.emitError("has a norm or a second result: separate-epilogues "
                        "comes first");
  if (op.getWeight().getType().getRank() != 2)
    return op.emitError("has no code for a weight in panels on this device");
  return success();
}

static KernelShape getShape(kernel::MatmulOp op, const MatmulTile &tile) {
  int64_t columns = op.getWeight().getType().getDimSize(0);
  return {.mostRows = tile.mostRows,
          .blockRows = tile.rows,
          .gridX =
              static_cast<int64_t>(llvm::divideCeil(columns, tile.columns)),
          .threads = getThreads(tile),
          .sharedBytes = getSharedBytes(tile),
          .mostRegisters = 255};
}

/// A block takes one text, tile after tile of its rows from the first on.
static void writePooled(kernel::MatmulOp op, StageWriter &stage,
                        const MatmulOperands &operands) {
  // Each warp has columns of its own. The last tile's shared memory is used
  // again.
  static constexpr MatmulTile tile = {0, 64, 128, 128, 1, 4, 4};
  stage.setGrid(Grid::Texts);
  KernelShape shape = getShape(op, tile);
  shape.blockRows = 1;
  stage.addKernel(shape, [&](KernelFunction &f) {
    Value text = f.blockY();
    f.returnUnless(f.less(text, f.texts()), [&] {
      Value begin = f.indexOf(op.getOffsets(), text);
      Value rows = f.sub(f.indexOf(op.getOffsets(), f.add(text, 1)), begin);
      Value input = f.atRow(f.of(op.getInput()), begin, operands.inputPitch);
      MatmulTileWriter writer(f, tile, operands,
                              f.mul(f.blockX(), tile.columns), rows);
      MatmulEpilogue epilogue(op, f, tile, writer);
      auto pooled = f.loop(f.i32(0), rows, tile.rows, epilogue.startPool(),
                           [&](Value firstRow, ValueRange pooled) {
                             writer.startAt(firstRow);
                             writer.multiply(input, f.of(op.getWeight()));
                             f.barrier();
                             return epilogue.addRows(pooled, input, rows);
                           });
      epilogue.storePool(pooled, text);
    });
  });
}

/// Of plain products a thread keeps more beside its sums: of a large tile it has
/// half of them, so that its registers do not spill.
static MatmulTile fitRegisters(MatmulTile tile, Product product) {
  constexpr int64_t mostSums = 64;
  while (product == Product::PlainF32 &&
         tile.rows * tile.columns > mostSums * getThreads(tile))
    tile.warpRows *= 2;
  return tile;
}

LogicalResult cuda::writeMatmul(kernel::MatmulOp op, StageWriter &stage) {
  std::optional<Product> product = getProduct(op, stage);
  if (!product || failed(verify(op)))
    return failure();
  const DeviceTarget &target = stage.getTarget();
  auto weight = op.getWeight().getType();
  int64_t bits = weight.getElementTypeBitWidth();
  MatmulOperands operands = {*product, weight.getDimSize(1) * bits / 8,
                             getRowPitch(op.getInput().getType(), target),
                             getWeightPitch(weight, target)};
  if (op.getPool()) {
    writePooled(op, stage, operands);
    return success();
  }
  for (const MatmulTile &row : target.matmulTiles) {
    MatmulTile tile = fitRegisters(row, *product);
    stage.addKernel(getShape(op, tile), [&](KernelFunction &f) {
      Value rows = stage.getGrid() == Grid::Texts ? f.texts() : f.tokens();
      Value firstRow = f.mul(f.blockY(), tile.rows);
      f.returnUnless(f.less(firstRow, rows), [&] {
        MatmulTileWriter writer(f, tile, operands,
                                f.mul(f.blockX(), tile.columns), rows);
        writer.startAt(firstRow);
        writer.multiply(f.of(op.getInput()), f.of(op.getWeight()));
        MatmulEpilogue(op, f, tile, writer).write(rows);
      });
    });
  }
  return success();
}
