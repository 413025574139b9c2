//===- c_interface.cpp - The functions of emblem.h ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/model/model.h"
#include "runtime/platform/shared_library.h"
#include "runtime/table/error.h"
#include "runtime/table/table_data.h"

#include <algorithm>
#include <cinttypes>
#include <cstring>

using namespace emblem::runtime;

EmblemStatus emblem_open(const EmblemModelTable *table,
                         const EmblemOptions *options, EmblemModel **model) {
  if (!model)
    return fail(EMBLEM_INVALID_ARGUMENT, "model is null");
  *model = nullptr;
  return openModel(table, options, nullptr, model);
}

EmblemStatus emblem_load(const char *path, const EmblemOptions *options,
                         EmblemModel **model) {
  if (!model || !path)
    return fail(EMBLEM_INVALID_ARGUMENT, "%s is null", path ? "model" : "path");
  *model = nullptr;
  return loadModel(path, options, model);
}

void emblem_free(EmblemModel *model) {
  if (!model)
    return;
  void *library = model->library;
  FreeModel()(model);
  if (library)
    emblem::platform::closeLibrary(library);
}

EmblemStatus emblem_info(const EmblemModel *model, EmblemModelInfo *info) {
  if (!model || !info)
    return fail(EMBLEM_INVALID_ARGUMENT, "%s is null",
                model ? "info" : "model");
  const EmblemModelTable &table = *model->table;
  const EmblemModelTable *tower = table.image_tower;
  const EmblemModelTable *seeing = table.image ? &table : tower;
  const Executor *executor = model->executor;
  const EmblemDeviceTable *device = deviceTableOf(*model);
  *info = {.name = table.name,
           .target = device ? device->target : table.target,
           .precision = device ? device->precision : table.precision,
           .report = reportOf(table),
           .dimension = table.dimension,
           .vocabulary_size = table.vocabulary_size,
           .max_tokens = table.max_tokens,
           .max_positions = table.max_positions,
           .parameters = table.parameters + (tower ? tower->parameters : 0),
           .weights_bytes =
               table.weights_bytes + (tower ? tower->weights_bytes : 0),
           .max_batch_tokens = model->capacity,
           .arena_bytes = executor ? executor->arenaBytes : 0,
           .threads = model->threads,
           .pairs = table.input == EMBLEM_TAKES_PAIRS,
           .image_height = seeing ? seeing->image->height : 0,
           .image_width = seeing ? seeing->image->width : 0,
           .image_channels = seeing ? seeing->image->channels : 0,
           .texts = table.input == EMBLEM_TAKES_TEXTS,
           .reserved = 0,
           .device = executor ? executor->device : "none",
           .spare = {}};
  return EMBLEM_OK;
}

const char *emblem_prompt(const EmblemModel *model, const char *name) {
  if (!model)
    return nullptr;
  const EmblemPrompt *prompt = promptOf(*model->table, name);
  return prompt ? prompt->text : nullptr;
}

/// Whether there is a model, and it takes what the function gives it.
static EmblemStatus checkKind(const EmblemModel *model, int32_t input) {
  if (!model)
    return fail(EMBLEM_INVALID_ARGUMENT, "model is null");
  if (model->table->input == input)
    return EMBLEM_OK;
  static constexpr const char *sentences[] = {
      "this model embeds texts alone; call emblem_embed",
      "this model scores pairs of texts and embeds none; call emblem_score",
      "this model embeds images alone; call emblem_embed_pixels"};
  return fail(EMBLEM_WRONG_KIND, "%s", sentences[model->table->input]);
}

EmblemStatus emblem_embed(EmblemModel *model, const EmblemText *texts,
                          size_t count, float *vectors, EmblemTextInfo *infos) {
  if (EmblemStatus status = checkKind(model, EMBLEM_TAKES_TEXTS);
      status != EMBLEM_OK)
    return status;
  return embedTexts(*model, texts, count, vectors, infos);
}

EmblemStatus emblem_score(EmblemModel *model, const EmblemPair *pairs,
                          size_t count, float *scores, EmblemTextInfo *infos) {
  if (EmblemStatus status = checkKind(model, EMBLEM_TAKES_PAIRS);
      status != EMBLEM_OK)
    return status;
  return embedTexts(*model, pairs, count, scores, infos);
}

