//===- embed_texts.cpp - Vectors from texts -------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/model/call_rules.h"
#include "runtime/model/check_outputs.h"
#include "runtime/model/length_one.h"
#include "runtime/model/model.h"
#include "runtime/table/error.h"

#include <algorithm>
#include <cinttypes>
#include <cstring>

using namespace emblem::runtime;

namespace {

/// The batch that is being filled: texts that follow each other, whose ids,
/// types and offsets are in the model's buffers. A device is busy with the one
/// before meanwhile.
class OpenBatch {
public:
  /// `output`: what is written to `vectors`, the first or as wide as it.
  OpenBatch(EmblemModel &model, int64_t output, float *vectors)
      : model(model), output(output), vectors(vectors) {
    model.offsets[0] = 0;
  }
  /// A call that gives up leaves nothing behind that writes to its vectors.
  ~OpenBatch() { finishBatch(model); }

  /// `types` may be null where the model tells none apart. The first `prompt`
  /// ids are not pooled.
  EmblemStatus add(const int32_t *ids, const int32_t *types, int64_t prompt,
                   int64_t count) {
    // A tokenizer without special tokens leaves nothing of an empty text.
    if (count == 0) {
      const EmblemStatus status = start();
      std::memset(vectors, 0, size_t(model.table->dimension) * sizeof(float));
      vectors += model.table->dimension;
      return status;
    }
    if (sequences > 0 && tokens + count > model.capacity)
      if (EmblemStatus status = start(); status != EMBLEM_OK)
        return status;
    std::copy(ids, ids + count, model.ids + tokens);
    if (model.types)
      std::copy(types, types + count, model.types + tokens);
    if (model.prompts)
      model.prompts[sequences] = int32_t(prompt);
    tokens += count;
    model.offsets[++sequences] = int32_t(tokens);
    return EMBLEM_OK;
  }

  EmblemStatus run() {
    const EmblemStatus status = start();
    return status == EMBLEM_OK ? finishBatch(model) : status;
  }

private:
  EmblemStatus start() {
    if (sequences == 0)
      return EMBLEM_OK;
    OutputRows rows;
    rows.of[output] = vectors;
    const EmblemStatus status = startBatch(model, {.offsets = model.offsets,
                                                   .sequences = sequences,
                                                   .ids = model.ids,
                                                   .types = model.types,
                                                   .prompts = model.prompts,
                                                   .outputs = rows});
    vectors += sequences * model.table->dimension;
    sequences = tokens = 0;
    return status;
  }

  EmblemModel &model;
  int64_t output;
  float *vectors; // of the batch's first text
  int64_t sequences = 0, tokens = 0;
};

int64_t promptTokens(const TextEncoder &encoder, const EmblemText &text,
                     int64_t count) {
  return encoder.promptTokens(text, count);
}
int64_t promptTokens(const TextEncoder &, const EmblemPair &, int64_t) {
  return 0;
}

template <typename InputT>
EmblemStatus checkTexts(const EmblemModel &model, const InputT *texts,
                        size_t count, const float *vectors) {
  if (!model.encoder.available())
    return fail(EMBLEM_NO_TOKENIZER,
                "this model was compiled without a tokenizer; give token ids "
                "to emblem_embed_ids");
  if (!texts)
    return fail(EMBLEM_INVALID_ARGUMENT, "texts is null");
  if (EmblemStatus status = checkVectors(*model.table, vectors);
      status != EMBLEM_OK)
    return status;
  for (size_t i = 0; i < count; ++i)
    if (!hasData(texts[i]))
      return fail(EMBLEM_INVALID_ARGUMENT,
                  "text %zu has bytes and its data is null", i);
  return EMBLEM_OK;
}

} // namespace

template <typename InputT>
EmblemStatus emblem::runtime::embedTexts(EmblemModel &model,
                                         const InputT *texts, size_t count,
                                         float *vectors, EmblemTextInfo *infos,
                                         const CallRules &rules) {
  if (count == 0)
    return EMBLEM_OK;
  if (EmblemStatus status = checkTexts(model, texts, count, vectors);
      status != EMBLEM_OK)
    return status;
  if (EmblemStatus status = checkExecutor(model); status != EMBLEM_OK)
    return status;
  int64_t output;
  if (EmblemStatus status = chooseOutput(model, rules.finish, output);
      status != EMBLEM_OK)
    return status;

  Locked lock(model.turn);
  TextEncoder &encoder = model.encoder;
  OpenBatch batch(model, output, vectors);
  for (size_t first = 0; first < count;) {
    const int64_t wave =
        int64_t(std::min(count - first, size_t(encoder.waveSize())));
    encoder.encode(texts + first, wave, model.pool, model.options, rules.cut);
    for (int64_t i = 0; i < wave; ++i) {
      const Encoding &encoding = encoder.encoding(i);
      if (encoding.count < 0)
        return fail(EMBLEM_OUT_OF_MEMORY,
                    "there is no memory to tokenize text %zu",
                    first + size_t(i));
      if (encoding.truncated && rules.refusesLong)
        return fail(EMBLEM_TEXT_TOO_LONG,
                    "text %zu has more than %" PRId64
                    " tokens; shorten it, or let texts be cut",
                    first + size_t(i), rules.cut.mostTokens);
      if (infos)
        infos[first + size_t(i)] = {encoding.count, encoding.truncated, 0};
      if (EmblemStatus status = batch.add(
              encoder.ids(i), encoder.types(i),
              promptTokens(encoder, texts[first + size_t(i)], encoding.count),
              encoder.countShown(encoder.ids(i), encoding.count));
          status != EMBLEM_OK)
        return status;
    }
    first += size_t(wave);
  }
  if (EmblemStatus status = batch.run(); status != EMBLEM_OK)
    return status;
  const int64_t width = model.table->dimension;
  if (EmblemStatus status = checkFinite(vectors, count, width, "text");
      status != EMBLEM_OK)
    return status;
  if (rules.finish == EMBLEM_FINISH_NORMALIZED &&
      model.table->last_step != EMBLEM_ENDS_IN_NORMALIZE)
    for (size_t i = 0; i < count; ++i)
      scaleToLengthOne(vectors + int64_t(i) * width, width);
  return EMBLEM_OK;
}

// Where nobody scores pairs, the linker drops the second.
template EmblemStatus emblem::runtime::embedTexts(EmblemModel &,
                                                  const EmblemText *, size_t,
                                                  float *, EmblemTextInfo *,
                                                  const CallRules &);
template EmblemStatus emblem::runtime::embedTexts(EmblemModel &,
                                                  const EmblemPair *, size_t,
                                                  float *, EmblemTextInfo *,
                                                  const CallRules &);
