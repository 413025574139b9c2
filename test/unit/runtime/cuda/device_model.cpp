//===- device_model.cpp - The small model, for a device too ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/unit/runtime/cuda/device_model.h"

#include "runtime/execute/cuda/cuda_runtime.h"
#include "runtime/platform/shared_library.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>

namespace {

constexpr int64_t blockRows = 4;

template <typename T> T *parameter(const RecordedLaunch &launch, size_t i) {
  return static_cast<T *>(launch.parameters[i]);
}

/// The rows that a launch covers; those beyond the batch are left out.
template <typename Body>
void eachRow(const RecordedLaunch &launch, int64_t rows, const Body &body) {
  const int64_t covered = int64_t(launch.gridY) * launch.gridZ * blockRows;
  EXPECT_GE(covered, rows) << launch.entry;
  for (int64_t row = 0; row < rows; ++row)
    body(row);
}

const EmblemDeviceShape &shapeOf(const RecordedLaunch &launch) {
  return *parameter<EmblemDeviceShape>(launch, 0);
}

/// shape, first and second part of the arena, ids, sequences, offsets, weights
void embedKernel(const RecordedLaunch &launch) {
  eachRow(launch, shapeOf(launch).tokens, [&](int64_t t) {
    const int32_t *offsets = parameter<int32_t>(launch, 5);
    const int64_t text = parameter<int32_t>(launch, 4)[t];
    const float id = float(parameter<int32_t>(launch, 3)[t]);
    const float *factors = parameter<float>(launch, 6);
    parameter<float>(launch, 1)[t] = id * factors[0];
    parameter<float>(launch, 2)[t] =
        id * float(t - offsets[text] + 1) * factors[64];
  });
}

/// shape, offsets, tiles: that the tiles are the texts'.
void tileKernel(const RecordedLaunch &launch) {
  const int32_t *offsets = parameter<int32_t>(launch, 1);
  const EmblemQueryTile *tile = parameter<EmblemQueryTile>(launch, 2);
  int64_t count = 0;
  for (int32_t text = 0; text < shapeOf(launch).texts; ++text)
    for (int32_t row = 0; row < offsets[text + 1] - offsets[text]; row += 3) {
      EXPECT_EQ(tile[count].text, text);
      EXPECT_EQ(tile[count].first, row);
      ++count;
    }
  EXPECT_EQ(count, shapeOf(launch).query_tiles);
  eachRow(launch, count, [](int64_t) {});
}

/// shape, first and second part of the arena, offsets, vectors, weights
void poolKernel(const RecordedLaunch &launch) {
  eachRow(launch, shapeOf(launch).texts, [&](int64_t text) {
    const int32_t *offsets = parameter<int32_t>(launch, 3);
    for (size_t column = 0; column < 2; ++column) {
      float sum = 0;
      for (int64_t t = offsets[text]; t < offsets[text + 1]; ++t)
        sum += parameter<float>(launch, 1 + column)[t];
      parameter<float>(launch, 4)[2 * text + int64_t(column)] =
          sum * *parameter<float>(launch, 5);
    }
  });
}

EmblemDeviceKernel kernelOf(const char *entry, const char *code,
                            int64_t mostRows) {
  return {entry,    code,      int64_t(std::strlen(code)) + 1, nullptr, 0,
          mostRows, blockRows, int32_t(1 + mostRows),          128,     0};
}

constexpr char sharedCode[] = "// tiles and pool";

} // namespace

void *driverSymbol(const char *name) {
  static void *library = emblem::platform::openSystemLibrary(RECORDING_DRIVER);
  return const_cast<void *>(emblem::platform::findSymbol(library, name));
}

RecordingDriver &driver() {
  return *driverFunction<decltype(recordingDriver)>("recordingDriver")();
}

