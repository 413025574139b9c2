//===- cuda_model.cpp - A model that is open on a device ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cuda/cuda_model.h"

#include "runtime/platform/process.h"
#include "runtime/table/error.h"
#include "runtime/table/outputs.h"

#include <cinttypes>
#include <cstring>

using namespace emblem::runtime;
using namespace emblem::runtime::cuda;

EmblemStatus CudaModel::prepare(const EmblemDeviceSetup &setup) {
  table = setup.table;
  process = platform::processNumber();
  const char *wish = platform::environmentVariable("EMBLEM_CUDA_GRAPHS");
  usesGraphs = !wish || std::strcmp(wish, "0") != 0;
  Device chosen;
  if (EmblemStatus status = chosen.choose(*table, setup.index, device);
      status != EMBLEM_OK)
    return status;
  if (EmblemStatus status =
          SharedProgram::acquire(chosen, *table, *device, shared);
      status != EMBLEM_OK)
    return status;
  std::memcpy(name, chosen.name, sizeof(name));
  ContextScope scope(shared->device());
  if (EmblemStatus status = scope.check(EMBLEM_NO_DEVICE); status != EMBLEM_OK)
    return status;
  if (EmblemStatus status = planMemory(shared->device(), *table, *device,
                                       setup.max_batch_tokens, plan);
      status != EMBLEM_OK)
    return status;
  isF16 = std::strcmp(device->precision, "f16") == 0;
  capacity = plan.limits.tokens;
  arena_bytes = plan.arenaBytes;
  peak_flops = chosen.peakFlops(*device);
  return allocate();
}

EmblemStatus CudaModel::allocate() {
  const int64_t bytes = plan.inputBytes + plan.outputBytes;
  Result error = driver().allocate(&memory, size_t(plan.bytes()));
  if (error == 0)
    error = driver().allocatePinned(&pinned, size_t(2 * bytes),
                                    pinnedForAllContexts);
  if (error == 0)
    error = driver().createStream(&stream, streamBesideOthers);
  for (Flight &flight : flights) {
    flight.input = static_cast<char *>(pinned) + (&flight - flights) * bytes;
    flight.output = flight.input + plan.inputBytes;
    if (error == 0)
      error = driver().createEvent(&flight.arrival, eventWithoutTime);
  }
  if (error != 0)
    return driver().fail(EMBLEM_NO_DEVICE, error,
                         "%s has no room for batches of %" PRId64
                         " tokens, %" PRId64 " MiB",
                         name, capacity, (plan.bytes() >> 20) + 1);
  places = {.arena = memory,
            .weights = shared->weights(),
            .input = memory + uint64_t(plan.arenaBytes),
            .outputs = memory + uint64_t(plan.arenaBytes + plan.inputBytes),
            .capacity = plan.capacity,
            .outputPlace = plan.outputPlace};
  return EMBLEM_OK;
}

CudaModel::~CudaModel() {
  if (!shared)
    return;
  const bool inChild = process != platform::processNumber();
  if (!inChild) {
    ContextScope scope(shared->device());
    if (stream) {
      driver().waitForStream(stream);
      graphs.clear(driver());
      driver().destroyStream(stream);
    }
    for (Flight &flight : flights)
      if (flight.arrival)
        driver().destroyEvent(flight.arrival);
    for (int64_t i = 0; events.data() && i <= device->stage_count; ++i)
      if (events[size_t(i)])
        driver().destroyEvent(events[size_t(i)]);
    if (pinned)
      driver().releasePinned(pinned);
    if (memory)
      driver().release(memory);
  }
  shared->release(inChild);
}

EmblemStatus CudaModel::checkProcess() const {
  return process == platform::processNumber()
             ? EMBLEM_OK
             : fail(EMBLEM_NO_DEVICE,
                    "the model was opened on %s before this process was "
                    "forked, and CUDA does not work in a child; open models "
                    "for cuda in the child alone",
                    name);
}

int64_t CudaModel::bytesOf(int64_t index, const BatchRows &rows) const {
  const EmblemOutput one = outputOf(*table, index);
  return (one.rows == EMBLEM_ROWS_ARE_TOKENS ? rows.tokens : rows.texts) *
         one.width * int64_t(sizeof(float));
}

