//===- inputs.cpp - Texts of a request ------------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/serve/inputs.h"

using namespace emblem;
using namespace emblem::serve;
using json::JsonReader;
using Kind = JsonReader::Kind;

bool serve::readText(JsonReader &json, EmblemText &text) {
  std::string_view read;
  if (!json.readString(read))
    return false;
  text = {read.data(), read.size()};
  return true;
}

bool serve::readTexts(JsonReader &json, std::vector<EmblemText> &texts) {
  if (!json.enterArray())
    return false;
  while (json.nextElement()) {
    texts.emplace_back();
    if (!readText(json, texts.back()))
      return false;
  }
  return !json.failed();
}

static bool readId(JsonReader &json, std::vector<int32_t> &ids) {
  int64_t id;
  if (!json.readInteger(id))
    return false;
  if (id < 0 || id > INT32_MAX)
    return json.refuse("a token id is a whole number from 0");
  ids.push_back(int32_t(id));
  return true;
}

bool serve::readIds(JsonReader &json, std::vector<int32_t> &ids) {
  if (!json.enterArray())
    return false;
  while (json.nextElement())
    if (!readId(json, ids))
      return false;
  return !json.failed();
}

bool serve::readInputs(JsonReader &json, Inputs &inputs) {
  const Kind kind = json.kind();
  if (kind == Kind::String) {
    inputs.texts.emplace_back();
    return readText(json, inputs.texts.back());
  }
  if (kind != Kind::Array)
    return kind != Kind::None &&
           json.refuse("a text or a list of texts was expected");
  json.enterArray();
  inputs.isList = true;
  bool isOne = false; // of ids, without a list around
  for (bool isFirst = true; json.nextElement(); isFirst = false) {
    const Kind element = json.kind();
    if (isFirst) {
      inputs.isIds = element == Kind::Number || element == Kind::Array;
      isOne = element == Kind::Number;
    }
    bool isRead = false;
    if (isOne) {
      isRead = readId(json, inputs.ids);
    } else if (inputs.isIds) {
      isRead = readIds(json, inputs.ids);
      if (isRead && int64_t(inputs.ids.size()) == inputs.offsets.back())
        return json.refuse("a list of token ids is empty");
      inputs.offsets.push_back(int64_t(inputs.ids.size()));
    } else {
      inputs.texts.emplace_back();
      isRead = readText(json, inputs.texts.back());
    }
    if (!isRead)
      return false;
  }
  if (isOne) {
    inputs.offsets.push_back(int64_t(inputs.ids.size()));
    inputs.isList = false;
  }
  return !json.failed();
}

bool serve::skipNull(JsonReader &json) {
  return json.kind() == Kind::Null && json.readNull();
}

std::string serve::sentenceOf(const JsonReader &json) {
  return std::string(json.isUnexpected() ? "" : "the body is no JSON: ") +
         json.problem() + ", at byte " + std::to_string(json.position()) +
         " of the body";
}

int serve::statusOf(const JsonReader &json) {
  return json.isUnexpected() ? 422 : 400;
}
