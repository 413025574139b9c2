//===- unigram_classes.cpp - Tokenizer classes of SentencePiece unigrams --===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/transformers/class_parts.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::library;

static json::Object makeModel(Construction &made, int64_t unknownId) {
  return json::Object{{"type", "Unigram"},
                      {"unk_id", unknownId},
                      {"byte_fallback", false},
                      {"vocab", std::move(made.vocabulary)}};
}

static json::Object makeMetaspace(StringRef scheme) {
  return json::Object{{"type", "Metaspace"},
                      {"replacement", "\u2581"},
                      {"prepend_scheme", scheme},
                      {"split", true}};
}

static json::Object makeWordsOfSpaces(StringRef scheme) {
  return makeSequence("pretokenizers",
                      json::Array{json::Object{{"type", "WhitespaceSplit"}},
                                  makeMetaspace(scheme)});
}

static json::Object ofType(StringRef type) {
  return json::Object{{"type", type}};
}

static bool hasCharsmap(const Construction &made) {
  return made.charsmap.getAsString().has_value();
}

static json::Object makePrecompiled(Construction &made) {
  return json::Object{{"type", "Precompiled"},
                      {"precompiled_charsmap", std::move(made.charsmap)}};
}

static StringRef prefixScheme(const Construction &made,
                              StringRef otherwise = "never") {
  return made.settings.arguments.truth("add_prefix_space", true) ? "always"
                                                                 : otherwise;
}

// A piece of the vocabulary, and its score of 0.
static json::Array makePiece(const Twine &text, double score = 0) {
  return json::Array{text.str(), score};
}

// The pieces from the one of that number on.
static void appendPieces(json::Array &to, json::Value &vocabulary,
                         size_t from) {
  if (json::Array *pieces = vocabulary.getAsArray())
    for (size_t i = from; i < pieces->size(); ++i)
      to.push_back(std::move((*pieces)[i]));
}

//===----------------------------------------------------------------------===//
// XLM-RoBERTa and CamemBERT
//===----------------------------------------------------------------------===//

Error library::buildXlmRoberta(Construction &made) {
  made.backend.model = makeModel(made, 3);
  if (hasCharsmap(made))
    made.backend.normalizer = makePrecompiled(made);
  made.backend.preTokenizer = makeWordsOfSpaces(prefixScheme(made));
  made.backend.decoder = makeMetaspace(prefixScheme(made));
  return Error::success();
}

static Error finishWithTwo(Construction &made) {
  for (StringRef role : {"bos_token", "eos_token"})
    if (!made.getToken(role))
      return made.settings.arguments.error(role, "the class " + made.of.name +
                                                     " has one around a text");
  std::string first = made.getText("bos_token"),
              last = made.getText("eos_token");
  StringMap<int64_t> ids;
  ids[first] = made.getId("bos_token").value_or(0);
  ids[last] = made.getId("eos_token").value_or(0);
  return made.backend.setTemplate(
      {{first}, {"$A"}, {last}},
      {{first}, {"$A"}, {last}, {last}, {"$B"}, {last}}, ids);
}

Error library::finishXlmRoberta(Construction &made) {
  return finishWithTwo(made);
}

// The special tokens that fairseq has before SentencePiece's.
Error library::convertXlmRoberta(Construction &made) {
  json::Array pieces;
  for (auto [role, text] :
       {std::pair("bos_token", "<s>"), std::pair("pad_token", "<pad>"),
        std::pair("eos_token", "</s>"), std::pair("unk_token", "<unk>")})
    pieces.push_back(makePiece(made.getText(role)));
  appendPieces(pieces, made.vocabulary, 3);
  pieces.push_back(makePiece(made.getText("mask_token")));
  made.vocabulary = std::move(pieces);
  return Error::success();
}

