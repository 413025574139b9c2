//===- matmul_loops.cpp - Rows times packed panels ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// For each panel of the weights, for each block of up to `tileRows` rows: a
// tile of accumulators in registers runs down K, then takes the epilogue. The
// panel (K x panel width) stays in L1 or L2 while all rows of the block of work
// pass.
//
// Row counts that are no multiple of the tile's are split into even heights
// (16 rows: 8 and 8, not 14 and 2), and there is code for every height: no row
// is computed for nothing. Each result sums over k in order, in one
// accumulator, so its bits do not depend on the height.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/mlir/kernel_loops.h"
#include "compiler/backend/cpu/mlir/matmul_arithmetic.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cpu;

namespace {

/// Writes one tile: `height` rows from `row`, one panel.
struct Tile {
  kernel::MatmulOp op;
  LoopBuilder &b;
  MatmulArithmetic &arithmetic;
  int64_t height;
  Value row;    // the first row
  Value number; // of the panel's tiles
  Value panel;  // which panel
  Value column; // its first column

  int64_t vectors() const { return b.target.tileVectors; }
  Value rowAt(int64_t i) { return b.add(row, i); }
  Value columnAt(int64_t j) { return b.add(column, j * b.lanes()); }

  void emit() {
    SmallVector<Value> rows;
    for (int64_t i = 0; i < height; ++i)
      rows.push_back(rowAt(i));
    SmallVector<Value> sums = arithmetic.accumulate(rows, panel, number);
    for (int64_t i = 0; i < height; ++i) {
      MatmulArithmetic::RowTerms terms = arithmetic.loadRowTerms(rowAt(i));
      for (int64_t j = 0; j < vectors(); ++j) {
        Value sum =
            arithmetic.finish(sums[i * vectors() + j], terms, columnAt(j));
        b.store(epilogue(sum, i, j), op.getOut(), {rowAt(i), columnAt(j)});
      }
    }
  }

  Value epilogue(Value sum, int64_t i, int64_t j) {
    if (op.getActivation())
      sum = b.activate(sum, *op.getActivation());
    if (op.getMultiplier())
      sum = b.mulf(sum, b.load(op.getMultiplier(), {rowAt(i), columnAt(j)}));
    if (op.getResidual())
      sum = b.addf(sum, b.load(op.getResidual(), {rowAt(i), columnAt(j)}));
    return sum;
  }
};

} // namespace

void cpu::emitMatmul(kernel::MatmulOp op, LoopBuilder &b) {
  if (op.getPool())
    return emitPooledMatmul(op, b);
  Value rowBegin = op.getTile()[0], rowEnd = op.getTile()[1];
  std::unique_ptr<MatmulArithmetic> arithmetic =
      MatmulArithmetic::create(op, b);
  int64_t tileRows = arithmetic->mostRows();

  // Even heights: rows / ceil(rows / tileRows), rounded up.
  Value blocks = b.ceilDiv(b.sub(rowEnd, rowBegin), b.index(tileRows));
  Value step = b.ceilDiv(b.sub(rowEnd, rowBegin), blocks);

  b.loop(op.getTile()[2], op.getTile()[3], 1, [&](Value panel) {
    Value column = b.mul(panel, b.target.panelColumns());
    b.loop(rowBegin, rowEnd, step, [&](Value row) {
      Value height = b.min(step, b.sub(rowEnd, row));
      Value number = b.div(b.sub(row, rowBegin), step);
      SmallVector<int64_t> heights =
          llvm::to_vector(llvm::seq<int64_t>(1, tileRows));
      auto byHeight = scf::IndexSwitchOp::create(
          b.builder, b.loc, TypeRange(), height, heights, heights.size());
      auto emitCase = [&](Region &region, int64_t rows) {
        OpBuilder::InsertionGuard guard(b.builder);
        b.builder.setInsertionPointToStart(&region.emplaceBlock());
        Tile{op, b, *arithmetic, rows, row, number, panel, column}.emit();
        scf::YieldOp::create(b.builder, b.loc);
      };
      for (auto [region, rows] : llvm::zip(byHeight.getCaseRegions(), heights))
        emitCase(region, rows);
      emitCase(byHeight.getDefaultRegion(), tileRows);
    });
  });
}
