//===- check_table.cpp - Whether this runtime can run a table -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/model/check_table.h"

#include "runtime/cpu/cpu_features.h"
#include "runtime/model/check_devices.h"
#include "runtime/table/error.h"
#include "runtime/table/outputs.h"
#include "runtime/table/table_data.h"

#include <algorithm>
#include <cinttypes>
#include <cstddef>
#include <cstdint>
#include <cstring>

using namespace emblem::runtime;

/// Far more than any machine has; a larger number is a mistake.
static constexpr int32_t mostThreads = 4096;

/// Rows are counted in int32 by the compiled code.
static constexpr int64_t mostTokens = INT32_MAX;

/// Keeps all tiles of a batch below 2^31 (plan.h).
static constexpr int64_t mostStages = 8192;

/// The fields that every version has.
static constexpr size_t leastOptionsSize = offsetof(EmblemOptions, device);

/// Far more than any version has; a larger number was never set.
static constexpr size_t mostOptionsSize = 4096;

/// What is wrong with an image's fields, or null.
static const char *describeDamage(const EmblemImageInput &image) {
  constexpr int64_t mostPixels = INT64_C(1) << 30;
  if (image.height < 1 || image.width < 1 ||
      (image.channels != 1 && image.channels != 3) ||
      image.height > mostPixels / image.width / image.channels)
    return "its images' sizes are out of range";
  if (image.resize < EMBLEM_RESIZE_NONE ||
      image.resize > EMBLEM_RESIZE_SHORTEST_EDGE ||
      image.filter < EMBLEM_FILTER_NEAREST ||
      image.filter > EMBLEM_FILTER_LANCZOS ||
      (image.resize != EMBLEM_RESIZE_NONE && image.resize_height < 1) ||
      (image.resize == EMBLEM_RESIZE_EXACT && image.resize_width < 1))
    return "its images are resized in no known way";
  return nullptr;
}

/// What is wrong with the outputs, or null.
static const char *describeOutputDamage(const EmblemModelTable &table) {
  if (table.outputs &&
      (table.output_count < 1 || table.output_count > EMBLEM_MOST_OUTPUTS))
    return "it has no outputs, or too many";
  if (table.inner_count < 0 || (table.inner_count > 0 && !table.inner) ||
      table.inner_count > EMBLEM_MOST_OUTPUTS - outputCount(table))
    return "it has no inner outputs, or too many";
  for (int64_t i = 0; i < allOutputCount(table); ++i)
    if (outputOf(table, i).width < 1)
      return "one of its outputs has no width";
  const EmblemOutput first = outputOf(table, 0);
  for (int64_t i = 0; i < table.inner_count; ++i) {
    const EmblemOutput &one = table.inner[i];
    const bool isTokens =
        one.kind == EMBLEM_TOKENS && one.rows == EMBLEM_ROWS_ARE_TOKENS;
    const bool isRaw = one.kind == EMBLEM_RAW && one.rows == first.rows &&
                       one.width == first.width;
    if (!isTokens && !isRaw)
      return "one of its inner outputs is of no known kind";
  }
  return nullptr;
}

/// What is wrong with the fields, or null.
static const char *describeDamage(const EmblemModelTable &table) {
  if (table.dimension < 1 || table.vocabulary_size < 1)
    return "it has no dimension or no vocabulary";
  if (table.max_tokens < 1 || table.max_tokens > table.max_positions ||
      table.max_positions > mostTokens)
    return "its lengths in tokens are out of order";
  if (table.input < EMBLEM_TAKES_TEXTS || table.input > EMBLEM_TAKES_IMAGES ||
      table.token_types < 0 ||
      (table.input == EMBLEM_TAKES_IMAGES) != (table.image != nullptr))
    return "its input is of no known kind";
  if (const char *damage = table.image ? describeDamage(*table.image) : nullptr)
    return damage;
  if (table.image_tower &&
      (table.input != EMBLEM_TAKES_TEXTS || !table.image_tower->image ||
       table.image_tower->dimension != table.dimension))
    return "its image tower is none, or gives other vectors";
  if (table.arena_bytes_per_token < 0 || table.arena_bytes_per_sequence < 0 ||
      table.row_block < 1 || table.row_tile < 0)
    return "its sizes are out of range";
  if (!table.self && (table.weights_bytes != 0 || table.report_distance != 0))
    return "it does not say where it is, and so not where its weights are";
  if (table.weights_bytes < 0 ||
      (table.weights_bytes != 0 &&
       reinterpret_cast<uintptr_t>(weightsOf(table)) % 64 != 0))
    return "its weights are not aligned to 64 bytes";
  if ((table.stage_count > 0 && !table.stages) || table.stage_count < 0 ||
      table.stage_count > mostStages ||
      (table.stage_count == 0 && table.device_count == 0))
    return "it has no stages, or too many";
  if (const char *damage = describeOutputDamage(table))
    return damage;
  if (table.distance < EMBLEM_COSINE || table.distance > EMBLEM_MEAN_MAX_SIM)
    return "its vectors are compared in no known way";
  if (table.labels && table.input != EMBLEM_TAKES_PAIRS)
    return "it has labels of scores, and no scores";
  if (table.token_count < 0 ||
      (table.token_count > 0 && (!table.token_texts || !table.token_ends)))
    return "its tokens have no texts";
  const int64_t outputs = allOutputCount(table);
  for (int64_t i = 0; i < table.stage_count; ++i) {
    const EmblemStage &stage = table.stages[i];
    if (!stage.run || stage.columns < 1 || stage.output >= outputs ||
        (stage.rows != EMBLEM_ROWS_ARE_TOKENS &&
         stage.rows != EMBLEM_ROWS_ARE_SEQUENCES))
      return "one of its stages has no code, no columns, no rows or no output";
  }
  return describeDeviceDamage(table);
}

