//===- image_loops.cpp - Patches, padding and pooling of images -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What moves pixels. Sides are known, so a run of pixels is whole vectors and
// one that is masked.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/mlir/kernel_loops.h"

#include <limits>

using namespace mlir;
using namespace emblem;
using namespace emblem::cpu;

/// A place in rows.
struct Place {
  Value rows, row, column;
};

/// Vectors over `count` elements: `body` takes where one begins, and how many
/// of its lanes are true.
static void
forEachVector(LoopBuilder &b, int64_t count,
              llvm::function_ref<void(Value at, int64_t lanes)> body) {
  int64_t whole = count / b.lanes() * b.lanes();
  if (whole != 0)
    b.loop(b.index(0), b.index(whole), b.lanes(),
           [&](Value at) { body(at, b.lanes()); });
  if (whole != count)
    body(b.index(whole), count - whole);
}

static void copy(LoopBuilder &b, Place from, Place into, int64_t count) {
  forEachVector(b, count, [&](Value at, int64_t lanes) {
    Value vector =
        b.loadFirst(from.rows, {from.row, b.add(from.column, at)}, lanes);
    b.storeFirst(vector, into.rows, {into.row, b.add(into.column, at)}, lanes);
  });
}

static void clear(LoopBuilder &b, Place into, int64_t count) {
  forEachVector(b, count, [&](Value at, int64_t lanes) {
    b.storeFirst(b.splat(0.0), into.rows, {into.row, b.add(into.column, at)},
                 lanes);
  });
}

void cpu::emitPatches(kernel::PatchesOp op, LoopBuilder &b) {
  ArrayRef<int64_t> image = op.getImage(), patch = op.getPatch();
  int64_t prefix = op.getPrefix(), tokens = prefix + op.getPatchesPerImage();
  int64_t across = image[1] / patch[1];
  int64_t lineSize = image[1] * image[2], runSize = patch[1] * image[2];
  auto divide = [&](Value a, int64_t by) -> Value {
    return arith::DivUIOp::create(b.builder, b.loc, a, b.index(by));
  };
  auto remainder = [&](Value a, int64_t by) -> Value {
    return arith::RemUIOp::create(b.builder, b.loc, a, b.index(by));
  };
  auto copyPatch = [&](Value row, Value text, Value number) {
    Value corner = b.add(b.mul(divide(number, across), patch[0] * lineSize),
                         b.mul(remainder(number, across), runSize));
    b.loop(b.index(0), b.index(patch[0]), 1, [&](Value line) {
      copy(b, {op.getInput(), text, b.add(corner, b.mul(line, lineSize))},
           {op.getOut(), row, b.mul(line, runSize)}, runSize);
    });
  };
  b.loop(op.getTile()[0], op.getTile()[1], 1, [&](Value row) {
    Value text = divide(row, tokens), place = remainder(row, tokens);
    if (prefix == 0)
      return copyPatch(row, text, place);
    Value isPrefix = arith::CmpIOp::create(
        b.builder, b.loc, arith::CmpIPredicate::slt, place, b.index(prefix));
    auto choice = scf::IfOp::create(b.builder, b.loc, isPrefix,
                                    /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b.builder);
    b.builder.setInsertionPointToStart(choice.thenBlock());
    clear(b, {op.getOut(), row, b.index(0)}, patch[0] * runSize);
    b.builder.setInsertionPointToStart(choice.elseBlock());
    copyPatch(row, text, b.sub(place, b.index(prefix)));
  });
}

