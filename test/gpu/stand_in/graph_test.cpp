//===- graph_test.cpp - The stand-in's streams, events and graphs ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/stand_in/loaded_driver.h"

#include <thread>

using namespace emblem::stand_in;

namespace {

class GraphTest : public StandInTest {
protected:
  int beginCapture(Stream *stream, int mode = 1) {
    return call("cuStreamBeginCapture_v2", stream, mode);
  }
  int endCapture(Stream *stream, Graph **graph) {
    return call("cuStreamEndCapture", stream, graph);
  }
};

TEST_F(GraphTest, WorkIsDoneAgainAtEachLaunch) {
  Stream *stream = newStream();
  Function *function = loadScale();
  DevicePointer memory = allocate(128);
  std::vector<int> values(32, 1);
  upload(memory, values.data(), 128, stream);
  EXPECT_EQ(synchronize(stream), Success);

  EXPECT_EQ(beginCapture(stream), Success);
  EXPECT_EQ(beginCapture(stream), IllegalState);
  EXPECT_EQ(launchScale(function, memory, memory, 3, stream), Success);
  EXPECT_EQ(download(values.data(), memory, 128, stream), Success);
  Graph *graph = nullptr;
  EXPECT_EQ(endCapture(stream, &graph), Success);
  // A capture does nothing.
  EXPECT_EQ(synchronize(stream), Success);
  EXPECT_EQ(values[0], 1);

  GraphExec *exec = nullptr;
  EXPECT_EQ(call("cuGraphInstantiateWithFlags", &exec, graph, 0ull), Success);
  EXPECT_EQ(call("cuGraphDestroy", graph), Success);
  for (int want : {3, 9, 27}) {
    EXPECT_EQ(call("cuGraphLaunch", exec, stream), Success);
    EXPECT_EQ(synchronize(stream), Success);
    EXPECT_EQ(values[5], want);
  }
  EXPECT_EQ(call("cuGraphExecDestroy", exec), Success);
  EXPECT_EQ(call("cuGraphLaunch", exec, stream), InvalidHandle);
}

TEST_F(GraphTest, WaitingEndsACaptureBadly) {
  Stream *stream = newStream();
  Graph *graph = nullptr;
  EXPECT_EQ(beginCapture(stream), Success);
  EXPECT_EQ(synchronize(stream), CaptureUnsupported);
  EXPECT_EQ(endCapture(stream, &graph), CaptureInvalidated);
  EXPECT_EQ(graph, nullptr);
  EXPECT_EQ(endCapture(stream, &graph), IllegalState);
}

TEST_F(GraphTest, AllocatingEndsACaptureBadly) {
  Stream *stream = newStream();
  Graph *graph = nullptr;
  DevicePointer address;
  EXPECT_EQ(beginCapture(stream), Success);
  EXPECT_EQ(call("cuMemAlloc_v2", &address, size_t(4)), CaptureUnsupported);
  EXPECT_EQ(endCapture(stream, &graph), CaptureInvalidated);
  // A relaxed capture allows it.
  EXPECT_EQ(beginCapture(stream, 2), Success);
  EXPECT_EQ(call("cuMemAlloc_v2", &address, size_t(4)), Success);
  EXPECT_EQ(endCapture(stream, &graph), Success);
}

TEST_F(GraphTest, OtherThreadsMayAllocateIfTheCaptureIsLocal) {
  Stream *stream = newStream();
  for (int mode : {0, 1}) {
    EXPECT_EQ(beginCapture(stream, mode), Success);
    int allocated = -1, ended = -1;
    std::thread other([&] {
      Graph *graph;
      DevicePointer address;
      call("cuCtxSetCurrent", context);
      allocated = call("cuMemAlloc_v2", &address, size_t(4));
      ended = endCapture(stream, &graph);
    });
    other.join();
    EXPECT_EQ(allocated, mode == 0 ? CaptureUnsupported : Success);
    EXPECT_EQ(ended, CaptureWrongThread);
    Graph *graph = nullptr;
    EXPECT_EQ(endCapture(stream, &graph),
              mode == 0 ? CaptureInvalidated : Success);
  }
}

TEST_F(GraphTest, TheDefaultStreamIsNotCaptured) {
  EXPECT_EQ(beginCapture(nullptr), CaptureUnsupported);
}

TEST_F(GraphTest, EventsAreReachedWithTheirStream) {
  Stream *stream = newStream();
  Event *begin = nullptr, *end = nullptr;
  float milliseconds = -1;
  EXPECT_EQ(call("cuEventCreate", &begin, 0u), Success);
  EXPECT_EQ(call("cuEventCreate", &end, 0u), Success);
  EXPECT_EQ(call("cuEventElapsedTime", &milliseconds, begin, end),
            InvalidHandle);
  EXPECT_EQ(call("cuEventRecord", begin, stream), Success);
  EXPECT_EQ(call("cuEventRecord", end, stream), Success);
  EXPECT_EQ(call("cuEventElapsedTime", &milliseconds, begin, end), NotReady);
  EXPECT_EQ(call("cuEventSynchronize", end), Success);
  EXPECT_EQ(call("cuEventElapsedTime", &milliseconds, begin, end), Success);
  EXPECT_GE(milliseconds, 0);
  EXPECT_EQ(call("cuEventDestroy_v2", begin), Success);
  EXPECT_EQ(call("cuEventDestroy_v2", begin), InvalidHandle);
}

TEST_F(GraphTest, AStreamWaitsForAnothersEvent) {
  Stream *first = newStream(), *second = newStream();
  Event *event = nullptr;
  DevicePointer memory = allocate(4);
  int value = 42, result = 0;
  EXPECT_EQ(call("cuEventCreate", &event, 2u), Success);
  upload(memory, &value, 4, first);
  EXPECT_EQ(call("cuEventRecord", event, first), Success);
  EXPECT_EQ(call("cuStreamWaitEvent", second, event, 0u), Success);
  download(&result, memory, 4, second);
  EXPECT_EQ(synchronize(second), Success);
  EXPECT_EQ(result, 42);
}

TEST_F(GraphTest, StreamsThatDoNotBlockAreApart) {
  Stream *stream = newStream();
  DevicePointer memory = allocate(4);
  int value = 42, result = 0;
  upload(memory, &value, 4, stream);
  // The default stream does not wait for it, so nothing has come there yet.
  EXPECT_EQ(
      call("cuMemcpyDtoH_v2", static_cast<void *>(&result), memory, size_t(4)),
      Success);
  EXPECT_NE(result, 42);
  EXPECT_EQ(synchronize(stream), Success);
  EXPECT_EQ(
      call("cuMemcpyDtoH_v2", static_cast<void *>(&result), memory, size_t(4)),
      Success);
  EXPECT_EQ(result, 42);
  EXPECT_EQ(call("cuStreamDestroy_v2", stream), Success);
  EXPECT_EQ(synchronize(stream), InvalidHandle);
}

} // namespace
