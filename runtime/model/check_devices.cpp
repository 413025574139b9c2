//===- check_devices.cpp - Whether device tables make sense ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/model/check_devices.h"

#include "emblem/device_table.h"
#include "runtime/table/outputs.h"

using namespace emblem::runtime;

// Far beyond any device; they keep sums of a few from overflowing.
static constexpr int64_t mostBytes = INT64_C(1) << 44;
static constexpr int64_t mostRows = INT32_MAX;
static constexpr int64_t mostStages = 8192, mostKernels = 64;

/// A multiple of this is aligned for every kernel.
static constexpr int64_t weightAlignment = 256;

/// As many as the runtime can give (execute/cuda/stage_launch.h).
static constexpr int64_t mostArguments = 32;

static bool isBetween(int64_t value, int64_t least, int64_t most) {
  return value >= least && value <= most;
}

/// Whether a weight lies in both sections.
static bool isRight(const EmblemDeviceWeight &weight, int64_t sourceBytes,
                    int64_t placeBytes) {
  if (!isBetween(weight.rows, 1, mostBytes) ||
      !isBetween(weight.row_bytes, 1, mostBytes) ||
      !isBetween(weight.pitch, weight.row_bytes, mostBytes) ||
      !isBetween(weight.source_pitch, weight.row_bytes, mostBytes) ||
      !isBetween(weight.source, 0, sourceBytes) ||
      !isBetween(weight.place, 0, placeBytes) ||
      weight.place % weightAlignment != 0 ||
      !isBetween(weight.panel_rows, 0, mostRows) ||
      !isBetween(weight.depth_bytes, weight.panel_rows > 0, mostRows))
    return false;
  int64_t rows = weight.rows, source, place;
  // Of the last of rows apart, only what is read must be there.
  int64_t rowBytes = weight.row_bytes, last = 0;
  auto roundUp = [](int64_t &value, int64_t multiple) {
    value += (multiple - value % multiple) % multiple;
  };
  if (weight.panel_rows > 0) {
    roundUp(rows, weight.panel_rows);
    roundUp(rowBytes, weight.depth_bytes);
  } else {
    --rows;
    last = rowBytes;
    rowBytes = weight.source_pitch;
  }
  return !__builtin_mul_overflow(rows, rowBytes, &source) &&
         !__builtin_add_overflow(source, last, &source) &&
         source <= sourceBytes - weight.source &&
         !__builtin_mul_overflow(weight.rows, weight.pitch, &place) &&
         place <= placeBytes - weight.place;
}

static bool isRight(const EmblemDeviceArgument &argument,
                    const EmblemModelTable &table,
                    const EmblemDeviceTable &device) {
  switch (argument.kind) {
  case EMBLEM_ARGUMENT_SHAPE:
  case EMBLEM_ARGUMENT_IDS:
  case EMBLEM_ARGUMENT_SEQUENCES:
  case EMBLEM_ARGUMENT_OFFSETS:
    return true;
  case EMBLEM_ARGUMENT_TYPES:
    return table.token_types > 0;
  case EMBLEM_ARGUMENT_PIXELS:
    return table.image != nullptr;
  case EMBLEM_ARGUMENT_QUERY_TILES:
    return device.query_rows > 0;
  case EMBLEM_ARGUMENT_OUTPUT:
    return isBetween(argument.place, 0, outputCount(table) - 1);
  case EMBLEM_ARGUMENT_WEIGHTS:
    return isBetween(argument.place, 0, device.weights_bytes - 1);
  case EMBLEM_ARGUMENT_ARENA: {
    // Right for the least capacity, it is right for every other.
    const int64_t perToken = device.arena_bytes_per_token;
    return isBetween(argument.per_token, 0, perToken) &&
           isBetween(argument.place, 0,
                     (perToken - argument.per_token) * device.row_padding);
  }
  default:
    return false;
  }
}

static bool isRight(const EmblemDeviceKernel &kernel) {
  return kernel.entry && kernel.code &&
         isBetween(kernel.code_bytes, 1, mostBytes) &&
         isBetween(kernel.cubin_bytes, kernel.cubin != nullptr, mostBytes) &&
         isBetween(kernel.most_rows, 0, mostBytes) &&
         isBetween(kernel.block_rows, 1, mostRows) &&
         isBetween(kernel.grid_x, 1, mostRows) &&
         isBetween(kernel.threads, 1, 1024) &&
         isBetween(kernel.shared_bytes, 0, INT64_C(1) << 20);
}

static const char *describeDamage(const EmblemDeviceStage &stage,
                                  const EmblemModelTable &table,
                                  const EmblemDeviceTable &device) {
  if (!stage.name || stage.output >= outputCount(table) ||
      !isBetween(stage.grid, EMBLEM_GRID_TOKENS, EMBLEM_GRID_QUERY_TILES) ||
      (stage.grid == EMBLEM_GRID_QUERY_TILES && device.query_rows < 1))
    return "a stage for a device has no name, no grid or no output";
  if (!stage.kernels || !isBetween(stage.kernel_count, 1, mostKernels) ||
      stage.kernels[stage.kernel_count - 1].most_rows != 0)
    return "a stage for a device has no kernel for any number of rows";
  for (int64_t i = 0; i < stage.kernel_count; ++i)
    if (!isRight(stage.kernels[i]) ||
        (i > 0 && i + 1 < stage.kernel_count &&
         stage.kernels[i].most_rows <= stage.kernels[i - 1].most_rows))
      return "a kernel for a device has no code, or an impossible grid";
  if (!isBetween(stage.argument_count, 0, mostArguments) ||
      (stage.argument_count > 0 && !stage.arguments))
    return "a stage for a device has too many arguments";
  for (int64_t i = 0; i < stage.argument_count; ++i)
    if (!isRight(stage.arguments[i], table, device))
      return "an argument for a device points to nothing";
  return nullptr;
}

static const char *describeDamage(const EmblemDeviceTable &device,
                                  const EmblemModelTable &table) {
  if (device.kind != EMBLEM_DEVICE_CUDA || !device.target || !device.precision)
    return "it is for a device of no known kind";
  if (!isBetween(device.row_padding, 1, 1 << 20) ||
      !isBetween(device.query_rows, 0, 1 << 20) ||
      !isBetween(device.arena_bytes_per_token, 0, INT64_C(1) << 32) ||
      !isBetween(device.weights_bytes, 0, mostBytes))
    return "its sizes for a device are out of range";
  if (device.weight_count < 0 || (device.weight_count > 0 && !device.weights))
    return "it has no weights for a device";
  for (int64_t i = 0; i < device.weight_count; ++i)
    if (!isRight(device.weights[i], table.weights_bytes,
                 i + 1 < device.weight_count ? device.weights[i + 1].place
                                             : device.weights_bytes))
      return "a weight for a device lies outside of the weights";
  if (!device.stages || !isBetween(device.stage_count, 1, mostStages))
    return "it has no stages for a device, or too many";
  for (int64_t i = 0; i < device.stage_count; ++i)
    if (const char *damage = describeDamage(device.stages[i], table, device))
      return damage;
  return nullptr;
}

const char *
emblem::runtime::describeDeviceDamage(const EmblemModelTable &table) {
  if (!isBetween(table.device_count, 0, 16) ||
      (table.device_count > 0 && !table.devices))
    return "it has no devices, or too many";
  for (int64_t i = 0; i < table.device_count; ++i)
    if (const char *damage = describeDamage(table.devices[i], table))
      return damage;
  return nullptr;
}
