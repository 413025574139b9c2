//===- embed_ids.cpp - Vectors from the caller's token ids ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/model/check_outputs.h"
#include "runtime/model/model.h"
#include "runtime/table/error.h"

#include <algorithm>
#include <cinttypes>

using namespace emblem::runtime;

namespace {

/// Checks the whole call before any of it runs.
EmblemStatus check(const EmblemModelTable &table, const int32_t *ids,
                   const int32_t *types, const int64_t *offsets, size_t count) {
  if (offsets[0] < 0)
    return fail(EMBLEM_INVALID_ARGUMENT,
                "offsets[0] is %" PRId64 "; it must not be negative",
                offsets[0]);
  for (size_t s = 0; s < count; ++s) {
    const int64_t begin = offsets[s], end = offsets[s + 1];
    if (end < begin)
      return fail(EMBLEM_INVALID_ARGUMENT,
                  "offsets[%zu] is %" PRId64 " and offsets[%zu] is %" PRId64
                  "; offsets must rise",
                  s, begin, s + 1, end);
    if (end == begin)
      return fail(EMBLEM_INVALID_ARGUMENT,
                  "sequence %zu has no token ids; it must have at least one",
                  s);
    if (end - begin > table.max_positions)
      return fail(EMBLEM_SEQUENCE_TOO_LONG,
                  "sequence %zu has %" PRId64
                  " token ids; this model takes at most %" PRId64,
                  s, end - begin, table.max_positions);
    for (int64_t i = begin; types && i < end; ++i)
      if (types[i] < 0 || types[i] >= table.token_types)
        return fail(EMBLEM_ID_OUT_OF_RANGE,
                    "sequence %zu, index %" PRId64
                    ": the token type is %" PRId32 "; it must be 0 to %" PRId32,
                    s, i - begin, types[i], table.token_types - 1);
    for (int64_t i = begin; i < end; ++i)
      if (ids[i] < 0 || ids[i] >= table.vocabulary_size)
        return fail(EMBLEM_ID_OUT_OF_RANGE,
                    "sequence %zu, index %" PRId64 ": the token id is %" PRId32
                    "; it must be 0 to %" PRId64,
                    s, i - begin, ids[i], table.vocabulary_size - 1);
  }
  return EMBLEM_OK;
}

} // namespace

EmblemStatus emblem::runtime::checkVectors(const EmblemModelTable &table,
                                           const float *vectors) {
  if (!vectors)
    return fail(EMBLEM_INVALID_ARGUMENT, "vectors is null");
  const EmblemOutput first = outputOf(table, 0);
  if (first.rows == EMBLEM_ROWS_ARE_TOKENS)
    return fail(EMBLEM_INVALID_ARGUMENT,
                "this model has one row a token and not one a text (%s); call "
                "emblem_run",
                first.name);
  return EMBLEM_OK;
}

EmblemStatus emblem::runtime::checkEnds(const EmblemModel &model,
                                        const int32_t *ids,
                                        const int64_t *offsets, size_t count) {
  const int32_t endId = model.encoder.endId();
  const int32_t padding = model.encoder.trailingPadding();
  if ((endId < 0 && padding < 0) || !ids || !offsets)
    return EMBLEM_OK;
  for (size_t s = 0; s < count; ++s) {
    const int64_t begin = offsets[s], end = offsets[s + 1];
    if (begin < 0 || end <= begin || end - begin > model.table->max_positions)
      return EMBLEM_OK; // embedIds says what is wrong
    if (padding >= 0 &&
        model.encoder.countShown(ids + begin, end - begin) < end - begin)
      return fail(EMBLEM_INVALID_ARGUMENT,
                  "sequence %zu: it ends with the token id %" PRId32
                  ", padding, which this model is not shown; leave it out",
                  s, padding);
    if (endId >= 0 && std::find(ids + begin, ids + end, endId) != ids + end - 1)
      return fail(
          EMBLEM_INVALID_ARGUMENT,
          "sequence %zu: its last token id, and no other, must be %" PRId32
          ", the end token, whose row is the vector",
          s, endId);
  }
  return EMBLEM_OK;
}

EmblemStatus emblem::runtime::embedIds(EmblemModel &model, const int32_t *ids,
                                       const int32_t *types,
                                       const int64_t *offsets, size_t count,
                                       const OutputRows &outputs,
                                       int64_t *stageNanoseconds) {
  if (count == 0)
    return EMBLEM_OK;
  if (model.table->image)
    return fail(EMBLEM_WRONG_KIND, "this model embeds images, not token ids");
  if (!ids || !offsets)
    return fail(EMBLEM_INVALID_ARGUMENT, "%s is null", ids ? "offsets" : "ids");
  if (model.table->token_types == 0)
    types = nullptr;
  else if (!types)
    return fail(EMBLEM_INVALID_ARGUMENT,
                "types is null, and this model tells %" PRId32
                " token types apart",
                model.table->token_types);
  if (EmblemStatus status = check(*model.table, ids, types, offsets, count);
      status != EMBLEM_OK)
    return status;
  if (EmblemStatus status = checkExecutor(model); status != EMBLEM_OK)
    return status;

  Locked lock(model.turn);
  for (size_t first = 0; first < count;) {
    int64_t sequences = 0;
    model.offsets[0] = 0;
    size_t next = first;
    do {
      ++next;
      model.offsets[++sequences] = int32_t(offsets[next] - offsets[first]);
    } while (next < count &&
             offsets[next + 1] - offsets[first] <= model.capacity);
    const EmblemStatus status = startBatch(
        model, {.offsets = model.offsets,
                .sequences = sequences,
                .ids = ids + offsets[first],
                .types = types ? types + offsets[first] : nullptr,
                .outputs = advance(*model.table, outputs, int64_t(first),
                                   offsets[first] - offsets[0]),
                .stageNanoseconds = stageNanoseconds});
    if (status != EMBLEM_OK)
      return status;
    first = next;
  }
  if (EmblemStatus status = finishBatch(model); status != EMBLEM_OK)
    return status;
  return checkOutputs(*model.table, outputs, offsets, count);
}
