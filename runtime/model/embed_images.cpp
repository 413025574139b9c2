//===- embed_images.cpp - Vectors from pictures ---------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/model/check_outputs.h"
#include "runtime/model/model.h"
#include "runtime/model/share_work.h"
#include "runtime/table/error.h"

#include <algorithm>

using namespace emblem::runtime;

namespace {

/// Pixels of images that are prepared before their vectors are computed.
constexpr int64_t mostWaveBytes = INT64_C(64) << 20, mostWaveImages = 256;

/// What a job's functions have to do with.
struct JobContext {
  EmblemModel &model;
  SpareMemory::Use memory;
};

/// Makes the pixels of some pictures, as EmblemPictureFunction says.
int64_t makePixels(EmblemModel &model, const EmblemModelTable &table,
                   const EmblemImage *images, int64_t count, float *pixels,
                   char *problem, size_t problemBytes) {
  JobContext context = {model, SpareMemory::Use(model.spareMiddle)};
  const EmblemPictureJob job = {
      .input = table.image,
      .images = images,
      .count = count,
      .pixels = pixels,
      .run =
          [](void *context, void (*body)(void *, int), void *bodyContext) {
            EmblemModel &model = static_cast<JobContext *>(context)->model;
            shareWork(model.pool, model.options, model.threads, body,
                      bodyContext);
          },
      .allocate =
          [](void *context, size_t bytes) {
            return static_cast<JobContext *>(context)->memory.get(bytes);
          },
      .context = &context,
      .threads = model.threads,
      .reserved = 0,
      .problem = problem,
      .problem_bytes = problemBytes};
  Locked lock(model.turn);
  return table.pictures(&job);
}

} // namespace

EmblemStatus emblem_embed_images(EmblemModel *model, const EmblemImage *images,
                                 size_t count, float *vectors, size_t *done) {
  if (done)
    *done = 0;
  if (!model)
    return fail(EMBLEM_INVALID_ARGUMENT, "model is null");
  EmblemModel *seeing = seeingModel(*model);
  if (!seeing)
    return fail(EMBLEM_WRONG_KIND, "this model takes no images");
  const EmblemModelTable &table = *seeing->table;
  if (!table.pictures)
    return fail(EMBLEM_WRONG_KIND,
                "this model was linked without the code that reads pictures; "
                "give their pixels to emblem_embed_pixels");
  if (count == 0)
    return EMBLEM_OK;
  if (!images || !vectors)
    return fail(EMBLEM_INVALID_ARGUMENT, "%s is null",
                images ? "vectors" : "images");

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
    char problem[256] = "";
    const int64_t good = makePixels(*model, table, images + first, wave, pixels,
                                    problem, sizeof(problem));
    status = embedPixels(*model, pixels, size_t(good),
                         vectors + int64_t(first) * table.dimension, nullptr);
    if (status == EMBLEM_NOT_FINITE && done)
      *done = first + findNotFinite(vectors + int64_t(first) * table.dimension,
                                    size_t(good), table.dimension);
    if (status != EMBLEM_OK)
      break;
    first += size_t(good);
    if (done)
      *done = first;
    if (good < wave)
      status = fail(EMBLEM_BAD_IMAGE, "%s", problem);
  }
  return status;
}
