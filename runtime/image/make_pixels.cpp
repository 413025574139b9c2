//===- make_pixels.cpp - From pictures to what a model takes --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/image/make_pixels.h"

#include "runtime/image/colors.h"
#include "runtime/image/decode.h"
#include "runtime/image/picture.h"
#include "runtime/image/resize.h"
#include "runtime/parallel/heap_array.h"
#include "runtime/parallel/mutex.h"
#include "runtime/parallel/wake_word.h"

#include <algorithm>
#include <atomic>
#include <cstdio>

using namespace emblem::image;
using namespace emblem::runtime;

namespace {

/// A picture in the channels that a model takes: decoded, converted, or the
/// caller's own.
class Source {
public:
  bool open(const EmblemImage &image, int channels, Problem &problem);
  const PixelView &pixels() const { return view; }

private:
  bool convert(int channels, Problem &problem);

  Picture own;
  PixelView view;
};

bool Source::open(const EmblemImage &image, int channels, Problem &problem) {
  if (!image.data && (image.size != 0 || image.width != 0))
    return problem.say("data is null");
  const uint8_t *bytes = static_cast<const uint8_t *>(image.data);
  if (image.width == 0 && image.height == 0) {
    if (!decode({bytes, image.size}, channels, own, problem))
      return false;
    view = own.view();
    return true;
  }
  if (image.width < 1 || image.height < 1 || image.width > mostSide ||
      image.height > mostSide)
    return problem.say("width or height is out of range");
  if (image.channels != 1 && image.channels != 3 && image.channels != 4)
    return problem.say("channels is %d; it must be 1, 3 or 4", image.channels);
  const int64_t rowBytes = image.width * image.channels;
  const int64_t stride = image.stride != 0 ? image.stride : rowBytes;
  if (stride < rowBytes)
    return problem.say("stride is less than a row's bytes");
  view = {bytes, image.width, image.height, image.channels, stride};
  return image.channels == channels || convert(channels, problem);
}

bool Source::convert(int channels, Problem &problem) {
  if (!own.allocate(view.width, view.height, channels, problem))
    return false;
  for (int64_t y = 0; y < view.height; ++y) {
    const uint8_t *from = view.pixels + y * view.stride;
    uint8_t *to = own.row(y);
    const int blue = view.channels == 1 ? 0 : 2, green = blue / 2;
    for (int64_t x = 0; x < view.width;
         ++x, from += view.channels, to += channels)
      if (view.channels == 1)
        std::fill_n(to, channels, *from);
      else
        storePixel(from[0], from[green], from[blue], channels, to);
  }
  view = own.view();
  return true;
}

/// One thread's memory for resizing.
class Scratch {
public:
  ~Scratch() { std::free(bytes); }
  /// Null where there is none.
  uint8_t *get(int64_t wanted) {
    if (wanted > size) {
      std::free(bytes);
      bytes = allocateFor<uint8_t>(size_t(wanted));
      size = bytes ? wanted : 0;
    }
    return bytes;
  }

private:
  uint8_t *bytes = nullptr;
  int64_t size = 0;
};

bool noMemory(Problem &problem) {
  return problem.say("there is no memory to resize the picture");
}

bool prepareOne(const EmblemImageInput &input, const EmblemImage &image,
                Scratch &scratch, float *pixels, Problem &problem) {
  Source source;
  if (!source.open(image, int(input.channels), problem))
    return false;
  Resize resize;
  if (!resize.plan(input, source.pixels()))
    return noMemory(problem);
  uint8_t *memory = scratch.get(resize.scratchBytes() + resize.middleBytes());
  if (!memory)
    return noMemory(problem);
  resize.useMiddle(memory + resize.scratchBytes());
  for (int64_t part = 0; part < resize.firstParts(); ++part)
    resize.runFirst(part, memory);
  for (int64_t part = 0; part < resize.secondParts(); ++part)
    resize.runSecond(part, memory, pixels);
  return true;
}

/// Several pictures, each by one thread.
struct Wave {
  const EmblemImageInput &input;
  const EmblemImage *images;
  int64_t count;
  float *pixels;
  std::atomic<int64_t> claimed{0};
  Mutex mutex{};
  int64_t bad = INT64_MAX; // the first one; under the mutex
  Problem problem{};

