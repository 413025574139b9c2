//===- device_weights.cpp - A table's weights on a device -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cuda/device_weights.h"

#include "runtime/execute/cuda/weight_rows.h"
#include "runtime/parallel/thread_pool.h"
#include "runtime/platform/usable_cpus.h"
#include "runtime/table/error.h"
#include "runtime/table/table_data.h"

#include <algorithm>
#include <atomic>
#include <cinttypes>

using namespace emblem;
using namespace emblem::runtime;
using namespace emblem::runtime::cuda;

namespace {

/// One is filled while the other is on its way.
constexpr int blocks = 2;
constexpr int64_t blockBytes = INT64_C(4) << 20;

/// Pinned memory that bytes go through, in order.
/// Panels are gathered element by element: more threads than this wait for the
/// same memory.
constexpr int mostThreads = 8;
constexpr int64_t pieceBytes = INT64_C(128) << 10;

/// Bytes [begin, end) of a weight, piece by piece, by who comes.
struct Block {
  const EmblemDeviceWeight &weight;
  const char *weights;
  int64_t begin, end;
  char *to;
  std::atomic<int64_t> next = begin;

  static void read(void *context, int) {
    auto &block = *static_cast<Block *>(context);
    while (true) {
      const int64_t at = block.next.fetch_add(pieceBytes);
      if (at >= block.end)
        return;
      readWeightRows(block.weight, block.weights, at,
                     std::min(at + pieceBytes, block.end),
                     block.to + (at - block.begin));
    }
  }
};

class Upload {
public:
  explicit Upload(const Driver &driver) : driver(driver) {}
  ~Upload() {
    if (isUnderWay)
      driver.waitForStream(stream); // it may read the blocks still
    if (stream)
      driver.destroyStream(stream);
    for (Event event : sent)
      if (event)
        driver.destroyEvent(event);
    if (memory)
      driver.releasePinned(memory);
  }
  Upload(const Upload &) = delete;
  Upload &operator=(const Upload &) = delete;

  Result begin() {
    threads.start(std::clamp(platform::usableCpus(), 1, mostThreads),
                  /*pin=*/false);
    if (Result error = driver.allocatePinned(&memory, blocks * blockBytes,
                                             pinnedForAllContexts))
      return error;
    for (Event &event : sent)
      if (Result error = driver.createEvent(&event, 0))
        return error;
    return driver.createStream(&stream, streamBesideOthers);
  }

  /// Of `bytes`, those behind the weight are zeros.
  Result send(const EmblemDeviceWeight &weight, int64_t bytes,
              const char *weights, DevicePointer to) {
    isUnderWay = true;
    for (int64_t at = 0; at < bytes; at += blockBytes) {
      const int64_t end = std::min(at + blockBytes, bytes);
      const int block = next++ % blocks;
      char *pinned = static_cast<char *>(memory) + block * blockBytes;
      if (next > blocks)
        if (Result error = driver.waitForEvent(sent[block]))
          return error;
      Block part = {weight, weights, at, end, pinned};
      threads.run(&Block::read, &part);
      if (Result error = driver.copyToDevice(to + uint64_t(at), pinned,
                                             size_t(end - at), stream))
        return error;
      if (Result error = driver.recordEvent(sent[block], stream))
        return error;
    }
    return 0;
  }

  Result finish() {
    isUnderWay = false;
    return driver.waitForStream(stream);
  }

private:
  const Driver &driver;
  ThreadPool threads;
  void *memory = nullptr;
  Event sent[blocks] = {};
  Stream stream = nullptr;
  int64_t next = 0;
  bool isUnderWay = false;
};

Result sendAll(const Driver &driver, const EmblemModelTable &table,
               const EmblemDeviceTable &program, DevicePointer to) {
  Upload upload(driver);
  if (Result error = upload.begin())
    return error;
  for (int64_t i = 0; i < program.weight_count; ++i) {
    const EmblemDeviceWeight &weight = program.weights[i];
    const int64_t end = i + 1 < program.weight_count
                            ? program.weights[i + 1].place
                            : program.weights_bytes;
    if (Result error = upload.send(weight, end - weight.place, weightsOf(table),
                                   to + uint64_t(weight.place)))
      return error;
  }
  return upload.finish();
}

} // namespace

EmblemStatus emblem::runtime::cuda::uploadWeights(
    const Device &device, const EmblemModelTable &table,
    const EmblemDeviceTable &program, DevicePointer &weights) {
  weights = 0;
  if (program.weights_bytes == 0)
    return EMBLEM_OK;
  const Driver &driver = device.driver;
  if (Result error = driver.allocate(&weights, size_t(program.weights_bytes)))
    return driver.fail(EMBLEM_NO_DEVICE, error,
                       "%s has no room for the model's weights, %" PRId64
                       " MiB",
                       device.name, (program.weights_bytes >> 20) + 1);
  if (Result error = sendAll(driver, table, program, weights)) {
    driver.release(weights);
    return driver.fail(EMBLEM_NO_DEVICE, error,
                       "%s does not take the model's weights", device.name);
  }
  return EMBLEM_OK;
}
