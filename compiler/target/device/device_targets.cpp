//===- device_targets.cpp - The devices -----------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/target/device/device_target.h"

#include "emblem/device_table.h"

#include "llvm/ADT/STLExtras.h"

using namespace emblem;

// Not measured on a device; by the number of blocks on 132 multiprocessors.
static constexpr MatmulTile cudaTiles[] = {
    // rows, tile, K's bytes, warps, stages
    {32, 16, 64, 128, 1, 4, 4},
    {256, 64, 64, 128, 2, 2, 4},
    {4096, 64, 128, 128, 2, 2, 4},
    {0, 128, 128, 128, 2, 2, 3}};

// PTX 7.0: drivers since 2020 take it.
static constexpr DeviceTarget devices[] = {
    {"cuda",
     EMBLEM_DEVICE_CUDA,
     "libemblem_cuda.a",
     EMBLEM_CUDA_SYMBOL,
     "sm_80",
     "+ptx70",
     /*computeCapability=*/80,
     {/*bf16Dot=*/true, /*f16Dot=*/true, /*integerRowBits=*/8},
     /*rowPadding=*/256,
     /*pitchBytes=*/128,
     /*queryRows=*/64,
     cudaTiles,
     /*sharedBytes=*/99 * 1024}};

llvm::ArrayRef<DeviceTarget> emblem::allDeviceTargets() { return devices; }

const DeviceTarget *emblem::findDeviceTarget(llvm::StringRef name) {
  const auto *found = llvm::find_if(
      devices, [&](const DeviceTarget &device) { return device.name == name; });
  return found == std::end(devices) ? nullptr : found;
}
