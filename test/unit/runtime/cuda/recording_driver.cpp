//===- recording_driver.cpp - A driver that writes down its calls ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/unit/runtime/cuda/recording_driver.h"

#include <cstdlib>
#include <cstring>
#include <functional>
#include <thread>

namespace {

RecordingDriver recorder;

/// Writes a call down; what it returns where it is to fail, else 0.
int note(const char *function) {
  std::lock_guard<std::mutex> lock(recorder.lock);
  recorder.calls.push_back(function);
  if (recorder.failingFunction == function ||
      int64_t(recorder.calls.size()) == recorder.failingCall)
    return recorder.failure;
  return 0;
}

void made(const char *what) {
  std::lock_guard<std::mutex> lock(recorder.lock);
  recorder.live.insert(what);
}
void gone(const char *what) {
  std::lock_guard<std::mutex> lock(recorder.lock);
  const auto one = recorder.live.find(what);
  if (one == recorder.live.end())
    recorder.live.insert(std::string("twice: ") + what);
  else
    recorder.live.erase(one);
}

struct FakeModule {
  std::string code;
};
struct FakeFunction {
  std::string entry;
};
using Work = std::vector<std::function<void()>>;
struct FakeStream {
  Work queue;
  Work *captured = nullptr;

  uint64_t done = 0; // work that the queue had before

  void add(std::function<void()> work) {
    (captured ? *captured : queue).push_back(std::move(work));
  }
  uint64_t end() const { return done + queue.size(); }
  void runTo(uint64_t place) {
    size_t count = 0;
    for (; done < place; ++done)
      queue[count++]();
    queue.erase(queue.begin(), queue.begin() + ptrdiff_t(count));
  }
};
struct FakeEvent {
  FakeStream *stream = nullptr;
  uint64_t reached = 0; // how much of the stream's work is before it
};

thread_local void *current = nullptr;

int needsContext() { return current ? 0 : 201; }

} // namespace

#define CALL(function)                                                         \
  if (const int failure = note(function))                                      \
  return failure
#define CALL_IN_CONTEXT(function)                                              \
  CALL(function);                                                              \
  if (const int failure = needsContext())                                      \
  return failure