EmblemStatus emblem_embed_ids(EmblemModel *model, const int32_t *ids,
                              const int64_t *offsets, size_t sequences,
                              float *vectors) {
  if (EmblemStatus status = checkKind(model, EMBLEM_TAKES_TEXTS);
      status != EMBLEM_OK)
    return status;
  if (sequences != 0)
    if (EmblemStatus status = checkVectors(*model->table, vectors);
        status != EMBLEM_OK)
      return status;
  if (EmblemStatus status = checkEnds(*model, ids, offsets, sequences);
      status != EMBLEM_OK)
    return status;
  return embedIds(*model, ids, nullptr, offsets, sequences, {{vectors}},
                  nullptr);
}

EmblemStatus emblem_score_ids(EmblemModel *model, const int32_t *ids,
                              const int32_t *types, const int64_t *offsets,
                              size_t sequences, float *scores) {
  if (EmblemStatus status = checkKind(model, EMBLEM_TAKES_PAIRS);
      status != EMBLEM_OK)
    return status;
  if (sequences != 0)
    if (EmblemStatus status = checkVectors(*model->table, scores);
        status != EMBLEM_OK)
      return status;
  return embedIds(*model, ids, types, offsets, sequences, {{scores}}, nullptr);
}

EmblemStatus emblem_embed_pixels(EmblemModel *model, const float *pixels,
                                 size_t count, float *vectors) {
  if (!model || !seeingModel(*model))
    return checkKind(model, EMBLEM_TAKES_IMAGES);
  return embedPixels(*model, pixels, count, vectors, nullptr);
}

namespace {

/// A prompt's rules for the ids of a text; all zero: none.
struct IdRules {
  int64_t mostTokens = INT64_MAX; // with the marker
  const int32_t *marker = nullptr, *expansion = nullptr;
};

/// The caller's ids, and types of a pair or null, as they are filled.
struct IdRoom {
  const IdRules &rules;
  int32_t *ids, *types;
  size_t capacity;
  size_t count = 0; // may go beyond the capacity
  Encoding encoding = {};

  void add(int32_t id, int32_t type = 0) {
    if (count < capacity) {
      ids[count] = id;
      if (types)
        types[count] = type;
    }
    ++count;
  }
};

void fillIds(void *context, const int32_t *from, const int32_t *types,
             Encoding encoding) {
  IdRoom &room = *static_cast<IdRoom *>(context);
  room.encoding = encoding;
  for (int64_t i = 0; i < encoding.count; ++i) {
    room.add(from[i], types ? types[i] : 0);
    if (i == 0 && room.rules.marker)
      room.add(*room.rules.marker);
  }
  while (room.rules.expansion && int64_t(room.count) < room.rules.mostTokens)
    room.add(*room.rules.expansion);
}

/// `types` may be null, and is for a text.
template <typename InputT>
EmblemStatus encodeText(EmblemModel &model, InputT text, const IdRules &rules,
                        int32_t *ids, int32_t *types, size_t capacity,
                        size_t *count, EmblemTextInfo *info) {
  if ((!ids && capacity != 0) || !hasData(text))
    return fail(EMBLEM_INVALID_ARGUMENT, "%s is null",
                hasData(text) ? "ids" : "the text's data");
  if (!model.encoder.available())
    return fail(EMBLEM_NO_TOKENIZER,
                "this model was compiled without a tokenizer");
  const int64_t most = std::min(rules.mostTokens, model.table->max_tokens);
  IdRoom room = {rules, ids, types, capacity};
  model.encoder.encodeOne(text, most - (rules.marker ? 1 : 0), fillIds, &room);
  if (room.encoding.count < 0)
    return fail(EMBLEM_OUT_OF_MEMORY,
                "there is no memory to tokenize the text");
  if (room.encoding.truncated && model.options.overflow == EMBLEM_ERROR)
    return fail(EMBLEM_TEXT_TOO_LONG,
                "the text has more than %" PRId64
                " tokens; shorten it, or let texts be cut",
                most);
  *count = room.count;
  if (info)
    *info = {int64_t(room.count), room.encoding.truncated, 0};
  return EMBLEM_OK;
}

} // namespace

