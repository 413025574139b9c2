//===- driver.cpp - The stand-in's state ----------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/stand_in/driver.h"

#include <cstdio>
#include <cstdlib>

namespace emblem::stand_in {

static thread_local Context *currentContext = nullptr;

Driver &Driver::get() {
  static Driver driver;
  return driver;
}

Driver::~Driver() {
  if (settings.reports)
    report();
}

Driver::Counts Driver::countAlive() const {
  return {allocations.size(), hostAllocations.size(), modules.count(),
          streams.count(),    events.count(),         graphs.count(),
          graphExecs.count()};
}

void Driver::destroyAll() {
  for (const auto &[address, bytes] : allocations)
    memory.release(address);
  for (const auto &[address, bytes] : hostAllocations)
    std::free(address);
  modules.each([&](Module &module) {
    for (uint64_t variable : module.contents.variables)
      memory.release(variable);
  });
  allocations.clear();
  hostAllocations.clear();
  defaultStream = Stream();
  graphExecs.clear();
  graphs.clear();
  events.clear();
  streams.clear();
  modules.clear();
}

void Driver::report() const {
  static constexpr const char *kinds[kKinds] = {
      "allocations", "host allocations", "modules",          "streams",
      "events",      "graphs",           "executable graphs"};
  std::fprintf(stderr, "stand-in: %llu kernels, %llu graphs launched\n",
               static_cast<unsigned long long>(launches),
               static_cast<unsigned long long>(graphLaunches));
  Counts alive = countAlive();
  bool any = contextUsers > 0;
  for (size_t i = 0; i < kKinds; ++i) {
    if (size_t count = alive[i] + lost[i]) {
      std::fprintf(stderr, "stand-in: alive at the end: %zu %s\n", count,
                   kinds[i]);
      any = true;
    }
  }
  if (contextUsers)
    std::fprintf(stderr, "stand-in: alive at the end: the context\n");
  if (!any)
    std::fprintf(stderr, "stand-in: nothing is alive at the end\n");
}

int Driver::admit(const char *function, Needs needs) {
  if (std::string(function) == "cuInit") {
    settings = Settings::read();
    calls.clear();
  }
  long call = ++calls[function];
  for (const Settings::Failure &planned : settings.failures)
    if (planned.function == function &&
        (planned.call == 0 || planned.call == call)) {
      if (planned.error == LaunchFailed && contextUsers)
        failure = LaunchFailed;
      return planned.error;
    }
  if (needs == Needs::Nothing)
    return Success;
  if (!initialized)
    return NotInitialized;
  if (needs == Needs::Initialized)
    return Success;
  if (!currentContext || !contextUsers)
    return InvalidContext;
  return failure;
}

void Driver::trace(const char *function, int error) const {
  if (std::FILE *file = std::fopen(settings.trace.c_str(), "a")) {
    std::fprintf(file, "%s %d\n", function, error);
    std::fclose(file);
  }
}

int Driver::initialize() {
  if (settings.noDevice)
    return NoDevice;
  initialized = true;
  return Success;
}

int Driver::retain(Context **result) {
  ++contextUsers;
  *result = &context;
  return Success;
}

// All that there is, and a failure, lasts as long as the context. After a
// failure a program can give nothing back.
int Driver::release() {
  if (!contextUsers)
    return InvalidContext;
  if (--contextUsers > 0)
    return Success;
  Counts alive = countAlive();
  for (size_t i = 0; i < kKinds && failure == Success; ++i)
    lost[i] += alive[i];
  destroyAll();
  failure = Success;
  return Success;
}

int Driver::setCurrent(Context *handle) {
  if (handle && handle != &context)
    return InvalidContext;
  currentContext = handle;
  return Success;
}

Context *Driver::current() const { return currentContext; }

Stream *Driver::stream(Stream *handle) {
  if (reinterpret_cast<uintptr_t>(handle) <= 2)
    return &defaultStream;
  return streams.has(handle) ? handle : nullptr;
}

bool Driver::destroyStream(Stream *handle) {
  if (!streams.has(handle))
    return false;
  drain(*handle);
  // An event of a stream that is gone has been reached.
  events.each([&](Event &event) {
    if (event.stream == handle)
      event.stream = nullptr;
  });
  return streams.remove(handle);
}

void Driver::enqueue(Stream &stream, Operation operation) {
  if (stream.captures)
    stream.captured.push_back(std::move(operation));
  else
    stream.queue.push_back(std::move(operation));
}

void Driver::drain(Stream &stream) {
  while (!stream.queue.empty()) {
    Operation operation = std::move(stream.queue.front());
    stream.queue.pop_front();
    // Nothing is done after a failure.
    if (failure == Success)
      operation(*this);
  }
}

int Driver::synchronize(Stream &stream) {
  if (stream.captures) {
    stream.captureFailed = true;
    return CaptureUnsupported;
  }
  if (stream.waitsForDefault) {
    streams.each([&](Stream &other) {
      if (&stream == &defaultStream && other.waitsForDefault)
        drain(other);
    });
    drain(defaultStream);
  }
  drain(stream);
  return failure;
}

int Driver::synchronizeAll() {
  drain(defaultStream);
  streams.each([&](Stream &stream) { drain(stream); });
  return failure;
}

int Driver::refuseInCapture() {
  bool refused = false;
  streams.each([&](Stream &stream) {
    if (!stream.captures || stream.captureMode == Stream::Relaxed)
      return;
    if (stream.captureMode == Stream::ThreadLocal &&
        stream.captureThread != std::this_thread::get_id())
      return;
    stream.captureFailed = refused = true;
  });
  return refused ? CaptureUnsupported : Success;
}

void Driver::run(const ptx::Program &program, const ptx::Launch &launch) {
  ++launches;
  if (settings.skipsKernels)
    return;
  ptx::Outcome outcome = ptx::run(program, memory, launch);
  for (const ptx::Fault &fault : outcome.faults.list()) {
    failure = LaunchFailed;
    std::string key =
        program.entry + std::to_string(fault.line) + ptx::describe(fault.kind);
    if (printed.insert(key).second)
      std::fprintf(stderr, "stand-in: kernel %s: %s\n", program.entry.c_str(),
                   ptx::format(fault).c_str());
  }
}

} // namespace emblem::stand_in
