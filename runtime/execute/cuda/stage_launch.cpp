//===- stage_launch.cpp - A batch's stages, launched ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cuda/stage_launch.h"

using namespace emblem::runtime;
using namespace emblem::runtime::cuda;

/// The first that takes so many rows; the last takes any number.
/// In a grid's second dimension.
static constexpr int64_t mostBlocks = 65535;

int64_t StageLaunches::kernelOf(const EmblemDeviceStage &stage) const {
  const int64_t count = rows.of(stage.grid);
  int64_t kernel = 0;
  while (kernel + 1 < stage.kernel_count &&
         stage.kernels[kernel].most_rows < count)
    ++kernel;
  return kernel;
}

DevicePointer
StageLaunches::addressOf(const EmblemDeviceArgument &argument) const {
  auto input = [&](int64_t place) { return places.input + uint64_t(place); };
  switch (argument.kind) {
  case EMBLEM_ARGUMENT_ARENA:
    return places.arena +
           uint64_t(argument.per_token * places.capacity + argument.place);
  case EMBLEM_ARGUMENT_WEIGHTS:
    return places.weights + uint64_t(argument.place);
  case EMBLEM_ARGUMENT_IDS:
    return input(layout.ids);
  case EMBLEM_ARGUMENT_SEQUENCES:
    return input(layout.sequences);
  case EMBLEM_ARGUMENT_OFFSETS:
    return input(layout.offsets);
  case EMBLEM_ARGUMENT_TYPES:
    return input(layout.types);
  case EMBLEM_ARGUMENT_PIXELS:
    return input(layout.pixels);
  case EMBLEM_ARGUMENT_QUERY_TILES:
    return input(layout.tiles);
  case EMBLEM_ARGUMENT_OUTPUT:
    return places.outputs + uint64_t(places.outputPlace[argument.place]);
  default:
    return input(layout.shape);
  }
}

Result StageLaunches::launchStage(int64_t index) const {
  const EmblemDeviceStage &stage = program.stages[index];
  const int64_t number = kernelOf(stage);
  const EmblemDeviceKernel &kernel = stage.kernels[number];
  DevicePointer values[mostArguments];
  void *parameters[mostArguments];
  for (int64_t i = 0; i < stage.argument_count; ++i) {
    values[i] = addressOf(stage.arguments[i]);
    parameters[i] = &values[i];
  }
  const int64_t blocks =
      (rows.of(stage.grid) + kernel.block_rows - 1) / kernel.block_rows;
  // Kernels count along y and then z, and return beyond their rows.
  const int64_t layers = (blocks + mostBlocks - 1) / mostBlocks;
  const int64_t layer = (blocks + layers - 1) / layers;
  return shared.device().driver.launch(
      shared.function(index, number), unsigned(kernel.grid_x), unsigned(layer),
      unsigned(layers), unsigned(kernel.threads), 1, 1,
      unsigned(kernel.shared_bytes), stream, parameters, nullptr);
}

EmblemStatus StageLaunches::load() const {
  return shared.load(
      [](const void *context, int64_t index) {
        const auto &self = *static_cast<const StageLaunches *>(context);
        const EmblemDeviceStage &stage = self.program.stages[index];
        return self.isWanted(stage) ? self.kernelOf(stage) : -1;
      },
      this);
}

EmblemStatus StageLaunches::launch(Event *events) const {
  const Device &device = shared.device();
  for (int64_t i = 0; i <= program.stage_count; ++i) {
    Result error = events ? device.driver.recordEvent(events[i], stream) : 0;
    if (i == program.stage_count && error == 0)
      return EMBLEM_OK;
    if (error == 0 && isWanted(program.stages[i]))
      error = launchStage(i);
    if (error != 0)
      return device.driver.fail(
          EMBLEM_STAGE_FAILED, error,
          "%s did not start the model's stage %s; this call gives no vectors",
          device.name,
          i < program.stage_count ? program.stages[i].name : "behind the last");
  }
  return EMBLEM_OK;
}
