//===- device_target.h - A device that code is written for ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A row for each kind of device beside the CPU, as target.h has one for each
// CPU. A program may have code for a CPU and for devices.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TARGET_DEVICE_DEVICE_TARGET_H
#define EMBLEM_COMPILER_TARGET_DEVICE_DEVICE_TARGET_H

#include "compiler/target/narrow_arithmetic.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace emblem {

/// The tile of a matmul that a block of threads computes, for batches of up to
/// so many rows. The k-th product of every sum is added k-th whatever the tile:
/// all row classes give the same bits.
struct MatmulTile {
  int64_t mostRows; // 0: any number
  int64_t rows, columns;
  int64_t depthBytes;  // of K, that a stage of the pipeline holds
  int64_t warpRows;    // warps along the rows ...
  int64_t warpColumns; // ... and along the columns
  int64_t stages;      // of the pipeline
};

struct DeviceTarget {
  llvm::StringLiteral name; // as --target takes it
  int32_t kind;             // EMBLEM_DEVICE_...
  // What launches its kernels: a library of the runtime, and what it defines.
  llvm::StringLiteral runtimeLibrary;
  llvm::StringLiteral runtimeSymbol;
  llvm::StringLiteral chip;     // LLVM's, the least that it runs on
  llvm::StringLiteral features; // LLVM's
  int32_t computeCapability;    // of that chip: 80 for 8.0
  NarrowArithmetic arithmetic;
  int64_t rowPadding; // the arena has a multiple of so many rows
  int64_t pitchBytes; // rows begin at multiples of it
  int64_t queryRows;  // queries that attention takes at a time
  llvm::ArrayRef<MatmulTile> matmulTiles; // in rising order of their rows
  int64_t sharedBytes;                    // that a block may have
};

llvm::ArrayRef<DeviceTarget> allDeviceTargets();

/// Null where there is none of that name.
const DeviceTarget *findDeviceTarget(llvm::StringRef name);

} // namespace emblem

#endif // EMBLEM_COMPILER_TARGET_DEVICE_DEVICE_TARGET_H
