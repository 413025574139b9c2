//===- conv2d_loops.cpp - Convolutions ------------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A line of the result at a time is a matmul: its rows are the pixels of the
// line, and a row's inputs are the lines of its window, each a run of floats in
// the image. So a tile of accumulators, pixels by output channels, runs down
// the window in registers, and nothing is copied. All sides are known: a line
// is split into tiles of one height and a last one. Each sum takes its window
// in order, in one accumulator; in bf16 two channels at a time.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/mlir/kernel_loops.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::cpu;

namespace {

struct Line {
  kernel::Conv2dOp op;
  LoopBuilder &b;
  Value row, y; // the image, and the line of the result

  int64_t channels() { return op.getImage()[2]; }
  /// Floats from a pixel of the result to the next, in the image.
  int64_t step() { return op.getStride()[1] * channels(); }
  int64_t outputs() { return op.getOutputsCount(); }

  /// All pixels of the line by `columns` outputs of a panel.
  void emit(Value panel, int64_t columns) {
    int64_t width = op.getResultSide(1);
    int64_t vectors = llvm::divideCeil(columns, b.lanes());
    // Fewer vectors leave registers for more pixels.
    int64_t most = b.target.tileRows * b.target.tileVectors / vectors;
    int64_t tiles = llvm::divideCeil(width, most);
    int64_t height = llvm::divideCeil(width, tiles);
    int64_t whole = width / height * height;
    b.loop(b.index(0), b.index(whole), height,
           [&](Value x) { emitTile(x, height, panel, columns); });
    if (whole != width)
      emitTile(b.index(whole), width - whole, panel, columns);
  }

private:
  void emitTile(Value x, int64_t height, Value panel, int64_t columns) {
    int64_t vectors = llvm::divideCeil(columns, b.lanes());
    SmallVector<Value> sums = accumulate(x, height, panel, vectors);
    Value column = b.mul(panel, b.target.panelColumns());
    Value pixel = b.add(b.mul(y, op.getResultSide(1)), x);
    Value place = b.add(b.mul(pixel, outputs()), column);
    for (int64_t i = 0; i < height; ++i)
      for (int64_t j = 0; j < vectors; ++j) {
        Value sum = sums[i * vectors + j];
        if (op.getBias())
          sum = b.addf(sum, b.load(op.getBias(), b.add(column, j * b.lanes())));
        if (op.getActivation())
          sum = b.activate(sum, *op.getActivation());
        b.storeFirst(sum, op.getOut(),
                     {row, b.add(place, i * outputs() + j * b.lanes())},
                     std::min(b.lanes(), columns - j * b.lanes()));
      }
  }

  /// sums[i * vectors + j], of pixel x + i and the panel's vector j.
  SmallVector<Value> accumulate(Value x, int64_t height, Value panel,
                                int64_t vectors) {
    int64_t lineSize = op.getImage()[1] * channels();
    // Floats, or pairs of bf16 (channels are even then), of a window's line.
    int64_t depth = pairs() ? 2 : 1;
    int64_t run = op.getWindow()[1] * channels() / depth;
    Value corner =
        b.add(b.mul(y, op.getStride()[0] * lineSize), b.mul(x, step()));
    SmallVector<Value> zeros(height * vectors, b.splat(0.0));
    return b.loop(
        b.index(0), b.index(op.getWindow()[0]), 1, zeros,
        [&](Value line, ValueRange sums) {
          Value begin = b.add(corner, b.mul(line, lineSize));
          Value weightRow = b.mul(line, run);
          return b.loop(
              b.index(0), b.index(run), 1, sums, [&](Value k, ValueRange sums) {
                SmallVector<Value> weights, next;
                for (int64_t j = 0; j < vectors; ++j)
                  weights.push_back(loadWeights(panel, b.add(weightRow, k), j));
                Value at = b.add(begin, b.mul(k, depth));
                for (int64_t i = 0; i < height; ++i) {
                  Value input = loadInput(b.add(at, i * step()));
                  for (int64_t j = 0; j < vectors; ++j)
                    next.push_back(
                        multiplyAdd(input, weights[j], sums[i * vectors + j]));
                }
                return next;
              });
        });
  }

  bool pairs() { return op.getInput().getType().getElementType().isBF16(); }

  Value loadWeights(Value panel, Value group, int64_t vector) {
    SmallVector<Value> at = {panel, group, b.index(vector * b.lanes())};
    if (!pairs())
      return b.load(op.getWeight(), at);
    at.push_back(b.index(0));
    return b.loadWords(op.getWeight(), at);
  }
  Value loadInput(Value at) {
    return pairs() ? b.loadWordSplat(op.getInput(), {row, at})
                   : b.loadSplat(op.getInput(), {row, at});
  }
  Value multiplyAdd(Value input, Value weights, Value sum) {
    return pairs() ? b.dotBf16(input, weights, sum)
                   : b.fma(input, weights, sum);
  }
};

} // namespace

void cpu::emitConv2d(kernel::Conv2dOp op, LoopBuilder &b) {
  int64_t panel = b.target.panelColumns();
  int64_t whole = op.getOutputsCount() / panel;
  int64_t rest = op.getOutputsCount() % panel;
  b.loop(op.getTile()[0], op.getTile()[1], 1, [&](Value row) {
    b.loop(op.getTile()[2], op.getTile()[3], 1, [&](Value y) {
      Line line = {op, b, row, y};
      if (whole != 0)
        b.loop(b.index(0), b.index(whole), 1,
               [&](Value index) { line.emit(index, panel); });
      if (rest != 0)
        line.emit(b.index(whole), rest);
    });
  });
}
