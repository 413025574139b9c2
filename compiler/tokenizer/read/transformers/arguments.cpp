//===- arguments.cpp - Keyword arguments of a tokenizer -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/transformers/arguments.h"

#include "compiler/files/json_file.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::library;

bool library::isTrue(const json::Value &value) {
  switch (value.kind()) {
  case json::Value::Null:
    return false;
  case json::Value::Boolean:
    return *value.getAsBoolean();
  case json::Value::Number:
    return *value.getAsNumber() != 0;
  case json::Value::String:
    return !value.getAsString()->empty();
  case json::Value::Array:
    return !value.getAsArray()->empty();
  case json::Value::Object:
    return !value.getAsObject()->empty();
  }
  return false;
}

bool Arguments::isNull(StringRef key) const {
  const json::Value *value = find(key);
  return value && value->kind() == json::Value::Null;
}

Error Arguments::error(StringRef key, const Twine &advice) const {
  return JsonObject(path, json::Object(fields)).error(key, advice);
}

std::string Arguments::nameOf(StringRef key) const {
  return ("'" + path + "': '" + key + "'").str();
}

Expected<bool> Arguments::boolean(StringRef key, bool fallback) const {
  const json::Value *value = find(key);
  if (!value)
    return fallback;
  if (auto flag = value->getAsBoolean())
    return *flag;
  return error(key, "it must be true or false");
}

bool Arguments::truth(StringRef key, bool fallback) const {
  const json::Value *value = find(key);
  return value ? isTrue(*value) : fallback;
}

Expected<std::string> Arguments::string(StringRef key,
                                        StringRef fallback) const {
  const json::Value *value = find(key);
  if (!value)
    return fallback.str();
  if (auto text = value->getAsString())
    return text->str();
  return error(key, "it must be a text");
}

Expected<int64_t> Arguments::integer(StringRef key, int64_t fallback) const {
  const json::Value *value = find(key);
  if (!value)
    return fallback;
  if (auto number = value->getAsInteger())
    return *number;
  return error(key, "it must be an integer");
}