void cpu::emitPad2d(kernel::Pad2dOp op, LoopBuilder &b) {
  ArrayRef<int64_t> image = op.getImage(), padding = op.getPadding();
  int64_t lineSize = image[1] * image[2], side = padding[1] * image[2];
  int64_t paddedLine = lineSize + 2 * side;
  int64_t above = padding[0] * paddedLine;
  b.loop(op.getTile()[0], op.getTile()[1], 1, [&](Value row) {
    auto clearAt = [&](Value column, int64_t count) {
      if (count != 0)
        clear(b, {op.getOut(), row, column}, count);
    };
    clearAt(b.index(0), above);
    b.loop(b.index(0), b.index(image[0]), 1, [&](Value line) {
      Value left = b.add(b.mul(line, paddedLine), above);
      Value column = b.add(left, side);
      clearAt(left, side);
      copy(b, {op.getInput(), row, b.mul(line, lineSize)},
           {op.getOut(), row, column}, lineSize);
      clearAt(b.add(column, lineSize), side);
    });
    clearAt(b.index(above + image[0] * paddedLine), above);
  });
}

namespace {

/// A window of an image: its lines and its pixels, those inside the image.
struct Window {
  kernel::Pool2dOp op;
  LoopBuilder &b;
  Value row;
  Value begin[2], end[2];

  /// `lanes` channels from `channel` on, all of the window's pixels in order.
  Value emit(Value channel, int64_t lanes) {
    ArrayRef<int64_t> size = op.getWindow();
    Value all = isMax() ? b.splat(-std::numeric_limits<double>::infinity())
                        : b.splat(0.0);
    auto take = [&](Value y, Value x, Value before) {
      Value pixel = b.add(b.mul(y, op.getImage()[1]), x);
      Value at = b.add(b.mul(pixel, op.getImage()[2]), channel);
      Value value = b.loadFirst(op.getInput(), {row, at}, lanes);
      return isMax() ? b.maxf(value, before) : b.addf(value, before);
    };
    if (isSmallAndWhole())
      for (int64_t y = 0; y < size[0]; ++y)
        for (int64_t x = 0; x < size[1]; ++x)
          all = take(b.add(begin[0], y), b.add(begin[1], x), all);
    else
      all =
          b.loop(begin[0], end[0], 1, all,
                 [&](Value y, ValueRange carried) -> SmallVector<Value> {
                   return b.loop(
                       begin[1], end[1], 1, carried,
                       [&](Value x, ValueRange carried) -> SmallVector<Value> {
                         return {take(y, x, carried[0])};
                       });
                 })[0];
    if (isMax())
      return all;
    return b.divf(all, b.splat(double(size[0] * size[1])));
  }

private:
  bool isMax() { return op.getKind() == emb::Pool2dKind::Max; }

  /// No window is cut off, and its pixels are few enough to write out.
  bool isSmallAndWhole() {
    constexpr int64_t most = 16;
    ArrayRef<int64_t> size = op.getWindow();
    return size[0] * size[1] <= most &&
           llvm::all_of(op.getPadding(),
                        [](int64_t side) { return side == 0; });
  }
};

} // namespace

void cpu::emitPool2d(kernel::Pool2dOp op, LoopBuilder &b) {
  int64_t channels = op.getImage()[2], width = op.getResultSide(1);
  auto clip = [&](Window &window, int side, Value place) {
    Value begin = b.mul(place, op.getStride()[side]);
    int64_t padding = op.getPadding()[side];
    Value end = b.add(begin, op.getWindow()[side]);
    if (padding != 0) {
      begin = b.max(b.sub(begin, b.index(padding)), b.index(0));
      end = b.min(b.sub(end, b.index(padding)), b.index(op.getImage()[side]));
    }
    window.begin[side] = begin;
    window.end[side] = end;
  };
  b.loop(op.getTile()[0], op.getTile()[1], 1, [&](Value row) {
    b.loop(op.getTile()[2], op.getTile()[3], 1, [&](Value y) {
      b.loop(b.index(0), b.index(width), 1, [&](Value x) {
        Window window = {op, b, row, {}, {}};
        clip(window, 0, y);
        clip(window, 1, x);
        Value pixel = b.mul(b.add(b.mul(y, width), x), channels);
        forEachVector(b, channels, [&](Value channel, int64_t lanes) {
          b.storeFirst(window.emit(channel, lanes), op.getOut(),
                       {row, b.add(pixel, channel)}, lanes);
        });
      });
    });
  });
}