/// Whether this CPU runs the code, and this runtime knows all that it needs.
static EmblemStatus checkMachine(const EmblemModelTable &table) {
  const char *target = table.target ? table.target : "another CPU";
  if (table.architecture != EMBLEM_OWN_ARCHITECTURE)
    return fail(EMBLEM_WRONG_CPU,
                "the model was compiled for %s (%s) and this program runs on "
                "%s; compile the model again with --target=native on a machine "
                "like this one",
                target, architectureName(table.architecture),
                architectureName(EMBLEM_OWN_ARCHITECTURE));
  char missing[512];
  if (describeMissingCpuFeatures(table.cpu_features[0], detectCpuFeatures(),
                                 target, missing, sizeof(missing)))
    return fail(EMBLEM_WRONG_CPU, "%s", missing);
  if (table.cpu_features[1] != 0)
    return fail(
        EMBLEM_WRONG_CPU,
        "the model was compiled for %s and needs CPU features that this "
        "runtime does not know; use the runtime that came with the "
        "emblemc that compiled it",
        target);
  if (table.extensions[0] != 0 || table.extensions[1] != 0)
    return fail(EMBLEM_WRONG_ABI,
                "the model needs what this runtime does not have yet; use the "
                "runtime that came with the emblemc that compiled it");
  return EMBLEM_OK;
}

EmblemStatus emblem::runtime::checkTable(const EmblemModelTable *table) {
  if (!table)
    return fail(EMBLEM_INVALID_ARGUMENT, "the model table is null");
  if (table->magic != EMBLEM_MAGIC)
    return fail(EMBLEM_CANNOT_LOAD,
                "this is not a model that emblemc compiled: its table starts "
                "with 0x%08" PRIx32 " and not with 0x%08" PRIx32,
                table->magic, EMBLEM_MAGIC);
  if (table->abi_version != EMBLEM_ABI_VERSION)
    return fail(EMBLEM_WRONG_ABI,
                "the model was compiled for version %" PRIu32
                " of the runtime's interface and this runtime has version "
                "%" PRIu32 "; compile the model again with the emblemc that "
                "came with this runtime",
                table->abi_version, EMBLEM_ABI_VERSION);
  if (EmblemStatus status = checkMachine(*table); status != EMBLEM_OK)
    return status;
  if (const char *damage = describeDamage(*table))
    return fail(EMBLEM_CANNOT_LOAD, "the model's table is damaged: %s", damage);
  return EMBLEM_OK;
}

EmblemStatus emblem::runtime::checkThreads(int32_t threads) {
  if (threads < 0 || threads > mostThreads)
    return fail(EMBLEM_INVALID_ARGUMENT,
                "threads is %" PRId32 "; it must be 1 to %" PRId32
                ", or 0 for as many as the process may use",
                threads, mostThreads);
  return EMBLEM_OK;
}

static EmblemStatus checkOptions(const EmblemOptions &options) {
  if (EmblemStatus status = checkThreads(options.threads); status != EMBLEM_OK)
    return status;
  if (options.max_batch_tokens < 0 || options.max_batch_tokens > mostTokens)
    return fail(EMBLEM_INVALID_ARGUMENT,
                "max_batch_tokens is %" PRId64 "; it must be 1 to %" PRId64
                ", or 0 for the default",
                options.max_batch_tokens, mostTokens);
  // A caller in C may have stored any int in the enum.
  int overflow;
  static_assert(sizeof(overflow) == sizeof(options.overflow));
  std::memcpy(&overflow, &options.overflow, sizeof(overflow));
  if (overflow != EMBLEM_TRUNCATE && overflow != EMBLEM_ERROR)
    return fail(EMBLEM_INVALID_ARGUMENT,
                "overflow is %d; it must be EMBLEM_TRUNCATE or EMBLEM_ERROR",
                overflow);
  return EMBLEM_OK;
}

EmblemStatus emblem::runtime::readOptions(const EmblemOptions *given,
                                          EmblemOptions &options,
                                          DeviceWish &wish) {
  options = {};
  wish = {};
  if (!given)
    return EMBLEM_OK;
  const size_t size = given->size;
  if (size < leastOptionsSize || size > mostOptionsSize ||
      size % alignof(EmblemOptions) != 0)
    return fail(EMBLEM_INVALID_ARGUMENT,
                "the options' size is %zu; set it to sizeof(EmblemOptions), or "
                "pass null for the defaults",
                size);
  const char *bytes = reinterpret_cast<const char *>(given);
  for (size_t i = sizeof(EmblemOptions); i < size; ++i)
    if (bytes[i] != 0)
      return fail(EMBLEM_INVALID_ARGUMENT,
                  "the options set what this version of the runtime does not "
                  "have; leave it 0, or use the runtime of their emblem.h");
  std::memcpy(&options, given, std::min(size, sizeof(EmblemOptions)));
  options.size = sizeof(EmblemOptions);
  if (EmblemStatus status = checkOptions(options); status != EMBLEM_OK)
    return status;
  const char *device = options.device;
  options.device = nullptr;
  return readDeviceWish(device, wish);
}
