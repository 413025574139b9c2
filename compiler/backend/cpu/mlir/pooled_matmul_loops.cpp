//===- pooled_matmul_loops.cpp - A matmul's rows, pooled by text ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// For each panel of the weights, for each text: the tiles of the text's tokens
// one after the other, each taken into one row of maxima or sums that stays in
// registers. The rows of tokens are never stored.
//
// A text is split into even heights as any matmul's rows are. Tokens join in
// their order, so the bits depend on nothing but the text.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/mlir/kernel_loops.h"
#include "compiler/backend/cpu/mlir/matmul_arithmetic.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cpu;

namespace {

struct PooledMatmul {
  kernel::MatmulOp op;
  LoopBuilder &b;
  MatmulArithmetic &arithmetic;
  Value panel;  // which panel
  Value column; // its first column

  bool sums() { return op.getPool() == emb::PoolKind::Sum; }
  int64_t vectors() const { return b.target.tileVectors; }
  Value columnAt(int64_t j) { return b.add(column, j * b.lanes()); }
  Value activate(Value x) {
    return op.getActivation() ? b.activate(x, *op.getActivation()) : x;
  }

  /// The panel's columns of one text, tokens [begin, end).
  void emit(Value text, Value begin, Value end);

private:
  /// What `pooled` becomes with `height` tokens from `row` on, in the text's
  /// tile of that number.
  SmallVector<Value> join(Value row, Value tile, int64_t height,
                          ValueRange pooled);
};

} // namespace

SmallVector<Value> PooledMatmul::join(Value row, Value tile, int64_t height,
                                      ValueRange pooled) {
  SmallVector<Value> rows;
  for (int64_t i = 0; i < height; ++i)
    rows.push_back(b.add(row, i));
  SmallVector<Value> products = arithmetic.accumulate(rows, panel, tile);
  SmallVector<Value> joined(pooled);
  for (int64_t i = 0; i < height; ++i) {
    MatmulArithmetic::RowTerms terms = arithmetic.loadRowTerms(rows[i]);
    for (int64_t j = 0; j < vectors(); ++j) {
      Value x =
          arithmetic.finish(products[i * vectors() + j], terms, columnAt(j));
      joined[j] =
          sums() ? b.addf(joined[j], activate(x)) : b.maxf(x, joined[j]);
    }
  }
  return joined;
}

void PooledMatmul::emit(Value text, Value begin, Value end) {
  int64_t tileRows = arithmetic.mostRows();
  Value tokens = b.sub(end, begin);
  // A text has a token at least.
  Value step = b.ceilDiv(tokens, b.ceilDiv(tokens, b.index(tileRows)));
  SmallVector<Value> none(
      vectors(),
      b.splat(sums() ? 0.0 : -std::numeric_limits<double>::infinity()));
  auto tiles = scf::ForOp::create(b.builder, b.loc, begin, end, step, none);
  {
    OpBuilder::InsertionGuard guard(b.builder);
    b.builder.setInsertionPointToStart(tiles.getBody());
    Value row = tiles.getInductionVar();
    Value height = b.min(step, b.sub(end, row));
    Value tile = b.div(b.sub(row, begin), step);
    SmallVector<int64_t> heights =
        llvm::to_vector(llvm::seq<int64_t>(1, tileRows));
    SmallVector<Type> types(vectors(), b.vectorType());
    auto byHeight = scf::IndexSwitchOp::create(b.builder, b.loc, types, height,
                                               heights, heights.size());
    auto emitCase = [&](Region &region, int64_t rows) {
      OpBuilder::InsertionGuard guard(b.builder);
      b.builder.setInsertionPointToStart(&region.emplaceBlock());
      scf::YieldOp::create(b.builder, b.loc,
                           join(row, tile, rows, tiles.getRegionIterArgs()));
    };
    for (auto [region, rows] : llvm::zip(byHeight.getCaseRegions(), heights))
      emitCase(region, rows);
    emitCase(byHeight.getDefaultRegion(), tileRows);
    scf::YieldOp::create(b.builder, b.loc, byHeight.getResults());
  }
  for (int64_t j = 0; j < vectors(); ++j) {
    Value pooled = tiles.getResult(j);
    b.store(sums() ? pooled : activate(pooled), op.getOut(),
            {text, columnAt(j)});
  }
}

void cpu::emitPooledMatmul(kernel::MatmulOp op, LoopBuilder &b) {
  std::unique_ptr<MatmulArithmetic> arithmetic =
      MatmulArithmetic::create(op, b);
  b.loop(op.getTile()[2], op.getTile()[3], 1, [&](Value panel) {
    Value column = b.mul(panel, b.target.panelColumns());
    b.loop(op.getTile()[0], op.getTile()[1], 1, [&](Value text) {
      Value begin = b.loadIndex(op.getOffsets(), text);
      Value end = b.loadIndex(op.getOffsets(), b.add(text, 1));
      PooledMatmul{op, b, *arithmetic, panel, column}.emit(text, begin, end);
    });
  });
}