EmblemStatus emblem_tokenize(EmblemModel *model, EmblemText text, int32_t *ids,
                             size_t capacity, size_t *count,
                             EmblemTextInfo *info) {
  if (!model || !count)
    return fail(EMBLEM_INVALID_ARGUMENT, "%s is null",
                model ? "count" : "model");
  return encodeText(*model, text, {}, ids, nullptr, capacity, count, info);
}

EmblemStatus emblem_tokenize_pair(EmblemModel *model, EmblemPair pair,
                                  int32_t *ids, int32_t *types, size_t capacity,
                                  size_t *count, EmblemTextInfo *info) {
  if (EmblemStatus status = checkKind(model, EMBLEM_TAKES_PAIRS);
      status != EMBLEM_OK)
    return status;
  if (!count)
    return fail(EMBLEM_INVALID_ARGUMENT, "count is null");
  return encodeText(*model, pair, {}, ids, types, capacity, count, info);
}

EmblemStatus emblem_encode(EmblemModel *model, const char *name,
                           EmblemText text, int32_t *ids, size_t capacity,
                           size_t *count, EmblemTextInfo *info) {
  if (!model || !count)
    return fail(EMBLEM_INVALID_ARGUMENT, "%s is null",
                model ? "count" : "model");
  const EmblemPrompt *prompt = promptOf(*model->table, name);
  if (name && *name && !prompt)
    return fail(EMBLEM_INVALID_ARGUMENT, "no prompt is named '%s'", name);
  IdRules rules;
  if (prompt) {
    rules.marker = prompt->marker;
    rules.expansion = prompt->expansion;
    if (prompt->max_tokens > 0)
      rules.mostTokens = prompt->max_tokens;
  }
  return encodeText(*model, text, rules, ids, nullptr, capacity, count, info);
}

size_t emblem_output_count(const EmblemModel *model) {
  return model ? size_t(outputCount(*model->table)) : 0;
}

EmblemStatus emblem_output(const EmblemModel *model, size_t index,
                           EmblemOutputInfo *info) {
  if (!model || !info)
    return fail(EMBLEM_INVALID_ARGUMENT, "%s is null",
                model ? "info" : "model");
  if (index >= emblem_output_count(model))
    return fail(EMBLEM_INVALID_ARGUMENT,
                "there is no output %zu; the model has %zu", index,
                emblem_output_count(model));
  const EmblemOutput output = outputOf(*model->table, int64_t(index));
  *info = {output.name, EmblemOutputKind(output.kind),
           output.rows == EMBLEM_ROWS_ARE_TOKENS, output.width};
  return EMBLEM_OK;
}

EmblemStatus emblem_run(EmblemModel *model, const int32_t *ids,
                        const int64_t *offsets, size_t sequences,
                        float *const *outputs) {
  if (EmblemStatus status = checkKind(model, EMBLEM_TAKES_TEXTS);
      status != EMBLEM_OK)
    return status;
  if (!outputs)
    return fail(EMBLEM_INVALID_ARGUMENT, "outputs is null");
  if (EmblemStatus status = checkEnds(*model, ids, offsets, sequences);
      status != EMBLEM_OK)
    return status;
  OutputRows rows;
  std::copy_n(outputs, emblem_output_count(model), rows.of);
  return embedIds(*model, ids, nullptr, offsets, sequences, rows, nullptr);
}

int32_t emblem_counts(const EmblemModel *model, size_t index, const char *name,
                      int64_t position, int32_t id) {
  if (!model || index >= emblem_output_count(model))
    return 0;
  const EmblemOutput output = outputOf(*model->table, int64_t(index));
  const EmblemPrompt *prompt = promptOf(*model->table, name);
  if (prompt && prompt->keeps_all)
    return 1;
  const int32_t *end = output.skipped_ids + output.skipped_id_count;
  return position >= output.skipped_first &&
         std::find(output.skipped_ids, end, id) == end;
}

const char *emblem_last_error(void) { return lastError(); }