/// How many texts go together.
int64_t CudaModel::textsFrom(const EmblemDeviceBatch &batch,
                             int64_t first) const {
  int64_t end = first + 1;
  while (end < batch.texts && end - first < plan.limits.texts &&
         batch.offsets[end + 1] - batch.offsets[first] <= plan.limits.tokens)
    ++end;
  return end - first;
}

EmblemStatus CudaModel::start(const EmblemDeviceBatch &batch) {
  if (EmblemStatus status = checkProcess(); status != EMBLEM_OK)
    return status;
  ContextScope scope(shared->device());
  EmblemStatus status = scope.check(EMBLEM_STAGE_FAILED);
  if (status != EMBLEM_OK)
    return status;
  status = startParts(batch);
  if (status != EMBLEM_OK) {
    driver().waitForStream(stream); // some of it may run
    for (Flight &flight : flights)
      flight.begun = false;
  }
  return status;
}

EmblemStatus CudaModel::startParts(const EmblemDeviceBatch &batch) {
  OutputRows outputs;
  std::memcpy(outputs.of, batch.outputs, sizeof(outputs.of));
  for (int64_t first = 0; first < batch.texts;) {
    Flight &flight = flights[next];
    flight.rows = rowsOf(*device, batch, first, textsFrom(batch, first));
    std::memcpy(flight.outputs, outputs.of, sizeof(flight.outputs));
    flight.stageNanoseconds = batch.stage_nanoseconds;
    if (EmblemStatus status = send(flight, batch, first); status != EMBLEM_OK)
      return status;
    first += flight.rows.texts;
    outputs = advance(*table, outputs, flight.rows.texts, flight.rows.tokens);
    next = 1 - next;
    // Times are measured one batch after the other.
    if (EmblemStatus status = land(flights[next]); status != EMBLEM_OK)
      return status;
    if (flight.stageNanoseconds)
      if (EmblemStatus status = land(flight); status != EMBLEM_OK)
        return status;
  }
  return EMBLEM_OK;
}

EmblemStatus CudaModel::finish() {
  Flight &last = flights[1 - next];
  if (!last.begun)
    return EMBLEM_OK;
  EmblemStatus status = checkProcess();
  if (status == EMBLEM_OK) {
    ContextScope scope(shared->device());
    status = scope.check(EMBLEM_STAGE_FAILED);
    if (status == EMBLEM_OK)
      return land(last);
  }
  last.begun = false; // its outputs are no longer wanted
  return status;
}

/// Queues texts of a batch on the stream: their input, stages and outputs.
EmblemStatus CudaModel::send(Flight &flight, const EmblemDeviceBatch &batch,
                             int64_t first) {
  const BatchRows bucket = bucketOf(*device, flight.rows, plan.limits);
  const InputLayout layout(*table, *device, bucket);
  const int64_t used = fillInput(*table, *device, batch, first, flight.rows,
                                 layout, flight.input);
  if (Result error = driver().copyToDevice(places.input, flight.input,
                                           size_t(used), stream))
    return driver().fail(EMBLEM_STAGE_FAILED, error,
                         "%s does not take a batch; this call gives no vectors",
                         name);
  if (EmblemStatus status = launch(flight, layout, bucket); status != EMBLEM_OK)
    return status;
  if (EmblemStatus status = fetch(flight); status != EMBLEM_OK)
    return status;
  flight.begun = true;
  return EMBLEM_OK;
}

