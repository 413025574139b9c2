//===- graph_cache.h - Launches of a bucket, kept as graphs -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A graph is all launches of a batch in one call of the driver, which takes
// half the time or less. It is made for a bucket of batches when the first of
// them comes.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_EXECUTE_CUDA_GRAPH_CACHE_H
#define EMBLEM_RUNTIME_EXECUTE_CUDA_GRAPH_CACHE_H

#include "runtime/execute/cuda/stage_launch.h"

namespace emblem::runtime::cuda {

class GraphCache {
public:
  /// The graph of those launches; a new one takes the place of the one that was
  /// not asked for the longest.
  EmblemStatus find(const StageLaunches &launches, LaunchableGraph &graph);
  /// The device's context is the thread's.
  void clear(const Driver &driver);

private:
  static constexpr int most = 64;
  struct Entry {
    BatchRows rows;
    uint32_t unwanted;
    LaunchableGraph graph;
    uint64_t lastUse;
  };
  Entry entries[most] = {};
  int count = 0;
  uint64_t uses = 0;
};

} // namespace emblem::runtime::cuda

#endif // EMBLEM_RUNTIME_EXECUTE_CUDA_GRAPH_CACHE_H
