//===- post_processor_json.cpp - Reading the post-processor ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/part_readers.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::runtime;

// The ids of one special token of a template.
static Error appendSpecial(const JsonFields &part, const JsonFields &special,
                           int32_t typeId, std::vector<TemplatePiece> &result) {
  Expected<StringRef> name = special.getString("id");
  if (!name)
    return name.takeError();
  Expected<JsonFields> table = part.getObject("special_tokens");
  if (!table)
    return table.takeError();
  Expected<JsonFields> entry = table->getObject(*name);
  if (!entry)
    return entry.takeError();
  Expected<const json::Array *> values = entry->getArray("ids");
  if (!values)
    return values.takeError();
  for (const json::Value &value : **values) {
    Expected<int32_t> id = entry->toId("ids", value);
    if (!id)
      return id.takeError();
    result.push_back({*id, typeId});
  }
  return Error::success();
}

static Error readTemplate(const JsonFields &part, StringRef key, bool isPair,
                          std::vector<TemplatePiece> &result) {
  Expected<const json::Array *> pieces = part.getArray(key);
  if (!pieces)
    return pieces.takeError();
  result.clear();
  unsigned first = 0, second = 0;
  for (const json::Value &value : **pieces) {
    Expected<JsonFields> piece = part.toObject(key, value);
    if (!piece)
      return piece.takeError();
    bool isText = !piece->isAbsent("Sequence");
    Expected<JsonFields> content =
        piece->getObject(isText ? "Sequence" : "SpecialToken");
    if (!content)
      return content.takeError();
    Expected<int64_t> type = content->getInteger("type_id", 0, INT32_MAX);
    if (!type)
      return type.takeError();
    if (!isPair && *type != 0)
      return content->refuse("has the type_id " + Twine(*type) +
                             "; known is 0, one segment a text");
    if (!isText) {
      if (Error error = appendSpecial(part, *content, int32_t(*type), result))
        return error;
      continue;
    }
    Expected<StringRef> id = content->getString("id");
    if (!id)
      return id.takeError();
    bool isFirst = *id == "A";
    ++(isFirst ? first : second);
    result.push_back({isFirst ? firstText : secondText, int32_t(*type)});
  }
  if (isPair && (first != 1 || second != 1))
    return part.refuse("must use the texts A and B once each in 'pair'");
  if (!isPair && (first > 1 || second))
    return part.refuse("uses a second text in 'single'; known is a template "
                       "with the text A once");
  if (!isPair && !first)
    return part.refuse("has no text in 'single'; known is a template with the "
                       "text A once");
  return Error::success();
}

static Expected<int32_t> readTokenId(const JsonFields &part, StringRef key) {
  Expected<const json::Array *> pair = part.getArray(key);
  if (!pair)
    return pair.takeError();
  if ((*pair)->size() != 2)
    return part.refuse("needs a token and its id in '" + key + "'");
  return part.toId(key, (**pair)[1]);
}

// BERT's [CLS] A [SEP] B [SEP], or RoBERTa's <s> A </s> </s> B </s>, which has
// one segment.
static Error readClsAndSep(const JsonFields &part, bool isRoberta,
                           TokenizerDescription &result) {
  Expected<int32_t> cls = readTokenId(part, "cls");
  if (!cls)
    return cls.takeError();
  Expected<int32_t> sep = readTokenId(part, "sep");
  if (!sep)
    return sep.takeError();
  result.single = {{*cls, 0}, {firstText, 0}, {*sep, 0}};
  result.pair = result.single;
  if (isRoberta)
    result.pair.push_back({*sep, 0});
  int32_t second = isRoberta ? 0 : 1;
  result.pair.push_back({secondText, second});
  result.pair.push_back({*sep, second});
  return Error::success();
}

// What becomes of tokens' places; both are true where they are left out.
static Error readTrimming(const JsonFields &part,
                          TokenizerDescription &result) {
  bool trims = true, putsSpace = true;
  if (Error error = part.readOptionalBoolean("trim_offsets", trims))
    return error;
  if (Error error = part.readOptionalBoolean("add_prefix_space", putsSpace))
    return error;
  if (!trims)
    return Error::success();
  result.trimsPlaces = true;
  result.putsSpaceFirst = putsSpace;
  return Error::success();
}

static Error readSequence(const JsonFields &part,
                          TokenizerDescription &result) {
  Expected<const json::Array *> parts = part.getArray("processors");
  if (!parts)
    return parts.takeError();
  unsigned templates = 0;
  for (const json::Value &value : **parts) {
    Expected<JsonFields> inner = part.toObject("processors", value);
    if (!inner)
      return inner.takeError();
    Expected<StringRef> type = inner->getString("type");
    if (!type)
      return type.takeError();
    templates += *type != "ByteLevel";
    if (templates > 1)
      return part.refuse("adds special tokens in more than one step, which is "
                         "not supported");
    if (Error error = readPostProcessor(*inner, result))
      return error;
  }
  return Error::success();
}

Error emblem::frontend::readPostProcessor(const JsonFields &part,
                                          TokenizerDescription &result) {
  Expected<StringRef> type = part.getString("type");
  if (!type)
    return type.takeError();
  if (*type == "TemplateProcessing") {
    if (Error error =
            readTemplate(part, "single", /*isPair=*/false, result.single))
      return error;
    // The reference wants a pair too; a file without one takes no pairs.
    if (part.isAbsent("pair")) {
      result.noPairs = "its post_processor has no template 'pair'";
      return Error::success();
    }
    return readTemplate(part, "pair", /*isPair=*/true, result.pair);
  }
  if (*type == "BertProcessing")
    return readClsAndSep(part, /*isRoberta=*/false, result);
  if (*type == "RobertaProcessing") {
    if (Error error = readTrimming(part, result))
      return error;
    return readClsAndSep(part, /*isRoberta=*/true, result);
  }
  if (*type == "Sequence")
    return readSequence(part, result);
  if (*type == "ByteLevel") // changes no id
    return readTrimming(part, result);
  return part.refuse("is a " + *type +
                     "; known are BertProcessing, ByteLevel, "
                     "RobertaProcessing, Sequence and TemplateProcessing");
}
