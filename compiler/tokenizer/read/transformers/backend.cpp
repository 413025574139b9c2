//===- backend.cpp - A tokenizer.json as it is put together ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/transformers/construction.h"

#include "compiler/files/printable_text.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::library;

void Backend::indexVocabulary() {
  vocabulary.clear();
  vocabularySize = 0;
  const json::Value *vocab = model.get("vocab");
  if (!vocab)
    return;
  if (const json::Object *ids = vocab->getAsObject()) {
    for (const auto &[token, id] : *ids)
      if (auto number = id.getAsInteger())
        vocabulary[token] = *number;
    vocabularySize = int64_t(ids->size());
  } else if (const json::Array *pieces = vocab->getAsArray()) {
    for (const json::Value &piece : *pieces) {
      const json::Array *pair = piece.getAsArray();
      if (auto text = pair && !pair->empty() ? pair->front().getAsString()
                                             : std::nullopt)
        vocabulary[*text] = vocabularySize;
      ++vocabularySize;
    }
  }
}

std::optional<int64_t> Backend::find(StringRef token) const {
  if (auto added = addedIds.find(token); added != addedIds.end())
    return added->second;
  if (auto found = vocabulary.find(token); found != vocabulary.end())
    return found->second;
  return std::nullopt;
}

bool Backend::add(const LibraryToken &token) {
  if (token.content.empty())
    return false;
  auto known = find(token.content);
  int64_t free = vocabularySize;
  if (!addedTokens.empty())
    free = std::max(free, addedTokens.rbegin()->first + 1);
  int64_t id = known.value_or(free);
  addedIds[token.content] = id;
  addedTokens[id] = token;
  addedTokens[id].normalized = token.isNormalized();
  return !known;
}

static json::Array makePieces(ArrayRef<TemplatePart> parts) {
  json::Array pieces;
  for (const TemplatePart &part : parts) {
    bool isText = part.text == "$A" || part.text == "$B";
    pieces.push_back(json::Object{
        {isText ? "Sequence" : "SpecialToken",
         json::Object{{"id", isText ? part.text.substr(1) : part.text},
                      {"type_id", part.type}}}});
  }
  return pieces;
}

Error Backend::setTemplate(ArrayRef<TemplatePart> single,
                           ArrayRef<TemplatePart> pair,
                           const StringMap<int64_t> &ids) {
  json::Object tokens;
  for (const auto &entry : ids) {
    std::string text = entry.getKey().str(); // JSON would keep a reference
    // What the library's own spelling of templates reads otherwise.
    if (text.empty() || text.find_first_of(" :\t\n") != std::string::npos ||
        text.starts_with("$"))
      return createStringError("the special token '" + printableText(text) +
                               "' cannot stand in a template of the library's, "
                               "for it is empty, begins with '$', or has a "
                               "space or a colon");
    tokens[text] = json::Object{{"id", text},
                                {"ids", json::Array{entry.second}},
                                {"tokens", json::Array{text}}};
  }
  postProcessor = json::Object{{"type", "TemplateProcessing"},
                               {"single", makePieces(single)},
                               {"pair", makePieces(pair)},
                               {"special_tokens", std::move(tokens)}};
  return Error::success();
}

json::Object Backend::write() && {
  json::Array tokens;
  for (const auto &[id, token] : addedTokens)
    tokens.push_back(writeAddedToken(token, id));
  return json::Object{{"added_tokens", std::move(tokens)},
                      {"normalizer", std::move(normalizer)},
                      {"pre_tokenizer", std::move(preTokenizer)},
                      {"post_processor", std::move(postProcessor)},
                      {"decoder", std::move(decoder)},
                      {"model", std::move(model)}};
}

json::Object library::makeSequence(StringRef list, json::Array parts) {
  return json::Object{{"type", "Sequence"}, {list, std::move(parts)}};
}

json::Object library::makeReplace(StringRef pattern, bool isRegex,
                                  StringRef content) {
  return json::Object{
      {"type", "Replace"},
      {"pattern", json::Object{{isRegex ? "Regex" : "String", pattern}}},
      {"content", content}};
}

json::Object library::makePieceDecoder(bool fallsBack, bool stripsFirst) {
  json::Array steps;
  steps.push_back(makeReplace("\u2581", false, " "));
  if (fallsBack)
    steps.push_back(json::Object{{"type", "ByteFallback"}});
  if (fallsBack || stripsFirst)
    steps.push_back(json::Object{{"type", "Fuse"}});
  if (stripsFirst)
    steps.push_back(json::Object{
        {"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}});
  return makeSequence("decoders", std::move(steps));
}