#pragma GCC visibility push(default)
extern "C" {

RecordingDriver *recordingDriver() { return &recorder; }

int cuInit(unsigned) {
  CALL("cuInit");
  return recorder.initializes;
}
int cuDriverGetVersion(int *version) {
  CALL("cuDriverGetVersion");
  *version = recorder.version;
  return 0;
}
int cuGetErrorName(int error, const char **name) {
  *name = error == 2 ? "CUDA_ERROR_OUT_OF_MEMORY" : "CUDA_ERROR_LAUNCH_FAILED";
  return 0;
}
int cuGetErrorString(int, const char **text) {
  *text = "the fake's text";
  return 0;
}
int cuDeviceGetCount(int *count) {
  CALL("cuDeviceGetCount");
  *count = recorder.devices;
  return 0;
}
int cuDeviceGet(int *device, int index) {
  CALL("cuDeviceGet");
  *device = 40 + index;
  return 0;
}
int cuDeviceGetName(char *name, int bytes, int) {
  CALL("cuDeviceGetName");
  strncpy(name, "Recorder", size_t(bytes));
  return 0;
}
int cuDeviceGetAttribute(int *value, int attribute, int device) {
  CALL("cuDeviceGetAttribute");
  const int capability = recorder.capabilities[device - 40];
  *value = attribute == 75 ? capability / 10 : capability % 10;
  return 0;
}
int cuDevicePrimaryCtxRetain(void **context, int device) {
  CALL("cuDevicePrimaryCtxRetain");
  made("context");
  *context = reinterpret_cast<void *>(intptr_t(device));
  return 0;
}
int cuDevicePrimaryCtxRelease_v2(int) {
  gone("context");
  CALL("cuDevicePrimaryCtxRelease_v2");
  return 0;
}
int cuCtxGetCurrent(void **context) {
  CALL("cuCtxGetCurrent");
  *context = current;
  return 0;
}
int cuCtxSetCurrent(void *context) {
  CALL("cuCtxSetCurrent");
  current = context;
  return 0;
}
int cuMemGetInfo_v2(size_t *free, size_t *all) {
  CALL_IN_CONTEXT("cuMemGetInfo_v2");
  *free = recorder.freeBytes;
  *all = recorder.freeBytes;
  return 0;
}
int cuMemAlloc_v2(uint64_t *memory, size_t bytes) {
  CALL_IN_CONTEXT("cuMemAlloc_v2");
  if (bytes > recorder.freeBytes)
    return 2;
  void *block = nullptr;
  if (posix_memalign(&block, 256, bytes) != 0)
    return 2;
  memset(block, 0xAA, bytes);
  made("memory");
  *memory = reinterpret_cast<uint64_t>(block);
  return 0;
}
int cuMemFree_v2(uint64_t memory) {
  gone("memory");
  free(reinterpret_cast<void *>(memory));
  CALL_IN_CONTEXT("cuMemFree_v2");
  return 0;
}
int cuMemHostAlloc(void **memory, size_t bytes, unsigned) {
  CALL_IN_CONTEXT("cuMemHostAlloc");
  *memory = malloc(bytes);
  made("pinned");
  return 0;
}
int cuMemFreeHost(void *memory) {
  gone("pinned");
  free(memory);
  CALL_IN_CONTEXT("cuMemFreeHost");
  return 0;
}
int cuMemcpyHtoDAsync_v2(uint64_t to, const void *from, size_t bytes,
                         FakeStream *stream) {
  CALL_IN_CONTEXT("cuMemcpyHtoDAsync_v2");
  stream->add([=] { memcpy(reinterpret_cast<void *>(to), from, bytes); });
  return 0;
}
int cuMemcpyDtoHAsync_v2(void *to, uint64_t from, size_t bytes,
                         FakeStream *stream) {
  CALL_IN_CONTEXT("cuMemcpyDtoHAsync_v2");
  stream->add([=] { memcpy(to, reinterpret_cast<void *>(from), bytes); });
  return 0;
}
int cuModuleLoadData(FakeModule **module, const void *image) {
  CALL_IN_CONTEXT("cuModuleLoadData");
  const char *text = static_cast<const char *>(image);
  if (*text == '\x7f' && !recorder.takesCubins)
    return 209;
  made("module");
  std::lock_guard<std::mutex> lock(recorder.lock);
  recorder.code.insert(text);
  *module = new FakeModule{text};
  return 0;
}
int cuModuleUnload(FakeModule *module) {
  gone("module");
  delete module;
  CALL_IN_CONTEXT("cuModuleUnload");
  return 0;
}
int cuModuleGetFunction(const FakeFunction **function, FakeModule *,
                        const char *entry) {
  CALL_IN_CONTEXT("cuModuleGetFunction");
  static std::map<std::string, FakeFunction> functions; // of all modules
  if (!recorder.kernels.count(entry))
    return 500;
  std::lock_guard<std::mutex> lock(recorder.lock);
  *function = &functions.try_emplace(entry, FakeFunction{entry}).first->second;
  return 0;
}
int cuFuncSetAttribute(const FakeFunction *function, int attribute, int value) {
  CALL_IN_CONTEXT("cuFuncSetAttribute");
  if (attribute == 8)
    recorder.maxSharedBytes[function] = value;
  return 0;
}
int cuStreamCreate(FakeStream **stream, unsigned) {
  CALL_IN_CONTEXT("cuStreamCreate");
  made("stream");
  *stream = new FakeStream;
  return 0;
}
int cuStreamDestroy_v2(FakeStream *stream) {
  gone("stream");
  delete stream;
  CALL_IN_CONTEXT("cuStreamDestroy_v2");
  return 0;
}
int cuStreamSynchronize(FakeStream *stream) {
  CALL_IN_CONTEXT("cuStreamSynchronize");
  stream->runTo(stream->end());
  return 0;
}
int cuLaunchKernel(const FakeFunction *function, unsigned gridX, unsigned gridY,
                   unsigned gridZ, unsigned threads, unsigned, unsigned,
                   unsigned sharedBytes, FakeStream *stream, void **parameters,
                   void **) {
  CALL_IN_CONTEXT("cuLaunchKernel");
  if (gridY == 0 || gridY > 65535 || gridZ == 0 || gridZ > 65535)
    return 1;
  const RecordedKernel &kernel = recorder.kernels.at(function->entry);
  RecordedLaunch launch = {function->entry, gridX,       gridY, gridZ,
                           threads,         sharedBytes, {}};
  for (size_t i = 0; i < kernel.parameters; ++i)
    launch.parameters.push_back(*static_cast<void **>(parameters[i]));
  stream->add([launch, run = kernel.run] {
    {
      std::lock_guard<std::mutex> lock(recorder.lock);
      recorder.launches.push_back(launch);
    }
    run(launch);
  });
  return 0;
}
int cuEventCreate(FakeEvent **event, unsigned) {
  CALL_IN_CONTEXT("cuEventCreate");
  made("event");
  *event = new FakeEvent;
  return 0;
}
int cuEventDestroy_v2(FakeEvent *event) {
  gone("event");
  delete event;
  CALL_IN_CONTEXT("cuEventDestroy_v2");
  return 0;
}
int cuEventRecord(FakeEvent *event, FakeStream *stream) {
  CALL_IN_CONTEXT("cuEventRecord");
  event->stream = stream;
  event->reached = stream->end();
  return 0;
}
int cuEventSynchronize(FakeEvent *event) {
  CALL_IN_CONTEXT("cuEventSynchronize");
  event->stream->runTo(event->reached);
  return 0;
}
int cuEventElapsedTime(float *milliseconds, FakeEvent *, FakeEvent *) {
  CALL_IN_CONTEXT("cuEventElapsedTime");
  *milliseconds = 0.5f;
  return 0;
}
int cuStreamBeginCapture_v2(FakeStream *stream, int) {
  CALL_IN_CONTEXT("cuStreamBeginCapture_v2");
  stream->captured = new Work;
  return 0;
}
int cuStreamEndCapture(FakeStream *stream, Work **graph) {
  *graph = stream->captured;
  stream->captured = nullptr;
  made("graph");
  CALL_IN_CONTEXT("cuStreamEndCapture");
  return 0;
}
int cuGraphInstantiateWithFlags(Work **launchable, const Work *graph,
                                unsigned long long) {
  CALL_IN_CONTEXT("cuGraphInstantiateWithFlags");
  made("launchable graph");
  *launchable = new Work(*graph);
  return 0;
}
int cuGraphDestroy(Work *graph) {
  gone("graph");
  delete graph;
  CALL_IN_CONTEXT("cuGraphDestroy");
  return 0;
}
int cuGraphLaunch(const Work *graph, FakeStream *stream) {
  CALL_IN_CONTEXT("cuGraphLaunch");
  for (const std::function<void()> &work : *graph)
    stream->add(work);
  return 0;
}
int cuGraphExecDestroy(Work *graph) {
  gone("launchable graph");
  delete graph;
  CALL_IN_CONTEXT("cuGraphExecDestroy");
  return 0;
}
}
#pragma GCC visibility pop