Error library::buildCamembert(Construction &made) {
  int64_t unknown = 0;
  std::string text = made.getText("unk_token");
  if (const json::Array *pieces = made.vocabulary.getAsArray())
    for (auto [id, piece] : enumerate(*pieces))
      if (const json::Array *pair = piece.getAsArray();
          pair && !pair->empty() && pair->front().getAsString() == text) {
        unknown = int64_t(id);
        break;
      }
  if (auto mask = made.getToken("mask_token"); mask && !mask->isDescribed) {
    mask->isDescribed = mask->token.lstrip = mask->token.special = true;
    made.settings.named["mask_token"] = mask;
  }
  if (!made.settings.additional) {
    made.settings.additional.emplace();
    for (StringRef name : {"<s>NOTUSED", "</s>NOTUSED", "<unk>NOTUSED"})
      made.settings.additional->emplace_back().token.content = name.str();
  }
  made.backend.model = makeModel(made, unknown);
  if (hasCharsmap(made))
    made.backend.normalizer = makePrecompiled(made);
  made.backend.preTokenizer = makeWordsOfSpaces(prefixScheme(made));
  made.backend.decoder = makeMetaspace(prefixScheme(made));
  return Error::success();
}

Error library::finishCamembert(Construction &made) {
  return finishWithTwo(made);
}

Error library::convertCamembert(Construction &made) {
  json::Array pieces{
      makePiece("<s>NOTUSED"), makePiece(made.getText("pad_token")),
      makePiece("</s>NOTUSED"), makePiece(made.getText("unk_token")),
      makePiece("<unk>NOTUSED", -100)};
  appendPieces(pieces, made.vocabulary, 1);
  pieces.push_back(makePiece(made.getText("mask_token")));
  made.vocabulary = std::move(pieces);
  return Error::success();
}

//===----------------------------------------------------------------------===//
// T5
//===----------------------------------------------------------------------===//

static std::string extraId(int64_t i) {
  return ("<extra_id_" + Twine(i) + ">").str();
}

static Expected<int64_t> readExtraIds(const Construction &made) {
  auto count = made.settings.arguments.integer("extra_ids", 100);
  if (count && (*count < 0 || *count > 100000))
    return made.settings.arguments.error("extra_ids",
                                         "it must be from 0 to 100000");
  return count;
}

Error library::buildT5(Construction &made) {
  auto count = readExtraIds(made);
  if (!count)
    return count.takeError();
  auto &additional = made.settings.additional;
  int64_t given = 0;
  if (additional)
    given = count_if(*additional, [](const NamedToken &token) {
      return token.getText().contains("<extra_id_");
    });
  else
    additional.emplace();
  if (given > 0 && *count > 0 && given != *count)
    return made.settings.arguments.error(
        "extra_ids", "it must be the number of such tokens among the "
                     "additional_special_tokens, " +
                         Twine(given));
  if (given == 0)
    for (int64_t i = 0; i < *count; ++i)
      additional->emplace_back().token.content = extraId(i);
  made.backend.model = makeModel(made, 2);
  if (hasCharsmap(made))
    made.backend.normalizer = makePrecompiled(made);
  made.backend.preTokenizer = makeWordsOfSpaces("always");
  made.backend.decoder = makeMetaspace("always");
  return Error::success();
}

Error library::finishT5(Construction &made) {
  auto id = made.getId("eos_token");
  if (!id)
    return made.settings.arguments.error("eos_token",
                                         "a T5Tokenizer ends a text with it");
  StringMap<int64_t> ids;
  ids["</s>"] = *id;
  return made.backend.setTemplate({{"$A"}, {"</s>"}},
                                  {{"$A"}, {"</s>"}, {"$B"}, {"</s>"}}, ids);
}

Error library::convertT5(Construction &made) {
  auto count = readExtraIds(made);
  if (!count)
    return count.takeError();
  json::Array pieces;
  appendPieces(pieces, made.vocabulary, 0);
  for (int64_t i = *count - 1; i >= 0; --i)
    pieces.push_back(makePiece(extraId(i)));
  made.vocabulary = std::move(pieces);
  return Error::success();
}

//===----------------------------------------------------------------------===//
// ALBERT, RemBERT and DeBERTa
//===----------------------------------------------------------------------===//

static void appendPlainQuotes(json::Array &steps) {
  steps.push_back(makeReplace("``", false, "\""));
  steps.push_back(makeReplace("''", false, "\""));
}

static void appendCase(const Construction &made, json::Array &steps,
                       bool keepsAccents, bool lowers) {
  if (!made.settings.arguments.truth("keep_accents", keepsAccents)) {
    steps.push_back(ofType("NFKD"));
    steps.push_back(ofType("StripAccents"));
  }
  if (made.settings.arguments.truth("do_lower_case", lowers))
    steps.push_back(ofType("Lowercase"));
}

