//===- embed_images.cpp - Vectors from pictures ---------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/image/embed_images.h"

#include "runtime/image/colors.h"
#include "runtime/image/decode.h"
#include "runtime/image/resize.h"
#include "runtime/model/error.h"
#include "runtime/model/model.h"
#include "runtime/model/share_work.h"
#include "runtime/parallel/heap_array.h"
#include "runtime/parallel/spare_memory.h"
#include "runtime/parallel/wake_word.h"

#include <algorithm>
#include <atomic>

using namespace emblem::image;
using namespace emblem::runtime;

namespace {

/// Pixels of images that are prepared before their vectors are computed.
constexpr int64_t mostWaveBytes = INT64_C(64) << 20, mostWaveImages = 256;

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
  SharedResize(EmblemModel &model, const EmblemImageInput &input,
               const PixelView &picture, float *pixels)
      : input(input), picture(picture), pixels(pixels),
        middle(model.spareMiddle), first(model.threads), second(model.threads) {
  }

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

  const EmblemImageInput &input;
  const PixelView &picture;
  float *const pixels;
  SpareMemory::Use middle;
  Resize resize;
  std::atomic<bool> hasPlanner{false};
  bool isPlanned = false;      // and has memory; to be read after `planned`
  WakeWord planned, firstDone; // parts of the first pass
  std::atomic<int64_t> secondDone{0};
  Ranges first, second;
};

bool SharedResize::plan() {
  if (!resize.plan(input, picture))
    return false;
  void *memory = middle.get(size_t(resize.middleBytes()));
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
    resize.runSecond(part, memory, pixels);
    secondDone.fetch_add(1, std::memory_order_relaxed);
  });
}

bool prepareShared(EmblemModel &model, const EmblemImageInput &input,
                   const EmblemImage &image, float *pixels, Problem &problem) {
  Source source;
  if (!source.open(image, int(input.channels), problem))
    return false;
  SharedResize shared(model, input, source.pixels(), pixels);
  shareWork(model.pool, model.options, model.threads, SharedResize::share,
            &shared);
  return shared.isDone() || noMemory(problem);
}

} // namespace

int64_t emblem::image::prepareImages(EmblemModel &model,
                                     const EmblemImage *images, int64_t count,
                                     float *pixels, Problem &problem) {
  const EmblemImageInput &input = *seeingModel(model)->table->image;
  if (count == 1)
    return prepareShared(model, input, *images, pixels, problem);
  Wave wave = {input, images, count, pixels};
  shareWork(model.pool, model.options, model.threads, Wave::share, &wave);
  problem = wave.problem;
  return std::min(wave.bad, count);
}

EmblemStatus emblem_embed_images(EmblemModel *model, const EmblemImage *images,
                                 size_t count, float *vectors, size_t *done) {
  if (done)
    *done = 0;
  if (!model)
    return fail(EMBLEM_INVALID_ARGUMENT, "model is null");
  EmblemModel *seeing = seeingModel(*model);
  if (!seeing)
    return fail(EMBLEM_WRONG_KIND, "this model takes no images");
  if (count == 0)
    return EMBLEM_OK;
  if (!images || !vectors)
    return fail(EMBLEM_INVALID_ARGUMENT, "%s is null",
                images ? "vectors" : "images");

  const EmblemModelTable &table = *seeing->table;
  const int64_t size = pixelsPerImage(table);
  const int64_t fits = mostWaveBytes / (size * int64_t(sizeof(float)));
  const int64_t most = std::clamp<int64_t>(fits, 1, mostWaveImages);
  SpareMemory::Use memory(model->sparePixels);
  float *pixels = static_cast<float *>(memory.get(
      sizeof(float) * size_t(std::min(most, int64_t(count)) * size)));
  if (!pixels)
    return fail(EMBLEM_OUT_OF_MEMORY,
                "there is no memory for the pixels of %zu images", count);
  EmblemStatus status = EMBLEM_OK;
  for (size_t first = 0; first < count && status == EMBLEM_OK;) {
    const int64_t wave = std::min(most, int64_t(count - first));
    Problem problem;
    int64_t good;
    {
      Locked lock(model->turn);
      good = prepareImages(*model, images + first, wave, pixels, problem);
    }
    status = embedPixels(*model, pixels, size_t(good),
                         vectors + int64_t(first) * table.dimension, nullptr);
    first += size_t(good);
    if (done)
      *done = first;
    if (status == EMBLEM_OK && good < wave)
      status = fail(EMBLEM_BAD_IMAGE, "%s", problem.sentence);
  }
  return status;
}
