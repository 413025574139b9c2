//===- stream_functions.cpp - The driver's streams and events -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/stand_in/driver.h"

using namespace emblem::stand_in;

namespace {

constexpr unsigned kNonBlocking = 1; // CU_STREAM_NON_BLOCKING
constexpr unsigned kNoTiming = 2;    // CU_EVENT_DISABLE_TIMING

// The stream that an event was recorded in does its work; nothing more is to be
// done where it is gone.
int reach(Driver &driver, Event &event) {
  if (!event.recorded || event.reached || !event.stream)
    return Success;
  return driver.synchronize(*event.stream);
}

} // namespace

EMBLEM_STAND_IN_FUNCTION cuStreamCreate(Stream **stream, unsigned flags) {
  return Driver::get().call("cuStreamCreate", Needs::CurrentContext,
                            [&](Driver &driver) -> int {
                              Stream created;
                              created.waitsForDefault = !(flags & kNonBlocking);
                              *stream = driver.streams.add(std::move(created));
                              return Success;
                            });
}

EMBLEM_STAND_IN_FUNCTION cuStreamDestroy_v2(Stream *stream) {
  return Driver::get().call(
      "cuStreamDestroy_v2", Needs::CurrentContext, [&](Driver &driver) -> int {
        return driver.destroyStream(stream) ? Success : InvalidHandle;
      });
}

EMBLEM_STAND_IN_FUNCTION cuStreamSynchronize(Stream *handle) {
  return Driver::get().call(
      "cuStreamSynchronize", Needs::CurrentContext, [&](Driver &driver) -> int {
        Stream *stream = driver.stream(handle);
        return stream ? driver.synchronize(*stream) : InvalidHandle;
      });
}

EMBLEM_STAND_IN_FUNCTION cuStreamWaitEvent(Stream *handle, Event *event,
                                           unsigned) {
  return Driver::get().call("cuStreamWaitEvent", Needs::CurrentContext,
                            [&](Driver &driver) -> int {
                              Stream *stream = driver.stream(handle);
                              if (!stream || !driver.events.has(event))
                                return InvalidHandle;
                              driver.enqueue(*stream, [event](Driver &later) {
                                if (later.events.has(event))
                                  reach(later, *event);
                              });
                              return Success;
                            });
}

EMBLEM_STAND_IN_FUNCTION cuEventCreate(Event **event, unsigned flags) {
  return Driver::get().call("cuEventCreate", Needs::CurrentContext,
                            [&](Driver &driver) -> int {
                              Event created;
                              created.timed = !(flags & kNoTiming);
                              *event = driver.events.add(created);
                              return Success;
                            });
}

EMBLEM_STAND_IN_FUNCTION cuEventDestroy_v2(Event *event) {
  return Driver::get().call(
      "cuEventDestroy_v2", Needs::CurrentContext, [&](Driver &driver) -> int {
        return driver.events.remove(event) ? Success : InvalidHandle;
      });
}

EMBLEM_STAND_IN_FUNCTION cuEventRecord(Event *event, Stream *handle) {
  return Driver::get().call("cuEventRecord", Needs::CurrentContext,
                            [&](Driver &driver) -> int {
                              Stream *stream = driver.stream(handle);
                              if (!stream || !driver.events.has(event))
                                return InvalidHandle;
                              event->recorded = true;
                              event->reached = false;
                              event->stream = stream;
                              driver.enqueue(*stream, [event](Driver &later) {
                                if (!later.events.has(event))
                                  return;
                                event->reached = true;
                                event->when = std::chrono::steady_clock::now();
                              });
                              return Success;
                            });
}

EMBLEM_STAND_IN_FUNCTION cuEventSynchronize(Event *event) {
  return Driver::get().call(
      "cuEventSynchronize", Needs::CurrentContext, [&](Driver &driver) -> int {
        return driver.events.has(event) ? reach(driver, *event) : InvalidHandle;
      });
}

EMBLEM_STAND_IN_FUNCTION cuEventElapsedTime(float *milliseconds, Event *begin,
                                            Event *end) {
  return Driver::get().call(
      "cuEventElapsedTime", Needs::CurrentContext, [&](Driver &driver) -> int {
        for (Event *event : {begin, end}) {
          if (!driver.events.has(event) || !event->recorded || !event->timed)
            return InvalidHandle;
          if (!event->reached)
            return NotReady;
        }
        *milliseconds =
            std::chrono::duration<float, std::milli>(end->when - begin->when)
                .count();
        return Success;
      });
}
