//===- decoder_json.cpp - Reading the decoder -----------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/part_readers.h"

#include "compiler/tokenizer/unicode_facts.h"

using namespace llvm;
using namespace emblem::frontend;

static Error readWordPiece(const JsonFields &part, DecoderParts &result) {
  Expected<StringRef> prefix = part.getString("prefix");
  if (!prefix)
    return prefix.takeError();
  WordPieceDecoder decoder = {prefix->str()};
  if (Error error = part.readBoolean("cleanup", decoder.cleanup))
    return error;
  result.emplace_back(std::move(decoder));
  return Error::success();
}

// The one character of a field.
static Expected<uint32_t> readCharacter(const JsonFields &part, StringRef key) {
  Expected<StringRef> text = part.getString(key);
  if (!text)
    return text.takeError();
  CodePoints characters = decodeText(*text);
  if (characters.size() != 1)
    return part.refuse("must hold one character in '" + key + "'");
  return characters.front();
}

// Older files say "add_prefix_space" in place of a scheme.
static Error readMetaspace(const JsonFields &part, DecoderParts &result) {
  Expected<uint32_t> replacement = readCharacter(part, "replacement");
  if (!replacement)
    return replacement.takeError();
  MetaspaceDecoder decoder = {*replacement};
  if (Error error =
          part.readOptionalBoolean("add_prefix_space", decoder.dropsFirst))
    return error;
  if (!part.isAbsent("prepend_scheme")) {
    Expected<StringRef> scheme = part.getString("prepend_scheme");
    if (!scheme)
      return scheme.takeError();
    decoder.dropsFirst &= *scheme != "never";
  }
  result.emplace_back(decoder);
  return Error::success();
}

static Error readStrip(const JsonFields &part, DecoderParts &result) {
  Expected<uint32_t> content = readCharacter(part, "content");
  if (!content)
    return content.takeError();
  Expected<int64_t> start = part.getInteger("start", 0, INT32_MAX);
  if (!start)
    return start.takeError();
  Expected<int64_t> stop = part.getInteger("stop", 0, INT32_MAX);
  if (!stop)
    return stop.takeError();
  result.emplace_back(
      StripDecoder{*content, uint32_t(*start), uint32_t(*stop)});
  return Error::success();
}

static Error readReplace(const JsonFields &part, DecoderParts &result) {
  Expected<Pattern> pattern = readTextPattern(part);
  if (!pattern)
    return pattern.takeError();
  Expected<StringRef> content = part.getString("content");
  if (!content)
    return content.takeError();
  result.emplace_back(
      ReplaceDecoder{pattern->text, pattern->isRegex, content->str()});
  return Error::success();
}

static Error readSequence(const JsonFields &part, DecoderParts &result) {
  Expected<const json::Array *> parts = part.getArray("decoders");
  if (!parts)
    return parts.takeError();
  for (const json::Value &value : **parts) {
    Expected<JsonFields> inner = part.toObject("decoders", value);
    if (!inner)
      return inner.takeError();
    if (Error error = readDecoder(*inner, result))
      return error;
  }
  return Error::success();
}

Error emblem::frontend::readDecoder(const JsonFields &part,
                                    DecoderParts &result) {
  Expected<StringRef> type = part.getString("type");
  if (!type)
    return type.takeError();
  if (*type == "Sequence")
    return readSequence(part, result);
  if (*type == "WordPiece")
    return readWordPiece(part, result);
  if (*type == "Metaspace")
    return readMetaspace(part, result);
  if (*type == "Strip")
    return readStrip(part, result);
  if (*type == "Replace")
    return readReplace(part, result);
  if (*type == "BPEDecoder") {
    Expected<StringRef> suffix = part.getString("suffix");
    if (!suffix)
      return suffix.takeError();
    result.emplace_back(SuffixDecoder{suffix->str()});
  } else if (*type == "ByteLevel") {
    result.emplace_back(ByteLevelDecoder());
  } else if (*type == "ByteFallback") {
    result.emplace_back(ByteFallbackDecoder());
  } else if (*type == "Fuse") {
    result.emplace_back(FuseDecoder());
  } else {
    // Vectors do not depend on it: what asks to decode is refused.
    result.emplace_back(UnknownDecoder{type->str()});
  }
  return Error::success();
}