DeviceModel::DeviceModel() {
  setenv("EMBLEM_CUDA", RECORDING_DRIVER, 1);
  RecordingDriver &recorder = driver();
  recorder.~RecordingDriver();
  new (&recorder) RecordingDriver;
  recorder.kernels = {{"embed", {7, embedKernel}},
                      {"embed_few", {7, embedKernel}},
                      {"tiles", {3, tileKernel}},
                      {"pool", {6, poolKernel}}};

  embedKernels[0] = kernelOf("embed_few", "// embed, few rows", 32);
  embedKernels[1] = kernelOf("embed", "// embed", 0);
  embedKernels[1].shared_bytes = 100 << 10;
  tileKernels[0] = kernelOf("tiles", sharedCode, 0);
  poolKernels[0] = kernelOf("pool", sharedCode, 0);
  const EmblemDeviceArgument shape = {EMBLEM_ARGUMENT_SHAPE, 0, 0, 0};
  const EmblemDeviceArgument offsets = {EMBLEM_ARGUMENT_OFFSETS, 0, 0, 0};
  const EmblemDeviceArgument first = {EMBLEM_ARGUMENT_ARENA, 0, 0, 0};
  const EmblemDeviceArgument second = {EMBLEM_ARGUMENT_ARENA, 0, 4, 16};
  std::copy_n(
      std::initializer_list<EmblemDeviceArgument>{
          shape,
          first,
          second,
          {EMBLEM_ARGUMENT_IDS, 0, 0, 0},
          {EMBLEM_ARGUMENT_SEQUENCES, 0, 0, 0},
          offsets,
          {EMBLEM_ARGUMENT_WEIGHTS, 0, 0, 256}}
          .begin(),
      7, embedArguments);
  std::copy_n(
      std::initializer_list<EmblemDeviceArgument>{
          shape, offsets, {EMBLEM_ARGUMENT_QUERY_TILES, 0, 0, 0}}
          .begin(),
      3, tileArguments);
  std::copy_n(
      std::initializer_list<EmblemDeviceArgument>{
          shape,
          first,
          second,
          offsets,
          {EMBLEM_ARGUMENT_OUTPUT, 0, 0, 0},
          {EMBLEM_ARGUMENT_WEIGHTS, 0, 0, 0}}
          .begin(),
      6, poolArguments);
  stages[0] = {"embed", EMBLEM_GRID_TOKENS, -1, 0, 0, 0, 0, 0, embedKernels,
               2,       embedArguments,     7};
  stages[1] = {"tiles", EMBLEM_GRID_QUERY_TILES, -1, 0, 0, 0, 0, 0, tileKernels,
               1,       tileArguments,           3};
  stages[2] = {"pool", EMBLEM_GRID_TEXTS, 0, 0, 0, 0, 0, 0, poolKernels,
               1,      poolArguments,     6};

  // A factor of 1; and two rows in a panel of four, whose first floats are 1.
  packed[0] = 1;
  packed[16] = packed[17] = 1;
  weights[0] = {0, 0, 1, 4, 4, 4, 0, 0};
  weights[1] = {64, 256, 2, 4, 256, 4, 4, 4};

  device = {EMBLEM_DEVICE_CUDA,
            80,
            16,
            3,
            "cuda",
            "bf16",
            12,
            1024,
            weights,
            2,
            stages,
            3,
            &emblem_cuda_abi5};
  table.self = &table;
  table.weights_distance =
      reinterpret_cast<char *>(packed) - reinterpret_cast<char *>(&table);
  table.weights_bytes = sizeof(packed);
  table.devices = &device;
  table.device_count = 1;
}

DeviceModel::~DeviceModel() {
  unsetenv("EMBLEM_CUDA");
  unsetenv("EMBLEM_CUDA_GRAPHS");
}

EmblemOptions optionsFor(const char *device) {
  EmblemOptions options = defaultOptions();
  options.threads = 1;
  options.device = device;
  return options;
}

EmblemStatus embed(EmblemModel *model, const Sequences &sequences,
                   std::vector<float> &vectors) {
  vectors.assign(2 * sequences.count(), 0);
  return emblem_embed_ids(model, sequences.ids.data(), sequences.offsets.data(),
                          sequences.count(), vectors.data());
}

std::vector<float> embedOn(const DeviceModel &model, const char *device,
                           const Sequences &sequences) {
  OwnedModel opened = openModel(model.table, optionsFor(device));
  std::vector<float> vectors;
  EXPECT_EQ(embed(opened.get(), sequences, vectors), EMBLEM_OK)
      << emblem_last_error();
  return vectors;
}
