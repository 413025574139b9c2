//===- gather_call.cpp - kernel.gather -> a call of Halide's --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/known_parts.h"
#include "compiler/backend/cpu/halide/part.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::halide;

/// The columns that all have: tables are padded less than buffers.
static int64_t countColumns(kernel::GatherOp op) {
  int64_t columns = getStride(op.getOut());
  for (Value rows : {Value(op.getTable()), Value(op.getSegments()),
                     Value(op.getPositions())})
    if (rows)
      columns = std::min(columns, getStride(rows));
  if (op.getRow())
    columns = std::min(columns, op.getRow().getType().getDimSize(0));
  return columns;
}

bool halide::supportsGather(kernel::GatherOp op, const Target &) {
  return hasOnly(op,
                 {op.getOffsets(), op.getSequences(), op.getIds(),
                  op.getTable(), op.getInput(), op.getRow(), op.getTypes(),
                  op.getSegments(), op.getPositions(), op.getOut()},
                 {"position_offset"});
}

void halide::callGather(kernel::GatherOp op, CallWriter &calls) {
  OpBuilder builder(op);
  IndexBuilder b{builder, op.getLoc()};
  auto tile = op.getTile();
  Part part{b, tile[0], b.sub(tile[1], tile[0])};

  RequestLine request("gather");
  request.add("lanes", Twine(calls.target.vectorWidth));
  request.add("out_stride", Twine(getStride(op.getOut())));
  SmallVector<Argument> arguments;
  if (op.getTable()) {
    request.add("table_stride", Twine(getStride(op.getTable())));
    arguments.append({part.ofElements(op.getIds()), part.whole(op.getTable())});
  }
  if (op.getInput()) {
    request.add("input_stride", Twine(getStride(op.getInput())));
    arguments.push_back(part.ofRows(op.getInput(), countColumns(op)));
  }
  if (op.getRow()) {
    request.add("row", "yes");
    arguments.push_back(part.whole(op.getRow()));
  }
  if (op.getSegments()) {
    request.add("segments_stride", Twine(getStride(op.getSegments())));
    arguments.append(
        {part.ofElements(op.getTypes()), part.whole(op.getSegments())});
  }
  if (op.getPositions()) {
    request.add("positions_stride", Twine(getStride(op.getPositions())));
    // A position is a row's place behind its text's first.
    arguments.append({part.ofElements(op.getSequences()),
                      part.wholeVector(op.getOffsets()),
                      part.whole(op.getPositions()),
                      b.add(tile[0], b.constant(op.getPositionOffset()))});
  }
  arguments.push_back(part.ofRows(op.getOut(), countColumns(op)));
  calls.call(builder, op.getLoc(), request, arguments);
}
