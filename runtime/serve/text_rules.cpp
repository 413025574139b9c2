//===- text_rules.cpp - Rules of a request for its texts ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/serve/text_rules.h"

#include "runtime/serve/server.h"
#include "runtime/table/outputs.h"

#include <cstring>

using namespace emblem;
using namespace emblem::serve;

bool TextRules::read(json::JsonReader &json, int name) {
  if (skipNull(json))
    return true;
  std::string_view word;
  bool truth = false;
  switch (name) {
  case 0:
    if (!json.readBoolean(truth))
      return false;
    truncates = truth;
    return true;
  case 1:
    if (!json.readString(word))
      return false;
    side =
        http::isSameWord(word, "left") ? EMBLEM_SIDE_LEFT : EMBLEM_SIDE_RIGHT;
    return side == EMBLEM_SIDE_LEFT || http::isSameWord(word, "right") ||
           json.refuse("truncation_direction is 'left' or 'right'");
  case 2:
    if (!json.readString(word))
      return false;
    namesPrompt = true;
    prompt = word;
    return true;
  case 3:
    return json.readBoolean(normalizes);
  default:
    return json.readInteger(dimensions) &&
           (dimensions > 0 ||
            json.refuse("dimensions is a whole number from 1"));
  }
}

bool serve::readTextRequest(json::JsonReader &json, Inputs &inputs,
                            TextRules &rules, size_t ruleCount) {
  static constexpr std::string_view names[] = {"inputs",
                                               TextRules::names[0],
                                               TextRules::names[1],
                                               TextRules::names[2],
                                               TextRules::names[3],
                                               TextRules::names[4]};
  static_assert(std::size(names) == 1 + std::size(TextRules::names));
  if (!json.enterObject())
    return false;
  json::Members members(json, std::span(names).first(1 + ruleCount));
  for (int name; (name = members.next()) >= 0;)
    if (!(name == 0 ? readInputs(json, inputs) : rules.read(json, name - 1)))
      return false;
  return json.finish() &&
         (members.has(0) || json.refuse("'inputs' is not there"));
}

std::string serve::checkCount(const Server &server, size_t count, int &code) {
  if (count == 0) {
    code = 422;
    return "the list of texts is empty; send one at least";
  }
  if (count > size_t(server.settings.maxClientBatch)) {
    code = 413;
    return "batch size " + std::to_string(count) +
           " > maximum allowed batch size " +
           std::to_string(server.settings.maxClientBatch) +
           "; send it in parts, or raise --max-client-batch-size";
  }
  return {};
}

void serve::setCut(const Server &server, Work &work, const TextRules &rules) {
  const bool cuts = rules.truncates < 0 ? server.settings.autoTruncate != 0
                                        : rules.truncates != 0;
  work.call.cut = cuts ? EMBLEM_CUT_TEXT : EMBLEM_CUT_REFUSE;
  work.call.side = rules.side;
}

std::string serve::prepareTexts(const Server &server, Work &work,
                                const TextRules &rules, bool usual, int &code) {
  if (!server.table.tokenizer) {
    code = 424;
    return "this model was compiled without a tokenizer; send token ids, with "
           "--accept-token-ids";
  }
  setCut(server, work, rules);
  const char *name = rules.namesPrompt ? rules.prompt.c_str()
                     : !usual          ? ""
                                       : server.settings.defaultPrompt;
  const EmblemPrompt *prompt =
      name && !*name ? nullptr : runtime::promptOf(server.table, name);
  if (!prompt && name && *name) {
    code = 422;
    return "no prompt is named '" + rules.prompt + "'; /info lists the model's";
  }
  work.call.prompt = prompt ? prompt->name : "";
  const size_t size = prompt ? std::strlen(prompt->text) : 0;
  if (size == 0)
    return {};
  size_t bytes = 0;
  for (const EmblemText &text : work.texts)
    bytes += size + text.size;
  work.prompted.reserve(bytes);
  for (EmblemText &text : work.texts) {
    const size_t begin = work.prompted.size();
    work.prompted.append(prompt->text, size).append(text.data, text.size);
    text = {work.prompted.data() + begin, size + text.size};
  }
  return {};
}
