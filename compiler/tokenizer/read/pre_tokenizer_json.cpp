//===- pre_tokenizer_json.cpp - Reading the pre-tokenizer -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/part_readers.h"
#include "compiler/tokenizer/unicode_facts.h"

#include "llvm/ADT/StringSwitch.h"

using namespace llvm;
using namespace emblem::frontend;

static Error readBehavior(const JsonFields &part, SplitBehavior &result) {
  Expected<StringRef> name = part.getString("behavior");
  if (!name)
    return name.takeError();
  auto behavior =
      StringSwitch<std::optional<SplitBehavior>>(*name)
          .Case("Removed", SplitBehavior::Removed)
          .Case("Isolated", SplitBehavior::Isolated)
          .Case("Contiguous", SplitBehavior::Contiguous)
          .Case("MergedWithPrevious", SplitBehavior::MergedWithPrevious)
          .Case("MergedWithNext", SplitBehavior::MergedWithNext)
          .Default(std::nullopt);
  if (!behavior)
    return part.refuse("has the behavior " + *name +
                       "; known are Removed, Isolated, Contiguous, "
                       "MergedWithPrevious and MergedWithNext");
  result = *behavior;
  return Error::success();
}

static Error readCharacter(const JsonFields &part, StringRef key,
                           uint32_t &result) {
  Expected<StringRef> text = part.getString(key);
  if (!text)
    return text.takeError();
  CodePoints characters = decodeText(*text);
  if (characters.size() != 1)
    return part.refuse("must hold one character in '" + key + "'");
  result = characters[0];
  return Error::success();
}

static Error readSplit(const JsonFields &part, PreTokenizerParts &result) {
  Split split;
  Expected<Pattern> pattern = readTextPattern(part);
  if (!pattern)
    return pattern.takeError();
  split.pattern = std::move(*pattern);
  if (Error error = readBehavior(part, split.behavior))
    return error;
  if (Error error = part.readBoolean("invert", split.invert))
    return error;
  result.emplace_back(std::move(split));
  return Error::success();
}

static Error readMetaspace(const JsonFields &part, PreTokenizerParts &result) {
  Metaspace metaspace;
  if (Error error = readCharacter(part, "replacement", metaspace.replacement))
    return error;
  if (Error error = part.readOptionalBoolean("split", metaspace.split))
    return error;
  bool addsPrefix = true;
  if (Error error = part.readOptionalBoolean("add_prefix_space", addsPrefix))
    return error;
  if (!part.isAbsent("prepend_scheme")) {
    Expected<StringRef> scheme = part.getString("prepend_scheme");
    if (!scheme)
      return scheme.takeError();
    if (*scheme != "always" && *scheme != "first" && *scheme != "never")
      return part.refuse("has the prepend_scheme " + *scheme +
                         "; known are always, first and never");
    metaspace.prepends = *scheme == "always"  ? Metaspace::Prepends::Always
                         : *scheme == "first" ? Metaspace::Prepends::First
                                              : Metaspace::Prepends::Never;
  } else if (!addsPrefix) {
    metaspace.prepends = Metaspace::Prepends::Never;
  }
  if (!addsPrefix && metaspace.prepends != Metaspace::Prepends::Never)
    return part.refuse("has no add_prefix_space and yet a prepend_scheme; make "
                       "it never");
  result.emplace_back(metaspace);
  return Error::success();
}

static Error readByteLevel(const JsonFields &part, PreTokenizerParts &result) {
  ByteLevel byteLevel;
  if (Error error =
          part.readBoolean("add_prefix_space", byteLevel.addPrefixSpace))
    return error;
  if (Error error = part.readOptionalBoolean("use_regex", byteLevel.useRegex))
    return error;
  result.emplace_back(byteLevel); // trim_offsets changes no id
  return Error::success();
}

static Error readSequence(const JsonFields &part, PreTokenizerParts &result) {
  Expected<const json::Array *> parts = part.getArray("pretokenizers");
  if (!parts)
    return parts.takeError();
  for (const json::Value &value : **parts) {
    Expected<JsonFields> inner = part.toObject("pretokenizers", value);
    if (!inner)
      return inner.takeError();
    if (Error error = readPreTokenizer(*inner, result))
      return error;
  }
  return Error::success();
}

Error emblem::frontend::readPreTokenizer(const JsonFields &part,
                                         PreTokenizerParts &result) {
  Expected<StringRef> type = part.getString("type");
  if (!type)
    return type.takeError();
  if (*type == "Sequence")
    return readSequence(part, result);
  if (*type == "Split")
    return readSplit(part, result);
  if (*type == "Metaspace")
    return readMetaspace(part, result);
  if (*type == "ByteLevel")
    return readByteLevel(part, result);
  if (*type == "BertPreTokenizer") {
    result.emplace_back(BertPreTokenizer());
  } else if (*type == "Whitespace") {
    result.emplace_back(Whitespace());
  } else if (*type == "WhitespaceSplit") {
    result.emplace_back(WhitespaceSplit());
  } else if (*type == "CharDelimiterSplit" || *type == "Delimiter") {
    CharDelimiterSplit split;
    if (Error error = readCharacter(part, "delimiter", split.delimiter))
      return error;
    result.emplace_back(split);
  } else if (*type == "Punctuation") {
    Punctuation punctuation;
    if (!part.isAbsent("behavior"))
      if (Error error = readBehavior(part, punctuation.behavior))
        return error;
    result.emplace_back(punctuation);
  } else if (*type == "Digits") {
    Digits digits;
    if (Error error = part.readBoolean("individual_digits", digits.individual))
      return error;
    result.emplace_back(digits);
  } else {
    return part.refuse("is a " + *type +
                       "; known are BertPreTokenizer, ByteLevel, "
                       "CharDelimiterSplit, Digits, Metaspace, Punctuation, "
                       "Sequence, Split, Whitespace and WhitespaceSplit");
  }
  return Error::success();
}