  static void share(void *wave, int) { static_cast<Wave *>(wave)->work(); }
  void work();
};

void Wave::work() {
  Scratch scratch;
  const int64_t size = input.height * input.width * input.channels;
  for (int64_t i;
       (i = claimed.fetch_add(1, std::memory_order_relaxed)) < count;) {
    Problem found;
    if (prepareOne(input, images[i], scratch, pixels + i * size, found))
      continue;
    Locked lock(mutex);
    if (i > bad)
      continue;
    bad = i;
    problem = found;
  }
}

/// Parts of some work in one range a thread, which then takes what others have
/// left: so rows are mostly read again by the core that has written them.
class Ranges {
public:
  explicit Ranges(int threads) : count(std::min(threads, most)) {}

  void divide(int64_t parts) {
    for (int i = 0; i < count; ++i) {
      ranges[i].next = parts * i / count;
      ranges[i].end = parts * (i + 1) / count;
    }
  }

  /// Calls run(part) for each part that no other thread has.
  template <typename Run> void work(int thread, Run run) {
    for (int i = 0; i < count; ++i) {
      Range &range = ranges[(thread + i) % count];
      for (int64_t part; (part = range.next.fetch_add(
                              1, std::memory_order_relaxed)) < range.end;)
        run(part);
    }
  }

private:
  static constexpr int most = 32;
  struct alignas(cacheLine) Range {
    std::atomic<int64_t> next{0};
    int64_t end = 0;
  };
  Range ranges[most];
  const int count;
};

/// One picture, by all threads: while the others wake up, the first one there
/// plans.
struct SharedResize {
  SharedResize(const EmblemPictureJob &job, const PixelView &picture)
      : job(job), picture(picture), first(job.threads), second(job.threads) {}

  static void share(void *shared, int thread) {
    static_cast<SharedResize *>(shared)->work(thread);
  }
  void work(int thread);
  /// Afterwards; false: there was no memory.
  bool isDone() const {
    return isPlanned && secondDone == resize.secondParts();
  }

private:
  bool plan();

  const EmblemPictureJob &job;
  const PixelView &picture;
  Resize resize;
  std::atomic<bool> hasPlanner{false};
  bool isPlanned = false;      // and has memory; to be read after `planned`
  WakeWord planned, firstDone; // parts of the first pass
  std::atomic<int64_t> secondDone{0};
  Ranges first, second;
};

bool SharedResize::plan() {
  if (!resize.plan(*job.input, picture))
    return false;
  void *memory = job.allocate(job.context, size_t(resize.middleBytes()));
  resize.useMiddle(static_cast<uint8_t *>(memory));
  first.divide(resize.firstParts());
  second.divide(resize.secondParts());
  return memory != nullptr;
}

/// Waits only for what another thread is at: threads may also come one after
/// the other.
void SharedResize::work(int thread) {
  constexpr Patience patience = {50'000, 1'000'000};
  if (!hasPlanner.exchange(true)) {
    isPlanned = plan();
    planned.add(1);
  }
  planned.waitFor(1, patience);
  Scratch scratch;
  uint8_t *memory = isPlanned ? scratch.get(resize.scratchBytes()) : nullptr;
  if (!memory)
    return;
  first.work(thread, [&](int64_t part) {
    resize.runFirst(part, memory);
    firstDone.add(1);
  });
  firstDone.waitFor(uint32_t(resize.firstParts()), patience);
  second.work(thread, [&](int64_t part) {
    resize.runSecond(part, memory, job.pixels);
    secondDone.fetch_add(1, std::memory_order_relaxed);
  });
}

bool prepareShared(const EmblemPictureJob &job, Problem &problem) {
  Source source;
  if (!source.open(*job.images, int(job.input->channels), problem))
    return false;
  SharedResize shared(job, source.pixels());
  job.run(job.context, SharedResize::share, &shared);
  return shared.isDone() || noMemory(problem);
}

} // namespace

static_assert(EMBLEM_ABI_VERSION == 5, "EMBLEM_PICTURES_SYMBOL has it, too");

int64_t emblem_pictures_abi5(const EmblemPictureJob *job) {
  Problem problem;
  int64_t done;
  if (job->count == 1) {
    done = prepareShared(*job, problem);
  } else {
    Wave wave = {*job->input, job->images, job->count, job->pixels};
    job->run(job->context, Wave::share, &wave);
    problem = wave.problem;
    done = std::min(wave.bad, job->count);
  }
  if (done < job->count)
    std::snprintf(job->problem, job->problem_bytes, "%s", problem.sentence);
  return done;
}
