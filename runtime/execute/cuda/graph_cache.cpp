//===- graph_cache.cpp - Launches of a bucket, kept as graphs -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cuda/graph_cache.h"

using namespace emblem::runtime;
using namespace emblem::runtime::cuda;

static EmblemStatus record(const StageLaunches &launches,
                           LaunchableGraph &launchable) {
  const Device &device = launches.shared.device();
  const Driver &driver = device.driver;
  auto failed = [&](Result error) {
    return driver.fail(EMBLEM_STAGE_FAILED, error,
                       "%s does not make a graph of the model's stages; "
                       "EMBLEM_CUDA_GRAPHS=0 does without",
                       device.name);
  };
  if (Result error = driver.beginCapture(launches.stream, captureOfThisThread))
    return failed(error);
  const EmblemStatus status = launches.launch(nullptr);
  Graph graph = nullptr;
  Result error = driver.endCapture(launches.stream, &graph);
  if (status == EMBLEM_OK && error == 0)
    error = driver.instantiateGraph(&launchable, graph, 0);
  if (graph)
    driver.destroyGraph(graph);
  return status != EMBLEM_OK ? status : error != 0 ? failed(error) : EMBLEM_OK;
}

EmblemStatus GraphCache::find(const StageLaunches &launches,
                              LaunchableGraph &graph) {
  Entry *oldest = &entries[0];
  for (int i = 0; i < count; ++i) {
    Entry &entry = entries[i];
    if (entry.rows == launches.rows && entry.unwanted == launches.unwanted) {
      entry.lastUse = ++uses;
      graph = entry.graph;
      return EMBLEM_OK;
    }
    if (entry.lastUse < oldest->lastUse)
      oldest = &entry;
  }
  if (EmblemStatus status = record(launches, graph); status != EMBLEM_OK)
    return status;
  if (count < most)
    oldest = &entries[count++];
  else
    launches.shared.device().driver.destroyLaunchable(oldest->graph);
  *oldest = {launches.rows, launches.unwanted, graph, ++uses};
  return EMBLEM_OK;
}

void GraphCache::clear(const Driver &driver) {
  while (count > 0)
    driver.destroyLaunchable(entries[--count].graph);
}
