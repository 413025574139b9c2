//===- cuda_model.h - A model that is open on a device ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_EXECUTE_CUDA_CUDA_MODEL_H
#define EMBLEM_RUNTIME_EXECUTE_CUDA_CUDA_MODEL_H

#include "runtime/execute/cuda/graph_cache.h"
#include "runtime/execute/cuda/memory_plan.h"

namespace emblem::runtime::cuda {

/// A stream with its memory. What the host has of it is pinned and there twice:
/// while the device has one batch, the next is filled in and queued behind it.
struct CudaModel : EmblemDeviceModel {
  ~CudaModel();

  EmblemStatus prepare(const EmblemDeviceSetup &setup);
  EmblemStatus start(const EmblemDeviceBatch &batch);
  EmblemStatus finish();

private:
  /// Texts that are on their way through the device.
  struct Flight {
    char *input = nullptr, *output = nullptr; // pinned
    Event arrival = nullptr;                  // of the outputs
    bool begun = false;
    BatchRows rows = {};
    float *outputs[EMBLEM_MOST_OUTPUTS] = {};
    int64_t *stageNanoseconds = nullptr;
  };

  EmblemStatus allocate();
  EmblemStatus checkProcess() const;
  EmblemStatus startParts(const EmblemDeviceBatch &batch);
  EmblemStatus send(Flight &flight, const EmblemDeviceBatch &batch,
                    int64_t first);
  EmblemStatus launch(const Flight &flight, const InputLayout &layout,
                      const BatchRows &bucket);
  EmblemStatus launchTimed(const StageLaunches &launches);
  EmblemStatus fetch(const Flight &flight);
  EmblemStatus land(Flight &flight);
  EmblemStatus addTimes(int64_t *stageNanoseconds);
  const Driver &driver() const { return shared->device().driver; }
  int64_t bytesOf(int64_t output, const BatchRows &rows) const;
  int64_t textsFrom(const EmblemDeviceBatch &batch, int64_t first) const;

  const EmblemModelTable *table = nullptr;
  SharedProgram *shared = nullptr;
  int process = 0; // the driver works in no other
  bool usesGraphs = true;
  bool isF16 = false;
  MemoryPlan plan;
  DevicePlaces places = {};
  DevicePointer memory = 0;
  void *pinned = nullptr; // of both flights
  Stream stream = nullptr;
  GraphCache graphs;
  HeapArray<Event> events; // [stages + 1], when a batch is timed
  Flight flights[2];
  int next = 0; // the flight that begins next, and has landed
};

} // namespace emblem::runtime::cuda

#endif // EMBLEM_RUNTIME_EXECUTE_CUDA_CUDA_MODEL_H
