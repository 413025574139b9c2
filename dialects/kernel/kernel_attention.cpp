//===- kernel_attention.cpp - Costs and constraints of attention ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "dialects/emb/emb_verifiers.h"
#include "dialects/kernel/kernel_verifiers.h"
#include "dialects/kernel/narrow_floats.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace emblem;
using namespace emblem::kernel;

//===----------------------------------------------------------------------===//
// Costs
//===----------------------------------------------------------------------===//

// Of a feature of queries and keys: the norm 4, the rotation 3.
Work PrepareHeadsOp::getWork() {
  double features = double(getHeads() + getKeyValueHeads()) * getHeadSize();
  double norm = getEpsilon() ? 4 : 0, rotation = getTable() ? 3 : 0;
  return {.flopsPerRow = features * (norm + rotation),
          .bytesPerRow = getRowBytes(getInput()) + getWrittenBytes(*this)};
}

int64_t AttentionOp::getColumns() { return getHeads(); }

// A query sees every row of its text.
bool AttentionOp::isRowLocal() { return false; }

Work AttentionOp::getWork() {
  double width = double(getHeads()) * getHeadSize();
  // A table's products: as many as there are pairs of a block and a chunk of
  // half as many rows each.
  double tables = bool(getPositionKeys()) + bool(getPositionQueries());
  return {.flopsPerPair = (4 + 4 * tables) * width,
          .bytesPerRow = getRowBytes(getInput()) + getWrittenBytes(*this)};
}

//===----------------------------------------------------------------------===//
// What passes ask
//===----------------------------------------------------------------------===//

bool PrepareHeadsOp::mayWriteBf16() { return true; }

unsigned AttentionOp::getMostResults() { return 2; }
bool AttentionOp::mayWriteBf16() { return true; }

SmallVector<NarrowOperand> AttentionOp::getNarrowOperands() {
  SmallVector<NarrowOperand> operands = {
      {&getInputMutable(), NarrowKind::AttentionRows}};
  for (MutableOperandRange range :
       {getPositionKeysMutable(), getPositionQueriesMutable()})
    for (OpOperand &table : range)
      operands.push_back({&table, NarrowKind::PositionTable});
  return operands;
}

//===----------------------------------------------------------------------===//
// Constraints
//===----------------------------------------------------------------------===//

/// The columns of queries, keys and values side by side, or nothing where an
/// int64_t does not hold them.
static std::optional<int64_t> inputWidth(int64_t heads, int64_t shared,
                                         int64_t size) {
  int64_t all, width;
  if (llvm::MulOverflow(shared, int64_t(2), all) ||
      llvm::AddOverflow(all, heads, all) || llvm::MulOverflow(all, size, width))
    return std::nullopt;
  return width;
}

// attention_c7
static LogicalResult verifyPositionTables(AttentionOp op, int64_t width) {
  Value keys = op.getPositionKeys(), queries = op.getPositionQueries();
  if (bool(keys || queries) != bool(op.getPositionRows()))
    return op.emitOpError("position tables and position_rows come together");
  if (!keys && !queries)
    return success();
  if (op.getKeyValueHeads())
    return op.emitOpError("position tables do not come with key_value_heads");
  auto first = cast<ShapedType>((keys ? keys : queries).getType());
  for (Value table : {keys, queries}) {
    if (!table)
      continue;
    auto type = cast<ShapedType>(table.getType());
    Type element = type.getElementType();
    if (!element.isF32() && !isNarrowFloat(element))
      return op.emitOpError()
             << "position tables are f32, bf16 or f16, not " << type;
    if (type.getDimSize(0) != width ||
        type.getDimSize(1) != first.getDimSize(1))
      return op.emitOpError()
             << "position tables must be " << width
             << " high, as the heads are wide, and of one width, but are "
             << type << " and " << first;
  }
  return success();
}

