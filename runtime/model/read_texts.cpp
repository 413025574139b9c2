//===- read_texts.cpp - Tokens from texts, and texts from tokens ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/model/call_rules.h"

#include <cinttypes>

using namespace emblem::runtime;

namespace {

/// A prompt's rules for the ids of a text, and the call's; all zero: none.
struct IdRules {
  CutRules cut; // with the marker
  bool refusesLong = false;
  const int32_t *marker = nullptr, *expansion = nullptr;
};

/// The caller's arrays, as they are filled: ids, with types or without, or
/// tokens.
struct TokenRoom {
  const IdRules &rules;
  const Tokenizer &tokenizer;
  size_t capacity;
  int32_t *ids = nullptr, *types = nullptr;
  EmblemToken *tokens = nullptr;
  size_t count = 0; // may go beyond the capacity
  Encoding encoding = {};

  void add(int32_t id, int32_t type = 0, TokenPlace place = {{}, noText}) {
    const size_t at = count++;
    if (at >= capacity)
      return;
    if (ids)
      ids[at] = id;
    if (types)
      types[at] = type;
    if (tokens)
      tokens[at] = {id,
                    type,
                    place.text,
                    place.text == noText || tokenizer.isSpecial(id),
                    place.range.begin,
                    place.range.end};
  }
};

void fillRoom(void *context, const TextEncoder::EncodedText &text) {
  TokenRoom &room = *static_cast<TokenRoom *>(context);
  const IdRules &rules = room.rules;
  room.encoding = text.encoding;
  for (int64_t i = 0; i < text.encoding.count; ++i) {
    room.add(text.ids[i], text.types ? text.types[i] : 0,
             text.places ? text.places[i] : TokenPlace{{}, noText});
    if (i == 0 && rules.marker)
      room.add(*rules.marker);
  }
  while (rules.expansion && int64_t(room.count) < rules.cut.mostTokens)
    room.add(*rules.expansion);
}

EmblemStatus checkTokenizer(const EmblemModel &model) {
  return model.encoder.available()
             ? EMBLEM_OK
             : fail(EMBLEM_NO_TOKENIZER,
                    "this model was compiled without a tokenizer");
}

/// Of a text or a pair.
template <typename InputT>
EmblemStatus fill(EmblemModel &model, InputT text, TokenRoom &room,
                  size_t *count, EmblemTextInfo *info) {
  if ((!room.ids && !room.tokens && room.capacity != 0) || !hasData(text))
    return fail(EMBLEM_INVALID_ARGUMENT, "%s is null",
                hasData(text) ? "the array to fill" : "the text's data");
  const IdRules &rules = room.rules;
  CutRules cut = rules.cut;
  cut.mostTokens = std::min(cut.mostTokens, model.table->max_tokens);
  const int64_t most = cut.mostTokens;
  cut.mostTokens -= rules.marker ? 1 : 0;
  model.encoder.encodeOne(text, cut, room.tokens != nullptr, fillRoom, &room);
  if (room.encoding.count < 0)
    return fail(EMBLEM_OUT_OF_MEMORY,
                "there is no memory to tokenize the text");
  if (room.encoding.truncated && rules.refusesLong)
    return fail(EMBLEM_TEXT_TOO_LONG,
                "the text has more than %" PRId64
                " tokens; shorten it, or let texts be cut",
                most);
  *count = room.count;
  if (info)
    *info = {int64_t(room.count), room.encoding.truncated, 0};
  return EMBLEM_OK;
}

IdRules rulesOf(const EmblemModel &model) {
  IdRules rules;
  rules.refusesLong = model.options.overflow == EMBLEM_ERROR;
  return rules;
}

/// Takes a prompt's rules in.
EmblemStatus addPrompt(const EmblemModel &model, const char *name,
                       bool hasOwnLimit, IdRules &rules) {
  const EmblemPrompt *prompt = promptOf(*model.table, name);
  if (name && *name && !prompt)
    return fail(EMBLEM_INVALID_ARGUMENT, "no prompt is named '%s'", name);
  if (!prompt)
    return EMBLEM_OK;
  rules.marker = prompt->marker;
  rules.expansion = prompt->expansion;
  if (prompt->max_tokens > 0 && !hasOwnLimit)
    rules.cut.mostTokens = prompt->max_tokens;
  return EMBLEM_OK;
}

EmblemStatus checkModel(const EmblemModel *model, const void *other,
                        const char *name) {
  if (!model || !other)
    return fail(EMBLEM_INVALID_ARGUMENT, "%s is null", model ? name : "model");
  return checkTokenizer(*model);
}

} // namespace

EmblemStatus emblem_tokenize(EmblemModel *model, EmblemText text, int32_t *ids,
                             size_t capacity, size_t *count,
                             EmblemTextInfo *info) {
  if (EmblemStatus status = checkModel(model, count, "count");
      status != EMBLEM_OK)
    return status;
  const IdRules rules = rulesOf(*model);
  TokenRoom room = {rules, model->encoder.getTokenizer(), capacity, ids};
  return fill(*model, text, room, count, info);
}

