//===- graph_functions.cpp - The driver's captures and graphs -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/stand_in/driver.h"

using namespace emblem::stand_in;

EMBLEM_STAND_IN_FUNCTION cuStreamBeginCapture_v2(Stream *stream, int mode) {
  return Driver::get().call(
      "cuStreamBeginCapture_v2", Needs::CurrentContext,
      [&](Driver &driver) -> int {
        if (mode < Stream::Global || mode > Stream::Relaxed)
          return InvalidValue;
        if (driver.stream(stream) == &driver.defaultStream)
          return CaptureUnsupported;
        if (!driver.streams.has(stream))
          return InvalidHandle;
        if (stream->captures)
          return IllegalState;
        stream->captures = true;
        stream->captureFailed = false;
        stream->captureMode = static_cast<Stream::Mode>(mode);
        stream->captureThread = std::this_thread::get_id();
        stream->captured.clear();
        return Success;
      });
}

EMBLEM_STAND_IN_FUNCTION cuStreamEndCapture(Stream *stream, Graph **graph) {
  return Driver::get().call(
      "cuStreamEndCapture", Needs::CurrentContext, [&](Driver &driver) -> int {
        if (!driver.streams.has(stream))
          return InvalidHandle;
        if (!stream->captures)
          return IllegalState;
        if (stream->captureMode != Stream::Relaxed &&
            stream->captureThread != std::this_thread::get_id())
          return CaptureWrongThread;
        stream->captures = false;
        *graph = nullptr;
        Graph captured = {std::move(stream->captured)};
        stream->captured.clear();
        if (stream->captureFailed)
          return CaptureInvalidated;
        *graph = driver.graphs.add(std::move(captured));
        return Success;
      });
}

EMBLEM_STAND_IN_FUNCTION cuGraphInstantiateWithFlags(GraphExec **result,
                                                     Graph *graph,
                                                     unsigned long long) {
  return Driver::get().call("cuGraphInstantiateWithFlags",
                            Needs::CurrentContext, [&](Driver &driver) -> int {
                              if (!driver.graphs.has(graph))
                                return InvalidValue;
                              *result =
                                  driver.graphExecs.add({graph->operations});
                              return Success;
                            });
}

EMBLEM_STAND_IN_FUNCTION cuGraphLaunch(GraphExec *graph, Stream *handle) {
  return Driver::get().call(
      "cuGraphLaunch", Needs::CurrentContext, [&](Driver &driver) -> int {
        Stream *stream = driver.stream(handle);
        if (!stream || !driver.graphExecs.has(graph))
          return InvalidHandle;
        ++driver.graphLaunches;
        for (const Operation &operation : graph->operations)
          driver.enqueue(*stream, operation);
        return Success;
      });
}

EMBLEM_STAND_IN_FUNCTION cuGraphExecDestroy(GraphExec *graph) {
  return Driver::get().call(
      "cuGraphExecDestroy", Needs::CurrentContext, [&](Driver &driver) -> int {
        return driver.graphExecs.remove(graph) ? Success : InvalidValue;
      });
}

EMBLEM_STAND_IN_FUNCTION cuGraphDestroy(Graph *graph) {
  return Driver::get().call(
      "cuGraphDestroy", Needs::CurrentContext, [&](Driver &driver) -> int {
        return driver.graphs.remove(graph) ? Success : InvalidValue;
      });
}
