//===- matmul_call.cpp - kernel.matmul -> a call of Halide's --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Halide's function computes tiles of one height; it has code for each, and its
// `height` says which. The rows are split into as few tiles as can be, whose
// heights differ by at most one: a call for the higher ones and a call for the
// others. No row is computed for nothing. Where rows are pooled, those of each
// text are split so, and both heights are of one call.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/known_parts.h"
#include "compiler/backend/cpu/halide/part.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::halide;

static RequestLine describe(kernel::MatmulOp op, const Target &target) {
  RequestLine line(op.getPool() ? "pooled_matmul" : "matmul");
  auto add = [&](StringRef key, int64_t value) { line.add(key, Twine(value)); };
  ShapedType weight = op.getWeight().getType();
  add("inputs", op.getTrueInputSize());
  add("lanes", target.vectorWidth);
  add("panel_columns", weight.getDimSize(2));
  add("tile_rows", target.tileRows);
  add("input_stride", getStride(op.getInput()));
  add("out_stride", getStride(op.getOut()));
  if (op.getBias())
    line.add("bias", "yes");
  if (op.getActivation())
    line.add("activation", stringifyActivation(*op.getActivation()));
  if (op.getMultiplier())
    add("multiplier_stride", getStride(op.getMultiplier()));
  if (op.getResidual())
    add("residual_stride", getStride(op.getResidual()));
  if (op.getPool())
    line.add("pool", stringifyPoolKind(*op.getPool()));
  return line;
}

namespace {
/// The tiles of `rows` rows, at least one: `highTiles` of `low` + 1 rows, then
/// those of `low`.
struct EvenTiles {
  EvenTiles(IndexBuilder &b, Value rows, int64_t tileRows) {
    Value tiles = b.ceilDiv(rows, tileRows);
    low = b.div(rows, tiles);
    highTiles = b.sub(rows, b.mul(low, tiles));
  }

  Value low, highTiles;
};
} // namespace

/// What a panel's sums are made of, with or without pooling.
static SmallVector<Argument> sumArguments(kernel::MatmulOp op, Part &part) {
  SmallVector<Argument> arguments = {
      part.ofRows(op.getInput(), op.getTrueInputSize()),
      part.ofWeight(op.getWeight())};
  if (op.getBias())
    arguments.push_back(part.ofPanelRow(op.getBias()));
  return arguments;
}

static void callPooledMatmul(kernel::MatmulOp op, CallWriter &calls) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  IndexBuilder b{builder, loc};
  auto tile = op.getTile();
  int64_t panelColumns = op.getWeight().getType().getDimSize(2);
  Value one = b.constant(1);
  RequestLine request = describe(op, calls.target);
  // A panel stays in the cache while all texts pass.
  b.loop(tile[2], tile[3], 1, [&](Value panel) {
    b.loop(tile[0], tile[1], 1, [&](Value text) {
      Value begin = b.load(op.getOffsets(), text);
      Value end = b.load(op.getOffsets(), b.add(text, one));
      Part tokens{b, begin, b.sub(end, begin), panel, one, panelColumns};
      Part result{b, text, one, panel, one, panelColumns};
      EvenTiles tiles(b, tokens.rows, calls.target.tileRows);
      SmallVector<Argument> arguments = sumArguments(op, tokens);
      arguments.append(
          {tiles.low, tiles.highTiles, result.ofPanels(op.getOut())});
      calls.call(builder, loc, request, arguments);
    });
  });
}

bool halide::supportsMatmul(kernel::MatmulOp op, const Target &) {
  return isKnown(op.getActivation()) &&
         hasOnly(op,
                 {op.getInput(), op.getWeight(), op.getBias(),
                  op.getMultiplier(), op.getResidual(), op.getOffsets(),
                  op.getOut()},
                 {"activation", "pool"});
}

void halide::callMatmul(kernel::MatmulOp op, CallWriter &calls) {
  if (op.getPool())
    return callPooledMatmul(op, calls);
  OpBuilder builder(op);
  Location loc = op.getLoc();
  IndexBuilder b{builder, loc};
  auto tile = op.getTile();
  int64_t panelColumns = op.getWeight().getType().getDimSize(2);
  Value rows = b.sub(tile[1], tile[0]), panels = b.sub(tile[3], tile[2]);
  EvenTiles tiles(b, rows, calls.target.tileRows);
  Value high = b.add(tiles.low, b.constant(1));
  Value highRows = b.mul(tiles.highTiles, high);

  RequestLine request = describe(op, calls.target);
  auto call = [&](Value row, Value count, Value height) {
    Value any = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne,
                                      count, b.constant(0));
    scf::IfOp branch =
        scf::IfOp::create(builder, loc, any, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(branch.thenBlock());
    Part part{b, row, count, tile[2], panels, panelColumns};
    SmallVector<Argument> arguments = sumArguments(op, part);
    if (op.getMultiplier())
      arguments.push_back(part.ofPanels(op.getMultiplier()));
    if (op.getResidual())
      arguments.push_back(part.ofPanels(op.getResidual()));
    arguments.push_back(height);
    arguments.push_back(part.ofPanels(op.getOut()));
    calls.call(builder, loc, request, arguments);
  };
  call(tile[0], highRows, high);
  call(b.add(tile[0], highRows), b.sub(rows, highRows), tiles.low);
}
