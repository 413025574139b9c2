//===- device_program_test.cpp - A program in PTX through the runtime -----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "emblem/device_table.h"
#include "emblem/emblem.h"
#include "runtime/execute/cuda/cuda_runtime.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace {

constexpr int64_t vocabulary = 100, width = 4, pitch = 256;
constexpr int32_t panelRows = 16, depthBytes = 4;

/// Each token's row of the table, 64 tokens a block.
constexpr char gatherCode[] = R"(
.version 7.0
.target sm_80
.address_size 64
.visible .entry gather(
  .param .u64 gather_param_0, .param .u64 gather_param_1,
  .param .u64 gather_param_2, .param .u64 gather_param_3)
{
  .reg .pred %p<2>;
  .reg .b32 %r<6>;
  .reg .f32 %f<5>;
  .reg .b64 %rd<11>;
  ld.param.u64 %rd1, [gather_param_0];
  ld.param.u64 %rd2, [gather_param_1];
  ld.param.u64 %rd3, [gather_param_2];
  ld.param.u64 %rd4, [gather_param_3];
  mov.u32 %r1, %ctaid.y;
  mov.u32 %r2, %tid.x;
  shl.b32 %r3, %r1, 6;
  add.s32 %r3, %r3, %r2;
  ld.global.u32 %r4, [%rd1];
  setp.ge.s32 %p1, %r3, %r4;
  @%p1 bra $L__END;
  mul.wide.s32 %rd5, %r3, 4;
  add.s64 %rd6, %rd3, %rd5;
  ld.global.u32 %r5, [%rd6];
  mul.wide.s32 %rd7, %r5, 256;
  add.s64 %rd8, %rd4, %rd7;
  ld.global.v4.f32 {%f1, %f2, %f3, %f4}, [%rd8];
  mul.wide.s32 %rd9, %r3, 16;
  add.s64 %rd10, %rd2, %rd9;
  st.global.v4.f32 [%rd10], {%f1, %f2, %f3, %f4};
$L__END:
  ret;
}
)";

/// The sum of each text's rows: a text a block, a column a thread.
constexpr char sumCode[] = R"(
.version 7.0
.target sm_80
.address_size 64
.visible .entry sum(
  .param .u64 sum_param_0, .param .u64 sum_param_1,
  .param .u64 sum_param_2, .param .u64 sum_param_3)
{
  .reg .pred %p<4>;
  .reg .b32 %r<9>;
  .reg .f32 %f<4>;
  .reg .b64 %rd<13>;
  ld.param.u64 %rd1, [sum_param_0];
  ld.param.u64 %rd2, [sum_param_1];
  ld.param.u64 %rd3, [sum_param_2];
  ld.param.u64 %rd4, [sum_param_3];
  mov.u32 %r1, %ctaid.y;
  mov.u32 %r2, %tid.x;
  ld.global.u32 %r3, [%rd1+4];
  setp.ge.s32 %p1, %r1, %r3;
  @%p1 bra $L__END;
  setp.ge.s32 %p2, %r2, 4;
  @%p2 bra $L__END;
  mul.wide.s32 %rd5, %r1, 4;
  add.s64 %rd6, %rd3, %rd5;
  ld.global.u32 %r4, [%rd6];
  ld.global.u32 %r5, [%rd6+4];
  mul.wide.s32 %rd7, %r4, 16;
  add.s64 %rd8, %rd2, %rd7;
  mul.wide.s32 %rd9, %r2, 4;
  add.s64 %rd8, %rd8, %rd9;
  mov.f32 %f1, 0f00000000;
$L__ROW:
  ld.global.f32 %f2, [%rd8];
  add.rn.f32 %f1, %f1, %f2;
  add.s64 %rd8, %rd8, 16;
  add.s32 %r4, %r4, 1;
  setp.lt.s32 %p3, %r4, %r5;
  @%p3 bra $L__ROW;
  mul.wide.s32 %rd10, %r1, 16;
  add.s64 %rd11, %rd4, %rd10;
  add.s64 %rd12, %rd11, %rd9;
  st.global.f32 [%rd12], %f1;
$L__END:
  ret;
}
)";

