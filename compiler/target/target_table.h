//===- target_table.h - The machines that code is written for ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// One table, one row a target; a new target is a new row. Whatever a pass needs
// to know of a machine it reads here: no pass holds a tile size of its own.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TARGET_TABLE_H
#define EMBLEM_COMPILER_TARGET_TABLE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>

namespace emblem {

/// How a target multiplies integers into i32 sums; both are exact.
enum class IntegerDot {
  Pairs16, // vpmaddwd: sums two products of i16
  Quads8   // vpdpbusd: adds four products of u8 and i8
};

struct Target {
  llvm::StringLiteral name;     // as --target takes it
  llvm::StringLiteral triple;   // LLVM's
  llvm::StringLiteral cpu;      // LLVM's, what -mcpu takes
  llvm::StringLiteral features; // LLVM's, added to the CPU's own
  uint64_t cpuFeatures;         // EMBLEM_CPU_... bits that the code needs

  int64_t vectorWidth;     // f32 lanes of the widest register
  int64_t vectorRegisters; // registers of that width
  bool fusedMultiplyAdd;   // without it: multiply, then add
  bool bf16Dot;            // vdpbf16ps: adds two products of bf16
  IntegerDot integerDot;

  // The f32 register tile of a matmul: tileRows rows by tileVectors registers
  // of columns. Accumulators, one row of the weights' panel and one broadcast
  // fit the registers: tileRows * tileVectors + tileVectors + 1 of them.
  int64_t tileRows;
  int64_t tileVectors;
  int64_t rowBlock; // rows a block of work, a multiple of tileRows
  // Rows of attention's tiles, which are two registers wide; at most a vector's
  // lanes.
  int64_t queryTile;

  static constexpr int64_t cacheLine = 64; // bytes
  /// How far ahead of what is computed weights are asked for: long enough for
  /// memory to answer, and little beside the first cache.
  static constexpr int64_t prefetchBytes = 1536;

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
};

/// Every target, the least demanding first.
llvm::ArrayRef<Target> allTargets();

/// The target of that name; "native" is the most demanding one that this
/// machine can run. The error for an unknown name lists those known.
llvm::Expected<const Target *> findTarget(llvm::StringRef name);

/// The EMBLEM_CPU_... bits of the machine that this runs on; 0 where it is not
/// an x86-64.
uint64_t hostCpuFeatures();

} // namespace emblem

#endif // EMBLEM_COMPILER_TARGET_TABLE_H
