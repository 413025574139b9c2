//===- tokenizer_keys.cpp - Every key of a tokenizer's files --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/transformers/tokenizer_keys.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::library;

namespace {
struct Key {
  StringLiteral name;
  KeyEffect effect;
};
} // namespace

static constexpr Key keys[] = {
#define KEY(name, effect) {name, KeyEffect::effect},
#include "compiler/tokenizer/read/transformers/tokenizer_keys.def"
};

std::optional<KeyEffect> library::findKeyEffect(StringRef name) {
  for (const Key &key : keys)
    if (key.name == name)
      return key.effect;
  return std::nullopt;
}

// What a key that is refused may say, for nothing comes of it.
static bool saysNothing(StringRef name, const json::Value &value) {
  if (!isTrue(value))
    return true;
  const json::Object *object = value.getAsObject();
  if (name == "auto_map" && object) {
    const json::Value *tokenizer = object->get("AutoTokenizer");
    return !tokenizer || !isTrue(*tokenizer);
  }
  const json::Array *list = value.getAsArray();
  if (name == "fast_tokenizer_files" && list)
    return all_of(*list, [](const json::Value &file) {
      return file.getAsString() == StringRef("tokenizer.json");
    });
  return false;
}

static StringRef adviceFor(StringRef name) {
  if (name == "auto_map")
    return "the folder brings code of its own for its tokenizer, which is not "
           "run; where the library's class gives the same ids, remove the key";
  if (name == "fast_tokenizer_files")
    return "only tokenizer.json is read; rename the file that holds for "
           "transformers 5, and remove the key";
  return "it is not supported here; save the tokenizer with transformers as "
         "tokenizer.json";
}

Error library::checkKeys(const Arguments &arguments) {
  StringRef first;
  for (const auto &[key, value] : arguments.getFields())
    if (findKeyEffect(key) == KeyEffect::Refused && !saysNothing(key, value) &&
        (first.empty() || StringRef(key) < first))
      first = key;
  if (first.empty())
    return Error::success();
  return arguments.error(first, adviceFor(first));
}
