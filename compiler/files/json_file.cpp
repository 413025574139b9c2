//===- json_file.cpp - JSON files, read with located errors ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/json_file.h"

#include "compiler/files/model_file.h"
#include "compiler/files/printable_text.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace emblem::frontend;

// How deep the brackets outside of strings nest.
static size_t nestingDepth(StringRef text) {
  size_t depth = 0, deepest = 0;
  bool inString = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (inString) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        inString = false;
    } else if (c == '"') {
      inString = true;
    } else if (c == '[' || c == '{') {
      deepest = std::max(deepest, ++depth);
    } else if ((c == ']' || c == '}') && depth) {
      --depth;
    }
  }
  return deepest;
}

Expected<json::Value> emblem::frontend::parseJson(StringRef text,
                                                  StringRef file) {
  if (nestingDepth(text) > 100)
    return createStringError("'" + file +
                             "' nests more than 100 levels of brackets, which "
                             "no file of a model does; is it the right file?");
  Expected<json::Value> value = json::parse(text);
  if (value)
    return value;
  // LLVM's message is "[line:column, byte=offset]: message".
  std::string message = toString(value.takeError());
  StringRef rest = message;
  StringRef location, what;
  if (rest.consume_front("[")) {
    std::tie(location, rest) = rest.split(',');
    what = rest.split("]: ").second;
  }
  return createStringError(file + ":" + location + ": not valid JSON: " + what);
}

Expected<JsonObject> JsonObject::read(StringRef path) {
  auto buffer = readTextFile(path);
  if (!buffer)
    return buffer.takeError();
  auto value = parseJson((*buffer)->getBuffer(), path);
  if (!value)
    return value.takeError();
  json::Object *object = value->getAsObject();
  if (!object)
    return createStringError("'" + path +
                             "' must hold a JSON object, { \"key\": value }");
  return JsonObject(path.str(), std::move(*object));
}

Expected<JsonObject> JsonObject::readOptional(StringRef path) {
  if (isThere(path))
    return read(path);
  return JsonObject(path.str(), json::Object());
}

std::vector<StringRef> JsonObject::getUnread() const {
  std::vector<StringRef> keys;
  for (const auto &entry : object)
    if (!asked.contains(StringRef(entry.first)) &&
        entry.second.kind() != json::Value::Null)
      keys.push_back(StringRef(entry.first));
  llvm::sort(keys);
  return keys;
}

const json::Value *JsonObject::find(StringRef key) const {
  asked.insert(key);
  const json::Value *value = object.get(key);
  return value && value->kind() != json::Value::Null ? value : nullptr;
}

Expected<JsonObject> JsonObject::child(StringRef key) const {
  const json::Value *value = find(key);
  const json::Object *object = value ? value->getAsObject() : nullptr;
  if (value && !object)
    return error(key, "it must be an object");
  return JsonObject(path, object ? *object : json::Object(),
                    (scope + key + ".").str());
}

JsonObject JsonObject::withDefaults(StringRef defaults) const {
  JsonObject result = *this;
  json::Value values = cantFail(json::parse(defaults));
  for (const auto &[key, value] : *values.getAsObject())
    if (!has(key))
      result.object[key] = value;
  return result;
}

JsonObject JsonObject::with(json::Object fields) const {
  JsonObject result = *this;
  for (auto &[key, value] : fields)
    result.object[key] = std::move(value);
  return result;
}

Error JsonObject::error(StringRef key, const Twine &advice) const {
  const json::Value *value = find(key);
  if (!value)
    return createStringError("'" + path + "': '" + scope + key +
                             (has(key) ? "' is null; " : "' is missing; ") +
                             advice);
  std::string text = printableText(formatv("{0}", *value).str(), 60);
  return createStringError("'" + path + "': '" + scope + key + "' is " + text +
                           "; " + advice);
}

Expected<int64_t> JsonObject::size(StringRef key) const {
  const json::Value *value = find(key);
  std::optional<int64_t> integer = value ? value->getAsInteger() : std::nullopt;
  if (!integer || *integer < 1 || *integer > INT32_MAX)
    return error(key, "it must be an integer from 1 to 2147483647");
  return *integer;
}

Expected<bool> JsonObject::boolean(StringRef key, bool fallback) const {
  const json::Value *value = find(key);
  if (!value)
    return fallback;
  if (std::optional<bool> boolean = value->getAsBoolean())
    return *boolean;
  return error(key, "it must be true or false");
}

Expected<double> JsonObject::number(StringRef key, double fallback) const {
  const json::Value *value = find(key);
  if (!value)
    return fallback;
  if (std::optional<double> number = value->getAsNumber())
    return *number;
  return error(key, "it must be a number");
}

Expected<std::string> JsonObject::string(StringRef key,
                                         StringRef fallback) const {
  const json::Value *value = find(key);
  if (!value)
    return fallback.str();
  if (std::optional<StringRef> string = value->getAsString())
    return string->str();
  return error(key, "it must be a string");
}