EmblemStatus emblem_tokenize_pair(EmblemModel *model, EmblemPair pair,
                                  int32_t *ids, int32_t *types, size_t capacity,
                                  size_t *count, EmblemTextInfo *info) {
  if (EmblemStatus status = checkKind(model, EMBLEM_TAKES_PAIRS);
      status != EMBLEM_OK)
    return status;
  if (EmblemStatus status = checkModel(model, count, "count");
      status != EMBLEM_OK)
    return status;
  const IdRules rules = rulesOf(*model);
  TokenRoom room = {rules, model->encoder.getTokenizer(), capacity, ids, types};
  return fill(*model, pair, room, count, info);
}

EmblemStatus emblem_encode(EmblemModel *model, const char *name,
                           EmblemText text, int32_t *ids, size_t capacity,
                           size_t *count, EmblemTextInfo *info) {
  if (EmblemStatus status = checkModel(model, count, "count");
      status != EMBLEM_OK)
    return status;
  IdRules rules = rulesOf(*model);
  if (EmblemStatus status =
          addPrompt(*model, name, /*hasOwnLimit=*/false, rules);
      status != EMBLEM_OK)
    return status;
  TokenRoom room = {rules, model->encoder.getTokenizer(), capacity, ids};
  return fill(*model, text, room, count, info);
}

EmblemStatus emblem_read(EmblemModel *model, const EmblemCallOptions *options,
                         EmblemText first, const EmblemText *second,
                         EmblemToken *tokens, size_t capacity, size_t *count,
                         EmblemTextInfo *info) {
  if (EmblemStatus status = checkModel(model, count, "count");
      status != EMBLEM_OK)
    return status;
  CallRules call;
  if (EmblemStatus status = readCallOptions(*model, options, call);
      status != EMBLEM_OK)
    return status;
  IdRules rules;
  rules.cut = call.cut;
  rules.refusesLong = call.refusesLong;
  if (EmblemStatus status =
          addPrompt(*model, call.prompt, options && options->max_tokens, rules);
      status != EMBLEM_OK)
    return status;
  TokenRoom room = {rules, model->encoder.getTokenizer(), capacity};
  room.tokens = tokens;
  if (!second)
    return fill(*model, first, room, count, info);
  if (EmblemStatus status = checkKind(model, EMBLEM_TAKES_PAIRS);
      status != EMBLEM_OK)
    return status;
  return fill(*model, EmblemPair{first, *second}, room, count, info);
}

//===----------------------------------------------------------------------===//
// The way back
//===----------------------------------------------------------------------===//

static TokenTexts textsOf(const EmblemModelTable &table) {
  return {table.token_texts, table.token_ends, table.token_count};
}

static EmblemStatus checkId(const EmblemModel &model, int32_t id) {
  const int64_t size = model.table->vocabulary_size;
  return id >= 0 && id < size
             ? EMBLEM_OK
             : fail(EMBLEM_ID_OUT_OF_RANGE,
                    "the token id is %" PRId32 "; it must be 0 to %" PRId64, id,
                    size - 1);
}

EmblemStatus emblem_decode(EmblemModel *model, const int32_t *ids, size_t count,
                           int32_t skipSpecial, char *text, size_t capacity,
                           size_t *size) {
  if (EmblemStatus status = checkModel(model, size, "size");
      status != EMBLEM_OK)
    return status;
  if ((!ids && count) || (!text && capacity))
    return fail(EMBLEM_INVALID_ARGUMENT, "%s is null",
                !ids && count ? "ids" : "text");
  for (size_t i = 0; i < count; ++i)
    if (EmblemStatus status = checkId(*model, ids[i]); status != EMBLEM_OK)
      return status;
  Buffer<uint8_t> decoded;
  const char *problem = nullptr;
  if (!model->encoder.getTokenizer().decode(textsOf(*model->table),
                                            {ids, count}, skipSpecial != 0,
                                            decoded, &problem))
    return fail(EMBLEM_NOT_KNOWN, "%s", problem);
  if (std::min(capacity, decoded.size()))
    std::memcpy(text, decoded.data(), std::min(capacity, decoded.size()));
  *size = decoded.size();
  return EMBLEM_OK;
}

EmblemStatus emblem_token(const EmblemModel *model, int32_t id,
                          EmblemTokenInfo *info) {
  if (EmblemStatus status = checkModel(model, info, "info");
      status != EMBLEM_OK)
    return status;
  if (EmblemStatus status = checkId(*model, id); status != EMBLEM_OK)
    return status;
  const std::string_view text = textsOf(*model->table)[id];
  *info = {text.data(), text.size(),
           model->encoder.getTokenizer().isSpecial(id), 0};
  return EMBLEM_OK;
}
