//===- c_interface.cpp - The functions of emblem.h ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/model/call_rules.h"
#include "runtime/model/model.h"
#include "runtime/table/error.h"
#include "runtime/table/table_data.h"

#include <algorithm>
#include <cinttypes>
#include <cstring>
#include <utility>

using namespace emblem::runtime;

EmblemStatus emblem_open(const EmblemModelTable *table,
                         const EmblemOptions *options, EmblemModel **model) {
  if (!model)
    return fail(EMBLEM_INVALID_ARGUMENT, "model is null");
  *model = nullptr;
  return openModel(table, options, model);
}

void emblem_free(EmblemModel *model) {
  if (!model)
    return;
  void *library = model->library;
  const auto close = model->closeLibrary;
  FreeModel()(model);
  if (library)
    close(library);
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
  const int64_t tokens = innerOutput(table, EMBLEM_TOKENS);
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
           .similarity = table.distance,
           .truncates_left = model->encoder.available() &&
                             model->encoder.getTokenizer().truncatesLeft(),
           .normalizes = table.last_step == EMBLEM_ENDS_IN_NORMALIZE,
           .activates = table.last_step == EMBLEM_ENDS_IN_ACTIVATION,
           .token_dimension = tokens < 0 ? 0 : outputOf(table, tokens).width,
           .spare = {}};
  return EMBLEM_OK;
}

const char *emblem_prompt(const EmblemModel *model, const char *name) {
  if (!model)
    return nullptr;
  const EmblemPrompt *prompt = promptOf(*model->table, name);
  return prompt ? prompt->text : nullptr;
}

size_t emblem_prompt_count(const EmblemModel *model) {
  return model ? size_t(model->table->prompt_count) : 0;
}

EmblemStatus emblem_prompt_info(const EmblemModel *model, size_t index,
                                EmblemPromptInfo *info) {
  if (!model || !info)
    return fail(EMBLEM_INVALID_ARGUMENT, "%s is null",
                model ? "info" : "model");
  const EmblemModelTable &table = *model->table;
  if (index >= emblem_prompt_count(model))
    return fail(EMBLEM_INVALID_ARGUMENT,
                "there is no prompt %zu; the model has %" PRId64, index,
                table.prompt_count);
  const EmblemPrompt &prompt = table.prompts[index];
  *info = {prompt.name, prompt.text, prompt.max_tokens,
           table.default_prompt &&
               std::strcmp(table.default_prompt, prompt.name) == 0,
           0};
  return EMBLEM_OK;
}

const char *emblem_label(const EmblemModel *model, size_t score) {
  if (!model || !model->table->labels ||
      score >= size_t(model->table->dimension))
    return nullptr;
  return model->table->labels[score];
}

EmblemStatus emblem::runtime::checkKind(const EmblemModel *model,
                                        int32_t input) {
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
  return emblem_embed_with(model, nullptr, texts, count, vectors, infos);
}

EmblemStatus emblem_embed_with(EmblemModel *model,
                               const EmblemCallOptions *options,
                               const EmblemText *texts, size_t count,
                               float *vectors, EmblemTextInfo *infos) {
  if (EmblemStatus status = checkKind(model, EMBLEM_TAKES_TEXTS);
      status != EMBLEM_OK)
    return status;
  CallRules rules;
  if (EmblemStatus status = readCallOptions(*model, options, rules);
      status != EMBLEM_OK)
    return status;
  return embedTexts(*model, texts, count, vectors, infos, rules);
}

EmblemStatus emblem_score(EmblemModel *model, const EmblemPair *pairs,
                          size_t count, float *scores, EmblemTextInfo *infos) {
  return emblem_score_with(model, nullptr, pairs, count, scores, infos);
}

EmblemStatus emblem_score_with(EmblemModel *model,
                               const EmblemCallOptions *options,
                               const EmblemPair *pairs, size_t count,
                               float *scores, EmblemTextInfo *infos) {
  if (EmblemStatus status = checkKind(model, EMBLEM_TAKES_PAIRS);
      status != EMBLEM_OK)
    return status;
  CallRules rules;
  if (EmblemStatus status = readCallOptions(*model, options, rules);
      status != EMBLEM_OK)
    return status;
  if (rules.finish == EMBLEM_FINISH_NORMALIZED)
    return fail(EMBLEM_INVALID_ARGUMENT,
                "finish is EMBLEM_FINISH_NORMALIZED, which scores are not");
  return embedTexts(*model, pairs, count, scores, infos, rules);
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
  if (EmblemStatus status = checkEnds(*model, ids, offsets, sequences);
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

size_t emblem_output_count(const EmblemModel *model) {
  return model ? size_t(outputCount(*model->table)) : 0;
}

static EmblemOutputInfo describe(const EmblemOutput &output) {
  return {output.name, EmblemOutputKind(output.kind),
          output.rows == EMBLEM_ROWS_ARE_TOKENS, output.width};
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
  *info = describe(outputOf(*model->table, int64_t(index)));
  return EMBLEM_OK;
}

EmblemStatus emblem_inner(const EmblemModel *model, EmblemOutputKind kind,
                          EmblemOutputInfo *info) {
  if (!model || !info)
    return fail(EMBLEM_INVALID_ARGUMENT, "%s is null",
                model ? "info" : "model");
  int64_t index;
  if (EmblemStatus status = findInner(*model, kind, index); status != EMBLEM_OK)
    return status;
  *info = describe(outputOf(*model->table, index));
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

EmblemStatus emblem_run_with(EmblemModel *model, const int32_t *ids,
                             const int32_t *types, const int64_t *offsets,
                             size_t sequences, const EmblemRows *wanted) {
  if (!model || !wanted)
    return fail(EMBLEM_INVALID_ARGUMENT, "%s is null",
                model ? "rows" : "model");
  EmblemRows asked;
  if (EmblemStatus status = readSized("rows", wanted, asked);
      status != EMBLEM_OK)
    return status;
  if (EmblemStatus status = checkEnds(*model, ids, offsets, sequences);
      status != EMBLEM_OK)
    return status;
  OutputRows rows;
  if (asked.outputs)
    std::copy_n(asked.outputs, emblem_output_count(model), rows.of);
  const std::pair<EmblemOutputKind, float *> inner[] = {
      {EMBLEM_TOKENS, asked.tokens}, {EMBLEM_RAW, asked.raw}};
  for (auto [kind, to] : inner) {
    int64_t index;
    if (!to)
      continue;
    if (EmblemStatus status = findInner(*model, kind, index);
        status != EMBLEM_OK)
      return status;
    rows.of[index] = to;
  }
  return embedIds(*model, ids, types, offsets, sequences, rows, nullptr);
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
