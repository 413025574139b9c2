//===- matmul_call.cpp - kernel.matmul -> a call of Halide's --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Halide's function computes tiles of one height; it has code for each, and its
// `height` says which. The rows are split into as few tiles as can be, whose
// heights differ by at most one: a call for the higher ones and a call for the
// others. No row is computed for nothing.
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/halide/part.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::halide;

static RequestLine describe(kernel::MatmulOp op, const Target &target) {
  RequestLine line("matmul");
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
  return line;
}

void halide::callMatmul(kernel::MatmulOp op, CallWriter &calls) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  IndexBuilder b{builder, loc};
  auto tile = op.getTile();
  int64_t panelColumns = op.getWeight().getType().getDimSize(2);
  Value rows = b.sub(tile[1], tile[0]), panels = b.sub(tile[3], tile[2]);
  Value tiles = b.ceilDiv(rows, calls.target.tileRows);
  Value low = b.div(rows, tiles);
  Value highTiles = b.sub(rows, b.mul(low, tiles));
  Value high = b.add(low, b.constant(1));
  Value highRows = b.mul(highTiles, high);

  RequestLine request = describe(op, calls.target);
  auto call = [&](Value row, Value count, Value height) {
    Value any = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne,
                                      count, b.constant(0));
    scf::IfOp branch =
        scf::IfOp::create(builder, loc, any, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(branch.thenBlock());
    Part part{b, row, count, tile[2], panels, panelColumns};
    SmallVector<Argument> arguments = {
        part.ofRows(op.getInput(), op.getTrueInputSize()),
        part.ofWeight(op.getWeight())};
    if (op.getBias())
      arguments.push_back(part.ofPanelRow(op.getBias()));
    if (op.getMultiplier())
      arguments.push_back(part.ofPanels(op.getMultiplier()));
    if (op.getResidual())
      arguments.push_back(part.ofPanels(op.getResidual()));
    arguments.push_back(height);
    arguments.push_back(part.ofPanels(op.getOut()));
    calls.call(builder, loc, request, arguments);
  };
  call(tile[0], highRows, high);
  call(b.add(tile[0], highRows), b.sub(rows, highRows), low);
}
