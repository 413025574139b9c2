//===- embed_pixels.cpp - Vectors from images' pixels ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/model/check_outputs.h"
#include "runtime/model/model.h"
#include "runtime/table/error.h"

#include <algorithm>

using namespace emblem::runtime;

EmblemModel *emblem::runtime::seeingModel(EmblemModel &model) {
  return model.table->image ? &model : model.tower;
}

EmblemStatus emblem::runtime::embedPixels(EmblemModel &model,
                                          const float *pixels, size_t count,
                                          float *vectors,
                                          int64_t *stageNanoseconds) {
  if (count == 0)
    return EMBLEM_OK;
  if (!pixels || !vectors)
    return fail(EMBLEM_INVALID_ARGUMENT, "%s is null",
                pixels ? "vectors" : "pixels");
  EmblemModel &seeing = *seeingModel(model);
  if (EmblemStatus status = checkExecutor(seeing); status != EMBLEM_OK)
    return status;
  const EmblemModelTable &table = *seeing.table;
  const int64_t tokens = table.max_positions;
  const size_t most = size_t(seeing.capacity / tokens);

  Locked lock(model.turn);
  for (size_t first = 0; first < count; first += most) {
    const int64_t images = int64_t(std::min(most, count - first));
    for (int64_t i = 0; i <= images; ++i)
      seeing.offsets[i] = int32_t(i * tokens);
    const EmblemStatus status = startBatch(
        seeing, {.offsets = seeing.offsets,
                 .sequences = images,
                 .ids = seeing.ids,
                 .pixels = pixels + int64_t(first) * pixelsPerImage(table),
                 .outputs = {{vectors + int64_t(first) * table.dimension}},
                 .stageNanoseconds = stageNanoseconds});
    if (status != EMBLEM_OK)
      return status;
  }
  if (EmblemStatus status = finishBatch(seeing); status != EMBLEM_OK)
    return status;
  return checkFinite(vectors, count, table.dimension, "image");
}
