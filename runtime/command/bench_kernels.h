//===- bench_kernels.h - A batch's time by kernels --------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_BENCH_KERNELS_H
#define EMBLEM_RUNTIME_COMMAND_BENCH_KERNELS_H

#include "emblem/model_table.h"
#include "runtime/command/options.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace emblem::command {

/// The stages that are one kernel with different weights: the same in every
/// layer.
struct KernelRow {
  std::string name;            // "layer.*.feed_forward_up"
  std::vector<int64_t> stages; // indices into the model's stages
};

/// A stage's name with '*' for each part that is a number.
std::string kernelName(std::string_view stageName);

/// In the order of each row's first stage.
std::vector<KernelRow> kernelRows(std::span<const EmblemStage> stages);

/// `bench --per-kernel`. Returns the exit code.
int runBenchKernels(const EmblemModelTable &table, const Options &options);

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_BENCH_KERNELS_H