/// A model for a device alone: the vector of a text is the sum of its tokens'
/// rows. The file has the rows in panels, as for a CPU.
struct PtxModel {
  PtxModel() {
    std::mt19937 random(3);
    for (int64_t row = 0; row < vocabulary; ++row)
      for (int64_t i = 0; i < width; ++i)
        panels[((row / panelRows * width) + i) * panelRows + row % panelRows] =
            rows[row][i] = float(random() % 1000) / 8;
    kernels[0] = {
        "gather", gatherCode, sizeof(gatherCode), nullptr, 0, 0, 64, 1, 64, 0};
    kernels[1] = {"sum", sumCode, sizeof(sumCode), nullptr, 0, 0, 1, 1, 32, 0};
    stages[0] = {"gather", EMBLEM_GRID_TOKENS, -1, 0, 0, 0, 0, 0, &kernels[0],
                 1,        gatherArguments,    4};
    stages[1] = {"sum", EMBLEM_GRID_TEXTS, 0, 0, 0, 0, 0, 0, &kernels[1],
                 1,     sumArguments,      4};
    device.kind = EMBLEM_DEVICE_CUDA;
    device.compute_capability = 80;
    device.row_padding = 64;
    device.target = "cuda";
    device.precision = "f32";
    device.arena_bytes_per_token = width * sizeof(float);
    device.weights_bytes = vocabulary * pitch;
    device.weights = &weight;
    device.weight_count = 1;
    device.stages = stages;
    device.stage_count = 2;
    device.runtime = &emblem_cuda_abi5;
    table.magic = EMBLEM_MAGIC;
    table.abi_version = EMBLEM_ABI_VERSION;
    table.architecture = EMBLEM_OWN_ARCHITECTURE;
    table.self = &table;
    table.name = "ptx";
    table.target = "";
    table.precision = "f32";
    table.weights_distance =
        reinterpret_cast<char *>(panels) - reinterpret_cast<char *>(&table);
    table.weights_bytes = sizeof(panels);
    table.dimension = width;
    table.vocabulary_size = vocabulary;
    table.max_tokens = table.max_positions = 64;
    table.row_block = 1;
    table.devices = &device;
    table.device_count = 1;
  }

  EmblemModelTable table = {};
  EmblemDeviceTable device = {};
  EmblemDeviceKernel kernels[2];
  EmblemDeviceStage stages[2];
  EmblemDeviceArgument gatherArguments[4] = {
      {EMBLEM_ARGUMENT_SHAPE, 0, 0, 0},
      {EMBLEM_ARGUMENT_ARENA, 0, 0, 0},
      {EMBLEM_ARGUMENT_IDS, 0, 0, 0},
      {EMBLEM_ARGUMENT_WEIGHTS, 0, 0, 0}};
  EmblemDeviceArgument sumArguments[4] = {{EMBLEM_ARGUMENT_SHAPE, 0, 0, 0},
                                          {EMBLEM_ARGUMENT_ARENA, 0, 0, 0},
                                          {EMBLEM_ARGUMENT_OFFSETS, 0, 0, 0},
                                          {EMBLEM_ARGUMENT_OUTPUT, 0, 0, 0}};
  EmblemDeviceWeight weight = {.source = 0,
                               .place = 0,
                               .rows = vocabulary,
                               .row_bytes = width * sizeof(float),
                               .pitch = pitch,
                               .source_pitch = width * sizeof(float),
                               .panel_rows = panelRows,
                               .depth_bytes = depthBytes};
  alignas(64) float panels[112 * width] = {};
  float rows[vocabulary][width];
};

struct FreeModel {
  void operator()(EmblemModel *model) const { emblem_free(model); }
};

std::unique_ptr<EmblemModel, FreeModel> open(const EmblemModelTable &table) {
  setenv("EMBLEM_CUDA", EMBLEM_STAND_IN_LIBRARY, 1);
  EmblemOptions options = {};
  options.size = sizeof(options);
  options.threads = 1;
  options.max_batch_tokens = 200;
  EmblemModel *model = nullptr;
  EXPECT_EQ(emblem_open(&table, &options, &model), EMBLEM_OK)
      << emblem_last_error();
  return std::unique_ptr<EmblemModel, FreeModel>(model);
}

} // namespace

TEST(DeviceProgram, GathersAndSums) {
  const PtxModel ptx;
  for (const char *graphs : {"0", "1"}) {
    setenv("EMBLEM_CUDA_GRAPHS", graphs, 1);
    const auto model = open(ptx.table);
    std::mt19937 random(5);
    for (size_t texts : {1, 3, 40}) {
      std::vector<int32_t> ids;
      std::vector<int64_t> offsets = {0};
      std::vector<float> expected(texts * width), vectors(texts * width);
      for (size_t text = 0; text < texts; ++text) {
        for (uint32_t left = 1 + random() % 64; left > 0; --left) {
          ids.push_back(int32_t(random() % vocabulary));
          for (size_t i = 0; i < width; ++i)
            expected[text * width + i] += ptx.rows[ids.back()][i];
        }
        offsets.push_back(int64_t(ids.size()));
      }
      ASSERT_EQ(emblem_embed_ids(model.get(), ids.data(), offsets.data(), texts,
                                 vectors.data()),
                EMBLEM_OK)
          << emblem_last_error();
      EXPECT_EQ(vectors, expected);
    }
  }
}

TEST(DeviceProgram, AFaultIsAnError) {
  PtxModel ptx;
  // Ids where the offsets should be: rows from anywhere.
  ptx.sumArguments[2].kind = EMBLEM_ARGUMENT_IDS;
  const auto model = open(ptx.table);
  const int32_t ids[] = {1, 99};
  const int64_t offsets[] = {0, 2};
  float vector[width];
  EXPECT_EQ(emblem_embed_ids(model.get(), ids, offsets, 1, vector),
            EMBLEM_STAGE_FAILED);
  EXPECT_NE(std::string(emblem_last_error()).find("failed on cuda:0"),
            std::string::npos)
      << emblem_last_error();
}
