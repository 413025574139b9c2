//===- driver.h - The stand-in's state --------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Work waits in its stream until somebody synchronises: a host's memory that is
// used again too early shows, as it may on a device.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_STAND_IN_DRIVER_H
#define EMBLEM_TEST_GPU_STAND_IN_DRIVER_H

#include "test/gpu/ptx_machine/machine.h"
#include "test/gpu/stand_in/driver_api.h"
#include "test/gpu/stand_in/settings.h"

#include <array>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace emblem::stand_in {

class Driver;

/// Work of a stream, which a graph may do again and again.
using Operation = std::function<void(Driver &)>;

struct Context {};

struct Function {
  std::shared_ptr<const ptx::Program> program;
  uint32_t dynamicSharedLimit;
};

struct Module {
  ptx::Module contents;
  std::map<std::string, Function> functions;
};

struct Stream {
  bool waitsForDefault = true; // and the default stream for it
  std::deque<Operation> queue;
  // A capture: work goes there and not to the queue.
  bool captures = false, captureFailed = false;
  enum Mode { Global, ThreadLocal, Relaxed } captureMode = Global;
  std::thread::id captureThread;
  std::vector<Operation> captured;
};

struct Event {
  bool timed = true;
  bool recorded = false, reached = false;
  Stream *stream = nullptr;
  std::chrono::steady_clock::time_point when;
};

struct Graph {
  std::vector<Operation> operations;
};
struct GraphExec {
  std::vector<Operation> operations;
};

/// Objects that the program holds by their addresses.
template <typename T> class Objects {
public:
  T *add(T object) {
    auto owned = std::make_unique<T>(std::move(object));
    T *address = owned.get();
    objects.emplace(address, std::move(owned));
    return address;
  }
  bool has(const T *address) const {
    return objects.count(const_cast<T *>(address)) != 0;
  }
  bool remove(T *address) { return objects.erase(address) != 0; }
  size_t count() const { return objects.size(); }
  void clear() { objects.clear(); }
  template <typename Function> void each(Function function) {
    for (auto &[address, object] : objects)
      function(*object);
  }

private:
  std::map<T *, std::unique_ptr<T>> objects;
};

/// What a function of the driver needs before it does anything.
enum class Needs { Nothing, Initialized, CurrentContext };

class Driver {
public:
  static Driver &get();
  ~Driver();

  /// One call at a time, unless it is to fail.
  template <typename Body>
  int call(const char *function, Needs needs, Body body) {
    std::lock_guard<std::recursive_mutex> lock(mutex);
    int error = admit(function, needs);
    try {
      if (!error)
        error = body(*this);
    } catch (const std::bad_alloc &) {
      error = OutOfMemory;
    }
    if (!settings.trace.empty())
      trace(function, error);
    return error;
  }

  int initialize();
  int retain(Context **context);
  int release();
  int setCurrent(Context *context);
  Context *current() const;

  /// `handle` 0, 1 and 2 are the default stream. nullptr if there is none.
  Stream *stream(Stream *handle);
  bool destroyStream(Stream *handle);
  /// To the stream's end, or to its capture.
  void enqueue(Stream &stream, Operation operation);
  /// Does what waits in the stream, or in those that wait for each other.
  int synchronize(Stream &stream);
  int synchronizeAll();
  /// A kernel of the machine; its faults fail everything from here on.
  void run(const ptx::Program &program, const ptx::Launch &launch);
  void fail(int error) { failure = error; }

  /// CaptureUnsupported, and the captures end badly, where a capture does not
  /// allow what is asked.
  int refuseInCapture();

  Settings settings = Settings::read(); // cuInit is not always the first call
  ptx::GlobalMemory memory;
  std::map<DevicePointer, size_t> allocations;
  std::map<void *, size_t> hostAllocations;
  Objects<Module> modules;
  Objects<Stream> streams;
  Objects<Event> events;
  Objects<Graph> graphs;
  Objects<GraphExec> graphExecs;
  Stream defaultStream;
  uint64_t launches = 0, graphLaunches = 0;

private:
  /// How many objects of each kind there are.
  static constexpr size_t kKinds = 7;
  using Counts = std::array<size_t, kKinds>;
  Counts countAlive() const;
  void destroyAll();

  int admit(const char *function, Needs needs);
  void drain(Stream &stream);
  void trace(const char *function, int error) const;
  void report() const;

  std::recursive_mutex mutex;
  bool initialized = false;
  int failure = Success; // that all calls return
  Context context;
  int contextUsers = 0;
  Counts lost = {}; // that a context which ended has taken with it
  std::map<std::string, long> calls;
  std::set<std::string> printed; // faults
};

} // namespace emblem::stand_in

/// The functions' own names, which programs look up.
#define EMBLEM_STAND_IN_FUNCTION                                               \
  extern "C" __attribute__((visibility("default"))) int

#endif // EMBLEM_TEST_GPU_STAND_IN_DRIVER_H