EmblemStatus CudaModel::launch(const Flight &flight, const InputLayout &layout,
                               const BatchRows &bucket) {
  const bool asGraph = usesGraphs && !flight.stageNanoseconds;
  uint32_t unwanted = 0;
  for (int64_t i = 0; i < outputCount(*table); ++i)
    unwanted |= uint32_t(!flight.outputs[i]) << i;
  const StageLaunches launches = {.shared = *shared,
                                  .program = *device,
                                  .places = places,
                                  .layout = layout,
                                  .rows = asGraph ? bucket : flight.rows,
                                  .unwanted = unwanted,
                                  .stream = stream};
  if (EmblemStatus status = launches.load(); status != EMBLEM_OK)
    return status;
  if (flight.stageNanoseconds)
    return launchTimed(launches);
  if (!asGraph)
    return launches.launch(nullptr);
  LaunchableGraph graph = nullptr;
  if (EmblemStatus status = graphs.find(launches, graph); status != EMBLEM_OK)
    return status;
  const Result error = driver().launchGraph(graph, stream);
  return error == 0
             ? EMBLEM_OK
             : driver().fail(EMBLEM_STAGE_FAILED, error,
                             "%s did not start the model's stages; this call "
                             "gives no vectors",
                             name);
}

EmblemStatus CudaModel::launchTimed(const StageLaunches &launches) {
  const auto count = size_t(device->stage_count + 1);
  if (!events.data() && !events.allocate(count))
    return fail(EMBLEM_OUT_OF_MEMORY, "there is no memory to time stages");
  for (size_t i = 0; i < count; ++i)
    if (!events[i])
      if (Result error = driver().createEvent(&events[i], 0))
        return driver().fail(EMBLEM_STAGE_FAILED, error,
                             "%s does not time stages", name);
  return launches.launch(events.data());
}

/// Has the wanted outputs come behind the stages.
EmblemStatus CudaModel::fetch(const Flight &flight) {
  Result error = 0;
  for (int64_t i = 0; i < outputCount(*table) && error == 0; ++i)
    if (flight.outputs[i])
      error =
          driver().copyToHost(flight.output + plan.outputPlace[i],
                              places.outputs + uint64_t(plan.outputPlace[i]),
                              size_t(bytesOf(i, flight.rows)), stream);
  if (error == 0)
    error = driver().recordEvent(flight.arrival, stream);
  return error == 0
             ? EMBLEM_OK
             : driver().fail(EMBLEM_STAGE_FAILED, error,
                             "%s does not give the vectors of a batch", name);
}

/// What is beyond f16 became a NaN, and what is made of it is one.
static bool hasNans(const char *floats, int64_t bytes) {
  bool found = false;
  for (int64_t at = 0; at < bytes; at += int64_t(sizeof(float))) {
    float value;
    std::memcpy(&value, floats + at, sizeof(float));
    found |= value != value;
  }
  return found;
}

/// Waits for texts on their way, if they are, and gives their results to where
/// they are wanted.
EmblemStatus CudaModel::land(Flight &flight) {
  if (!flight.begun)
    return EMBLEM_OK;
  flight.begun = false;
  if (Result error = driver().waitForEvent(flight.arrival))
    return driver().fail(EMBLEM_STAGE_FAILED, error,
                         "the model's stages failed on %s; this call gives no "
                         "vectors",
                         name);
  for (int64_t i = 0; i < outputCount(*table); ++i)
    if (isF16 && flight.outputs[i] &&
        hasNans(flight.output + plan.outputPlace[i], bytesOf(i, flight.rows)))
      return fail(EMBLEM_STAGE_FAILED,
                  "a text's numbers go beyond f16, which ends at 65504; this "
                  "call gives no vectors: compile the model with "
                  "--precision=bf16");
  for (int64_t i = 0; i < outputCount(*table); ++i)
    if (flight.outputs[i])
      std::memcpy(flight.outputs[i], flight.output + plan.outputPlace[i],
                  size_t(bytesOf(i, flight.rows)));
  return flight.stageNanoseconds ? addTimes(flight.stageNanoseconds)
                                 : EMBLEM_OK;
}

EmblemStatus CudaModel::addTimes(int64_t *stageNanoseconds) {
  for (int64_t i = 0; i < device->stage_count; ++i) {
    float milliseconds = 0;
    if (Result error = driver().eventMilliseconds(
            &milliseconds, events[size_t(i)], events[size_t(i) + 1]))
      return driver().fail(EMBLEM_STAGE_FAILED, error,
                           "%s does not time stages", name);
    stageNanoseconds[i] += int64_t(double(milliseconds) * 1e6);
  }
  return EMBLEM_OK;
}
