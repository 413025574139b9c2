//===- json_fields.cpp - A part of tokenizer.json, field by field ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/json_fields.h"

using namespace llvm;
using namespace emblem::frontend;

Expected<JsonFields> JsonFields::fromFile(StringRef path,
                                          const json::Value &value) {
  const json::Object *object = value.getAsObject();
  if (!object)
    return createStringError(path + ": the file must hold a JSON object");
  return JsonFields(path.str(), "", *object);
}

Error JsonFields::refuse(const Twine &what) const {
  if (part.empty())
    return createStringError(path + ": the file " + what);
  return createStringError(path + ": '" + part + "' " + what);
}

bool JsonFields::isAbsent(StringRef key) const {
  const json::Value *value = object->get(key);
  return !value || value->kind() == json::Value::Null;
}

Expected<JsonFields> JsonFields::toObject(StringRef key,
                                          const json::Value &value) const {
  if (const json::Object *inner = value.getAsObject())
    return JsonFields(
        path, (Twine(part) + (part.empty() ? "" : ".") + key).str(), *inner);
  return refuse("must hold an object in '" + key + "'");
}

Expected<int32_t> JsonFields::toId(StringRef key,
                                   const json::Value &value) const {
  std::optional<int64_t> id = value.getAsInteger();
  // INT32_MAX itself is left out: the vocabulary's size must be an int32 too.
  if (!id || *id < 0 || *id >= INT32_MAX)
    return refuse("must give '" + key +
                  "' an id from 0 to 2147483646 as an integer");
  return int32_t(*id);
}

Expected<JsonFields> JsonFields::getObject(StringRef key) const {
  if (isAbsent(key))
    return refuse("must hold an object in '" + key + "', and has none");
  return toObject(key, *object->get(key));
}

Expected<const json::Array *> JsonFields::getArray(StringRef key) const {
  if (const json::Array *array = object->getArray(key))
    return array;
  return refuse("must hold an array in '" + key + "'");
}

Expected<StringRef> JsonFields::getString(StringRef key) const {
  if (std::optional<StringRef> string = object->getString(key))
    return *string;
  return refuse("must hold a string in '" + key + "'");
}

Expected<int64_t> JsonFields::getInteger(StringRef key, int64_t least,
                                         int64_t most) const {
  std::optional<int64_t> value = object->getInteger(key);
  if (!value || *value < least || *value > most)
    return refuse("must hold an integer from " + Twine(least) + " to " +
                  Twine(most) + " in '" + key + "'");
  return *value;
}

Error JsonFields::readBoolean(StringRef key, bool &result) const {
  std::optional<bool> value = object->getBoolean(key);
  if (!value)
    return refuse("must hold true or false in '" + key + "'");
  result = *value;
  return Error::success();
}

Error JsonFields::readOptionalBoolean(StringRef key, bool &result) const {
  return isAbsent(key) ? Error::success() : readBoolean(key, result);
}
