//===- library_token.cpp - Tokens as transformers describes them ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/transformers/library_token.h"

#include "compiler/files/printable_text.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::library;

Expected<LibraryToken> library::readLibraryToken(const json::Object &fields,
                                                 const Twine &where) {
  LibraryToken token;
  auto content = fields.getString("content");
  if (!content)
    return createStringError(where + " must have its text in 'content'");
  token.content = content->str();
  for (const auto &[key, value] : fields) {
    StringRef name = key;
    if (name == "content" || name == "__type" || name == "id")
      continue;
    auto flag = value.getAsBoolean();
    if (name == "normalized" && value.kind() == json::Value::Null)
      continue;
    bool isKnown = name == "single_word" || name == "lstrip" ||
                   name == "rstrip" || name == "normalized" ||
                   name == "special";
    if (!isKnown || !flag)
      return createStringError(
          where + " has the field '" + printableText(name) +
          "'; known are content, and single_word, lstrip, rstrip, normalized "
          "and special, which are true or false");
    if (name == "single_word")
      token.singleWord = *flag;
    else if (name == "lstrip")
      token.lstrip = *flag;
    else if (name == "rstrip")
      token.rstrip = *flag;
    else if (name == "normalized")
      token.normalized = *flag;
    else
      token.special = *flag;
  }
  return token;
}

Expected<NamedToken> library::readNamedToken(const json::Value &value,
                                             const Twine &where) {
  NamedToken result;
  if (auto text = value.getAsString()) {
    result.token.content = text->str();
    return result;
  }
  const json::Object *fields = value.getAsObject();
  if (!fields || fields->getString("__type") != StringRef("AddedToken"))
    return createStringError(where +
                             " must be a token's text, or an object whose "
                             "'__type' is \"AddedToken\", as transformers "
                             "writes them");
  auto token = readLibraryToken(*fields, where);
  if (!token)
    return token.takeError();
  result.token = std::move(*token);
  result.isDescribed = true;
  return result;
}

json::Object library::writeAddedToken(const LibraryToken &token, int64_t id) {
  return json::Object{{"id", id},
                      {"content", token.content},
                      {"single_word", token.singleWord},
                      {"lstrip", token.lstrip},
                      {"rstrip", token.rstrip},
                      {"normalized", token.isNormalized()},
                      {"special", token.special}};
}