Error library::buildAlbert(Construction &made) {
  json::Array steps;
  appendPlainQuotes(steps);
  appendCase(made, steps, /*keepsAccents=*/false, /*lowers=*/true);
  if (hasCharsmap(made))
    steps.push_back(makePrecompiled(made));
  made.backend.normalizer = makeSequence("normalizers", std::move(steps));
  made.backend.preTokenizer = makeWordsOfSpaces(prefixScheme(made));
  made.backend.decoder = makeMetaspace(prefixScheme(made));
  made.backend.model = makeModel(made, 1);
  made.backend.indexVocabulary();
  StringMap<int64_t> ids;
  for (auto [role, text] :
       {std::pair("cls_token", "[CLS]"), std::pair("sep_token", "[SEP]")}) {
    auto id = made.getId(role);
    if (!id)
      return made.settings.arguments.error(
          role, "an AlbertTokenizer has such a token in its vocabulary");
    ids[text] = *id;
  }
  TemplatePart first{"[CLS]", 0}, last{"[SEP]", 0}, text{"$A", 0};
  return made.backend.setTemplate(
      {first, text, last},
      {first, text, last, TemplatePart{"$B", 1}, TemplatePart{"[SEP]", 1}},
      ids);
}

Error library::buildRembert(Construction &made) {
  json::Array steps;
  appendPlainQuotes(steps);
  steps.push_back(makeReplace(" {2,}", true, " "));
  appendCase(made, steps, /*keepsAccents=*/true, /*lowers=*/false);
  if (hasCharsmap(made))
    steps.push_back(makePrecompiled(made));
  made.backend.normalizer = makeSequence("normalizers", std::move(steps));
  made.backend.preTokenizer = makeMetaspace(prefixScheme(made));
  made.backend.decoder = makeMetaspace(prefixScheme(made));
  made.backend.model = makeModel(made, 2);
  return Error::success();
}

Error library::finishRembert(Construction &made) {
  // A text that is no token has the unknown token's id.
  auto getId = [&](StringRef role) {
    auto id = made.backend.find(made.getText(role));
    return id ? id : made.getId("unk_token");
  };
  auto first = getId("cls_token"), last = getId("sep_token");
  if (!first || !last)
    return made.settings.arguments.error(
        first ? "sep_token" : "cls_token",
        "a RemBertTokenizer has such a token in its vocabulary, or an unknown "
        "one");
  if (Error error = made.surround("cls_token", "sep_token", *first, *last))
    return error;
  made.addNamedAgain(/*asTexts=*/false);
  return made.updates ? made.updatePostProcessor() : Error::success();
}

Error library::buildDebertaV2(Construction &made) {
  const Arguments &arguments = made.settings.arguments;
  int64_t unknown = made.unknownId.value_or(1);
  if (!made.unknownId)
    if (Error error = arguments.integer("unk_id", 1).moveInto(unknown))
      return error;
  std::string text = made.getText("unk_token");
  if (const json::Array *pieces = made.vocabulary.getAsArray())
    for (auto [id, piece] : enumerate(*pieces))
      if (const json::Array *pair = piece.getAsArray();
          pair && pair->size() == 2 && pair->front().getAsString() == text &&
          pair->back().getAsNumber() == 0.0) {
        unknown = int64_t(id);
        break;
      }
  json::Array steps;
  if (arguments.truth("do_lower_case", false))
    steps.push_back(ofType("Lowercase"));
  steps.push_back(makeReplace(R"(\s{2,}|[\n\r\t])", true, " "));
  steps.push_back(ofType("NFC"));
  steps.push_back(json::Object{
      {"type", "Strip"}, {"strip_left", false}, {"strip_right", true}});
  json::Array words;
  if (arguments.truth("split_by_punct", false))
    words.push_back(
        json::Object{{"type", "Punctuation"}, {"behavior", "Isolated"}});
  words.push_back(makeMetaspace(prefixScheme(made, "first")));
  made.backend.decoder = makeMetaspace(prefixScheme(made, "first"));
  made.backend.normalizer = makeSequence("normalizers", std::move(steps));
  made.backend.preTokenizer = makeSequence("pretokenizers", std::move(words));
  made.backend.model = makeModel(made, unknown);
  return Error::success();
}

Error library::finishDebertaV2(Construction &made) {
  return made.surround("cls_token", "sep_token", 0, 0);
}
