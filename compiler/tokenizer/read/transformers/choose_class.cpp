//===- choose_class.cpp - The class that AutoTokenizer takes --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/transformers/tokenizer_class.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::library;

static constexpr StringLiteral backend = "TokenizersBackend";

namespace {
struct Pair {
  StringLiteral name, value;
};
} // namespace

static constexpr Pair classNames[] = {
#define CLASS_NAME(name, known) {name, known},
#define OTHER_CLASS(name) {name, name},
#include "compiler/tokenizer/read/transformers/tokenizer_classes.def"
};

static constexpr Pair modelTypes[] = {
#define MODEL_TYPE(type, name) {type, name},
#define FORCED_TYPE(type)
#include "compiler/tokenizer/read/transformers/model_types.def"
};

static constexpr StringLiteral forcedTypes[] = {
#define MODEL_TYPE(type, name)
#define FORCED_TYPE(type) type,
#include "compiler/tokenizer/read/transformers/model_types.def"
};

static StringRef withoutFast(StringRef name) {
  name.consume_back("Fast");
  return name;
}

StringRef library::resolveClassName(StringRef name) {
  for (StringRef wanted : {name, withoutFast(name)})
    for (const Pair &known : classNames)
      if (known.name == wanted)
        return known.value;
  return "";
}

std::optional<StringRef> library::findClassOfModelType(StringRef type) {
  for (const Pair &entry : modelTypes)
    if (entry.name == type)
      return StringRef(entry.value);
  return std::nullopt;
}

bool library::namesWrongClass(StringRef type) {
  return is_contained(forcedTypes, type);
}

// The name of the class, or of none that is known.
static StringRef chooseName(const ClassNames &names,
                            function_ref<bool()> usesByteLevel) {
  StringRef named =
      names.tokenizerClass.empty() ? names.modelClass : names.tokenizerClass;
  std::optional<StringRef> usual = findClassOfModelType(names.modelType);
  bool isForced =
      namesWrongClass(names.modelType) || namesWrongClass(names.modelName);
  // Files of this class that are Llama 3's.
  if (withoutFast(named) == "LlamaTokenizer" && !isForced && usesByteLevel())
    return backend;
  if (!named.empty() && usual && withoutFast(*usual) != withoutFast(named)) {
    StringRef registered = withoutFast(*usual);
    StringRef taken = registered == backend
                          ? StringRef(backend)
                          : resolveClassName(isForced ? registered : named);
    return taken.empty() ? StringRef(backend) : taken;
  }
  if (!named.empty()) {
    StringRef taken = resolveClassName(named);
    return taken.empty() ? StringRef(backend) : taken;
  }
  return usual ? resolveClassName(*usual) : StringRef(backend);
}

Expected<const TokenizerClass *>
library::chooseTokenizerClass(const ClassNames &names, StringRef path,
                              function_ref<bool()> usesByteLevel) {
  StringRef name = chooseName(names, usesByteLevel);
  if (const TokenizerClass *found = findTokenizerClass(name))
    return found;
  return createStringError(
      "'" + path + "' has a tokenizer of transformers' class " + name +
      ", which is not known; where its tokenizer.json holds by itself, write "
      "\"tokenizer_class\": \"PreTrainedTokenizerFast\" into its "
      "tokenizer_config.json");
}