LogicalResult AttentionOp::verify() {
  // attention_c1
  int64_t heads = getHeadsAttr().getInt(), size = getHeadSizeAttr().getInt();
  if (heads < 1 || size < 1)
    return emitOpError() << "heads and head_size must be positive, but are "
                         << heads << " and " << size;
  if (failed(emb::verifyPositive(*this, "scale", getScaleAttr())) ||
      failed(emb::verifyPositive(*this, "softcap", getSoftcapAttr())))
    return failure();
  int64_t shared =
      getKeyValueHeadsAttr() ? getKeyValueHeadsAttr().getInt() : heads;
  if (shared < 1 || heads % shared != 0)
    return emitOpError() << "key_value_heads must be positive and divide "
                         << heads << ", the heads, but is " << shared;

  // attention_c3
  if (failed(verifyForm(*this)))
    return failure();
  // attention_c2
  std::optional<int64_t> needed = inputWidth(heads, shared, size);
  if (!needed)
    return emitOpError() << heads << " heads of " << size << " are too many";
  int64_t width = heads * size;
  int64_t input = widthOf(getInput()), written = widthOf(getWritten(*this));
  if (isBuffers(*this) ? input < *needed || written < width
                       : input != *needed || written != width)
    return emitOpError() << heads << " heads of " << size << " need an input "
                         << *needed << " wide and a result " << width
                         << " wide, not " << input << " and " << written;
  // attention_c3, attention_c4
  if (failed(verifySequences(*this)) ||
      failed(verifyFloats(*this, getInput())) || failed(verifyResults(*this)))
    return failure();

  // attention_c6
  if (bool(getIds()) != bool(getUnattendedAttr()))
    return emitOpError("ids and unattended come together");
  if (getUnattendedAttr() && getUnattendedAttr().getInt() < 0)
    return emitOpError("unattended must not be negative, but is ")
           << getUnattendedAttr().getInt();
  // attention_c5, attention_c7
  if (bool(getBias() || getPositionRows()) != bool(getPositionsAttr()))
    return emitOpError("a bias or position_rows and positions come together");
  if (getPositionsAttr()) {
    int64_t positions = getPositionsAttr().getInt();
    if (positions < 1 || positions > INT32_MAX)
      return emitOpError() << "positions must be positive and less than 2^31, "
                              "but is "
                           << positions;
    for (auto [name, table, rows] :
         {std::tuple("bias", Value(getBias()), heads),
          std::tuple("position_rows", Value(getPositionRows()), int64_t(1))}) {
      if (!table)
        continue;
      auto type = cast<ShapedType>(table.getType());
      if (!type.getElementType().isF32() || type.getDimSize(0) != rows ||
          type.getDimSize(1) < 2 * positions - 1)
        return emitOpError() << "the " << name << " must be in f32, " << rows
                             << " rows of at least " << 2 * positions - 1
                             << ", but is " << type;
    }
  }
  if (failed(verifyPositionTables(*this, width)))
    return failure();
  // attention_c6
  for (auto [name, tokens] : {std::pair("before", getBeforeAttr()),
                              std::pair("after", getAfterAttr())})
    if (tokens && tokens.getInt() < 0)
      return emitOpError() << name << " must not be negative, but is "
                           << tokens.getInt();
  return success();
}

LogicalResult PrepareHeadsOp::verify() {
  // prepare_heads_c1
  int64_t heads = getHeadsAttr().getInt(), size = getHeadSizeAttr().getInt();
  int64_t shared = getKeyValueHeadsAttr().getInt();
  if (heads < 1 || shared < 1 || size < 1)
    return emitOpError() << "heads, key_value_heads and head_size must be "
                            "positive, but are "
                         << heads << ", " << shared << " and " << size;
  // prepare_heads_c5
  if (failed(verifyForm(*this)))
    return failure();
  // prepare_heads_c2
  std::optional<int64_t> needed = inputWidth(heads, shared, size);
  if (!needed)
    return emitOpError() << heads << " heads of " << size << " are too many";
  for (auto [what, rows] : {std::pair("input", Value(getInput())),
                            std::pair("result", getWritten(*this))})
    if (failed(verifyWidth(*this, what, rows, "the heads need", *needed,
                           isBuffers(*this) ? Match::AtLeast : Match::Exactly)))
      return failure();

  // prepare_heads_c3
  bool norms = getQueryNorm() || getKeyNorm();
  if (!norms && !getTable())
    return emitOpError("needs a norm or a table");
  if (norms != bool(getEpsilon()))
    return emitOpError("norms and epsilon come together");
  if (failed(verifyWidth(*this, "query_norm", getQueryNorm(), "a head", size,
                         Match::AtLeast)) ||
      failed(verifyWidth(*this, "key_norm", getKeyNorm(), "a head", size,
                         Match::AtLeast)) ||
      (getEpsilon() && failed(verifyEpsilon(*this, *getEpsilon()))))
    return failure();

  // prepare_heads_c4
  if (bool(getTable()) != bool(getRotary()))
    return emitOpError("rotary and table come together");
  if (getTable()) {
    int64_t rotary = getRotaryAttr().getInt();
    if (rotary < 2 || rotary % 2 != 0 || rotary > size)
      return emitOpError() << "rotary must be even, positive and at most "
                           << size << ", the head size, but is " << rotary;
    if (failed(verifyWidth(*this, "table", getTable(), "rotary says", rotary,
                           Match::AtLeast)))
      return failure();
  }
  // prepare_heads_c5, prepare_heads_c6
  if (failed(verifySequences(*this)))
    return failure();
  return verifyFloats(*this, {getInput(), getWritten(*this)});
}
