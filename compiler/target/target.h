//===- target.h - The machine that code is written for ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Whatever a pass needs to know of a machine it reads here, or asks of its Isa
// (isa.h): no pass holds a width, the size of a cache or of a tile of its own.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TARGET_TARGET_H
#define EMBLEM_COMPILER_TARGET_TARGET_H

#include "compiler/target/narrow_arithmetic.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace emblem {

class Isa;

/// How a target multiplies integers into i32 sums, exactly: each lane of the
/// sums gains `depth` products, of 32 bits of either operand. Weights are
/// signed, of 8 bits, and widened where the elements have more.
///
/// An instruction that multiplies blocks, two rows by two columns, is not among
/// them: it needs loops that hold such blocks (MatmulArithmetic).
struct IntegerDot {
  int16_t depth;
  /// Whether the rows' integers are unsigned. Those of 8 bits have a zero point
  /// for which the sums are corrected, and where they are signed both are less
  /// by 128; those of 16 bits are signed, around zero.
  bool unsignedRows;

  constexpr int64_t elementBits() const { return 32 / depth; }
  constexpr bool hasSignedBytes() const { return depth == 4 && !unsignedRows; }
};

/// How much of a text attention takes at a time. Queries times keys, and weights
/// times values, are matmuls of activations, which are packed as they come.
struct AttentionTiles {
  // The register tile: queries by registers of columns, which are keys of the
  // scores and features of the sums. At most as many queries as lanes.
  int64_t queries;
  int64_t vectors;
  // Rows whose products with the position tables live in registers.
  int64_t positionRows;
  // Bytes of packed keys of one chunk, of its values if they are packed, and of
  // the sums of a block of queries: together with the scores they stay in L2,
  // and on the stack of a thread that has little of it.
  int64_t packedBytes;
  int64_t largestChunk; // keys or queries at a time
  // With position tables: the products of a block and a chunk with them are on
  // the stack, and grow with both.
  int64_t largestRelativeChunk;
};

/// What Halide's attention takes in its place: keys and queries at a time, and
/// its register tile, rows by registers of features.
struct HalideAttentionTiles {
  int64_t chunkKeys;
  int64_t queryBlock;
  int64_t rows; // a power of two
  int64_t vectors;
};

struct Target {
  llvm::StringLiteral name;     // as --target takes it
  llvm::StringLiteral cpu;      // LLVM's, what -mcpu takes
  llvm::StringLiteral features; // LLVM's, added to the CPU's own
  uint64_t cpuFeatures;         // EMBLEM_CPU_... bits that the code needs
  const Isa *isa;

  // Whether `native` passes it over: where it runs, one before it is faster.
  bool onlyByName;

  int64_t cacheLine; // bytes
  // How far ahead of what is computed weights are asked for: long enough for
  // memory to answer, and little beside the first cache.
  int64_t prefetchBytes;
  int64_t vectorWidth;     // f32 lanes of the widest register
  int64_t vectorRegisters; // registers of that width
  bool fusedMultiplyAdd;   // without it: multiply, then add
  bool bf16Dot;            // a lane of f32 gains two products of bf16
  IntegerDot integerDot;

  // The f32 register tile of a matmul: tileRows rows by tileVectors registers
  // of columns. Accumulators, one row of the weights' panel and one broadcast
  // fit the registers: tileRows * tileVectors + tileVectors + 1 of them.
  int64_t tileRows;
  int64_t tileVectors;
  // At most as many rows where weights are widened in registers: int4, and int8
  // to products of i16.
  int64_t wideningTileRows;
  int64_t rowBlock; // rows a block of work, a multiple of tileRows
  AttentionTiles attention;
  HalideAttentionTiles halideAttention;
  // Registers that hold partial results, where each waits for the one before
  // it: of a row's sum, and of its extremes.
  int64_t sumChains;
  int64_t extremeChains;

  // f32 behind a table's row that may be read, for vectors are read from any
  // place of it.
  int64_t readAhead;

  // Whether Halide has been measured to be faster where the outputs of a
  // convolution end in half a vector or less: mlir computes all of the vector.
  bool halideEndsVectorsFaster;

  constexpr NarrowArithmetic getNarrowArithmetic() const {
    return {bf16Dot, /*f16Dot=*/false, integerDot.elementBits()};
  }

  /// Columns of one packed panel of f32 weights.
  constexpr int64_t panelColumns() const { return tileVectors * vectorWidth; }

  /// Elements of a buffer's row that holds `width` of them, of `elementBytes`
  /// each, and `tailBytes` at its end: whole panels, and an odd number of cache
  /// lines, so that the rows of a tile do not meet in few of the cache's sets
  /// (1,536 f32 would put all of them in two).
  constexpr int64_t rowColumns(int64_t width, int64_t elementBytes,
                               int64_t tailBytes) const {
    int64_t panels = (width + panelColumns() - 1) / panelColumns();
    int64_t bytes = panels * panelColumns() * elementBytes + tailBytes;
    int64_t lines = (bytes + cacheLine - 1) / cacheLine;
    return (lines + (lines % 2 == 0)) * cacheLine / elementBytes;
  }

  /// Whether each register tile fits the registers, and each block of work its
  /// tiles: every row of the table is held to it as it is compiled.
  constexpr bool tilesFit() const {
    return tileRows * tileVectors + tileVectors + 1 <= vectorRegisters &&
           wideningTileRows <= tileRows && rowBlock % tileRows == 0 &&
           attention.queries * attention.vectors + attention.vectors + 1 <=
               vectorRegisters &&
           attention.queries <= vectorWidth &&
           attention.positionRows + 2 <= vectorRegisters &&
           readAhead >= vectorWidth;
  }
};

template <size_t N> constexpr bool allTilesFit(const Target (&rows)[N]) {
  for (const Target &row : rows)
    if (!row.tilesFit())
      return false;
  return true;
}

} // namespace emblem

#endif // EMBLEM_COMPILER_TARGET_TARGET_H
