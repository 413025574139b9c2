//===- normalizer_json.cpp - Reading the normaliser -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/part_readers.h"

#include "llvm/Support/Base64.h"

using namespace llvm;
using namespace emblem::frontend;

static Error readBert(const JsonFields &part, NormalizerParts &result) {
  BertNormalizer bert;
  if (Error error = part.readBoolean("clean_text", bert.cleanText))
    return error;
  if (Error error =
          part.readBoolean("handle_chinese_chars", bert.handleChineseChars))
    return error;
  if (Error error = part.readBoolean("lowercase", bert.lowercase))
    return error;
  bert.stripAccents = bert.lowercase;
  if (Error error =
          part.readOptionalBoolean("strip_accents", bert.stripAccents))
    return error;
  result.emplace_back(bert);
  return Error::success();
}

static Error readPrecompiled(const JsonFields &part, NormalizerParts &result) {
  Expected<StringRef> encoded = part.getString("precompiled_charsmap");
  if (!encoded)
    return encoded.takeError();
  std::vector<char> bytes;
  if (Error error = decodeBase64(*encoded, bytes)) {
    consumeError(std::move(error));
    return part.refuse("must hold base64 in 'precompiled_charsmap'");
  }
  result.emplace_back(Precompiled{{bytes.begin(), bytes.end()}});
  return Error::success();
}

static Error readReplace(const JsonFields &part, NormalizerParts &result) {
  Expected<Pattern> pattern = readTextPattern(part);
  if (!pattern)
    return pattern.takeError();
  Expected<StringRef> content = part.getString("content");
  if (!content)
    return content.takeError();
  result.emplace_back(Replace{*pattern, content->str()});
  return Error::success();
}

static Error readStrip(const JsonFields &part, NormalizerParts &result) {
  Strip strip;
  if (Error error = part.readBoolean("strip_left", strip.left))
    return error;
  if (Error error = part.readBoolean("strip_right", strip.right))
    return error;
  result.emplace_back(strip);
  return Error::success();
}

static Error readSequence(const JsonFields &part, NormalizerParts &result) {
  Expected<const json::Array *> parts = part.getArray("normalizers");
  if (!parts)
    return parts.takeError();
  for (const json::Value &value : **parts) {
    Expected<JsonFields> inner = part.toObject("normalizers", value);
    if (!inner)
      return inner.takeError();
    if (Error error = readNormalizer(*inner, result))
      return error;
  }
  return Error::success();
}

Error emblem::frontend::readNormalizer(const JsonFields &part,
                                       NormalizerParts &result) {
  Expected<StringRef> type = part.getString("type");
  if (!type)
    return type.takeError();
  if (*type == "Sequence")
    return readSequence(part, result);
  if (*type == "BertNormalizer")
    return readBert(part, result);
  if (*type == "Precompiled")
    return readPrecompiled(part, result);
  if (*type == "Replace")
    return readReplace(part, result);
  if (*type == "Strip")
    return readStrip(part, result);
  if (*type == "Prepend") {
    Expected<StringRef> text = part.getString("prepend");
    if (!text)
      return text.takeError();
    result.emplace_back(Prepend{text->str()});
  } else if (*type == "Lowercase") {
    result.emplace_back(Lowercase());
  } else if (*type == "StripAccents") {
    result.emplace_back(StripAccents());
  } else if (*type == "Nmt") {
    result.emplace_back(Nmt());
  } else if (*type == "NFC" || *type == "NFD" || *type == "NFKC" ||
             *type == "NFKD") {
    result.emplace_back(UnicodeForm{type->contains('K'), type->ends_with("C")});
  } else {
    return part.refuse("is a " + *type +
                       "; known are BertNormalizer, Lowercase, NFC, NFD, NFKC, "
                       "NFKD, Nmt, Precompiled, Prepend, Replace, Sequence, "
                       "Strip and StripAccents");
  }
  return Error::success();
}

Expected<Pattern> emblem::frontend::readTextPattern(const JsonFields &part) {
  Expected<JsonFields> field = part.getObject("pattern");
  if (!field)
    return field.takeError();
  Pattern pattern;
  pattern.isRegex = !field->isAbsent("Regex");
  Expected<StringRef> text =
      field->getString(pattern.isRegex ? "Regex" : "String");
  if (!text)
    return text.takeError();
  pattern.text = text->str();
  return pattern;
}
