//===- memory_plan.cpp - An open model's memory on a device ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cuda/memory_plan.h"

#include "runtime/table/error.h"
#include "runtime/table/outputs.h"

#include <algorithm>
#include <cinttypes>

using namespace emblem::runtime;
using namespace emblem::runtime::cuda;

/// These keep every device busy; of more, the first would wait for the last to
/// be tokenized.
static constexpr int64_t usualBatchTokens = 32768;

/// What a batch's texts bring and take, pinned on the host, at most: of vectors
/// as wide as a vocabulary, and of pictures, batches have fewer texts.
static constexpr int64_t mostTextBytes = INT64_C(64) << 20;

/// Kernels count rows, also those beyond the last, in 32 bits.
static constexpr int64_t mostRows = INT64_C(1) << 30;

/// Left for the driver's own needs.
static constexpr int64_t spareBytes = INT64_C(64) << 20;

/// No device has more, and sums of a few such numbers do not overflow.
static constexpr int64_t mostBytes = INT64_C(1) << 50;

static int64_t alignedTo(int64_t value, int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

bool MemoryPlan::make(const EmblemModelTable &table,
                      const EmblemDeviceTable &program, int64_t tokens) {
  int64_t textBytes = pixelsPerImage(table) * int64_t(sizeof(float));
  for (int64_t i = 0; i < outputCount(table); ++i)
    if (const EmblemOutput output = outputOf(table, i);
        output.rows == EMBLEM_ROWS_ARE_SEQUENCES)
      textBytes += output.width * int64_t(sizeof(float));
  const int64_t textTokens = table.image ? table.max_positions : 1;
  int64_t texts = std::clamp(
      tokens / textTokens, INT64_C(1),
      std::max(INT64_C(1), mostTextBytes / std::max(INT64_C(1), textBytes)));
  if (tokens > mostRows)
    return false;
  limits = {tokens, texts, mostTiles(program, tokens, texts)};
  capacity = alignedTo(tokens, program.row_padding);
  if (__builtin_mul_overflow(capacity, program.arena_bytes_per_token,
                             &arenaBytes) ||
      arenaBytes > mostBytes)
    return false;
  arenaBytes = alignedTo(arenaBytes, 256);
  inputBytes = InputLayout(table, program, limits).bytes;
  outputBytes = 0;
  for (int64_t i = 0; i < outputCount(table); ++i) {
    const EmblemOutput output = outputOf(table, i);
    const int64_t rows = output.rows == EMBLEM_ROWS_ARE_TOKENS ? tokens : texts;
    int64_t size;
    if (__builtin_mul_overflow(rows * int64_t(sizeof(float)), output.width,
                               &size) ||
        size > mostBytes)
      return false;
    outputPlace[i] = outputBytes;
    outputBytes += alignedTo(size, 256);
  }
  return true;
}

/// Whether a stage before has a kernel with the code of this one.
static bool isRepeated(const EmblemDeviceTable &program, int64_t stage,
                       int64_t kernel) {
  const char *code = program.stages[stage].kernels[kernel].code;
  for (int64_t i = 0; i <= stage; ++i) {
    const EmblemDeviceStage &one = program.stages[i];
    const int64_t end = i < stage ? one.kernel_count : kernel;
    for (int64_t k = 0; k < end; ++k)
      if (one.kernels[k].code == code)
        return true;
  }
  return false;
}

/// About what the loaded kernels take: their texts are longer than they.
static int64_t moduleBytes(const EmblemDeviceTable &program) {
  int64_t bytes = 0;
  for (int64_t i = 0; i < program.stage_count; ++i)
    for (int64_t k = 0; k < program.stages[i].kernel_count; ++k)
      if (!isRepeated(program, i, k)) // layers have the same kernels
        bytes += program.stages[i].kernels[k].code_bytes;
  return bytes;
}

EmblemStatus emblem::runtime::cuda::planMemory(const Device &device,
                                               const EmblemModelTable &table,
                                               const EmblemDeviceTable &program,
                                               int64_t asked,
                                               MemoryPlan &plan) {
  size_t free = 0, all = 0;
  if (Result error = device.driver.memoryInfo(&free, &all))
    return device.driver.fail(EMBLEM_NO_DEVICE, error,
                              "%s does not say how much memory it has",
                              device.name);
  const int64_t least = table.max_positions;
  const int64_t spare = spareBytes + moduleBytes(program);
  const int64_t most = std::max(int64_t(free) - spare, INT64_C(0));
  int64_t tokens = std::max(asked > 0 ? asked : usualBatchTokens, least);
  while (true) {
    const bool possible = plan.make(table, program, tokens);
    if (possible && plan.bytes() <= most)
      return EMBLEM_OK;
    if (asked > 0 || tokens == least) {
      const char *what = tokens == least ? "use a device with more"
                                         : "choose a smaller max_batch_tokens";
      return possible
                 ? fail(EMBLEM_OUT_OF_MEMORY,
                        "batches of %" PRId64 " tokens need %" PRId64
                        " MiB beside the model's weights, and %s has %" PRId64
                        " MiB free; %s",
                        tokens, ((plan.bytes() + spare) >> 20) + 1, device.name,
                        int64_t(free) >> 20, what)
                 : fail(EMBLEM_OUT_OF_MEMORY,
                        "batches of %" PRId64 " tokens are more than %s can "
                        "be given; %s",
                        tokens, device.name, what);
    }
    tokens = std::max(tokens / 2, least);
  }
}
