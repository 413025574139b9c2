//===- word_piece_classes.cpp - Tokenizer classes of pieces of words ------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/transformers/class_parts.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::library;

Error library::buildBert(Construction &made) {
  const Arguments &arguments = made.settings.arguments;
  auto lower = arguments.boolean("do_lower_case", true);
  if (!lower)
    return lower.takeError();
  auto chinese = arguments.boolean("tokenize_chinese_chars", true);
  if (!chinese)
    return chinese.takeError();
  json::Value accents = nullptr; // as the case
  if (!arguments.isNull("strip_accents") && arguments.has("strip_accents")) {
    auto strips = arguments.boolean("strip_accents", false);
    if (!strips)
      return strips.takeError();
    accents = *strips;
  }
  // The class's own limits, whatever tokenizer.json has.
  made.backend.model = json::Object{{"type", "WordPiece"},
                                    {"unk_token", made.getText("unk_token")},
                                    {"continuing_subword_prefix", "##"},
                                    {"max_input_chars_per_word", 100},
                                    {"vocab", std::move(made.vocabulary)}};
  made.backend.normalizer = json::Object{{"type", "BertNormalizer"},
                                         {"clean_text", true},
                                         {"handle_chinese_chars", *chinese},
                                         {"strip_accents", std::move(accents)},
                                         {"lowercase", *lower}};
  made.backend.preTokenizer = json::Object{{"type", "BertPreTokenizer"}};
  made.backend.decoder =
      json::Object{{"type", "WordPiece"}, {"prefix", "##"}, {"cleanup", true}};
  return Error::success();
}

Error library::finishBert(Construction &made) {
  return made.surround("cls_token", "sep_token", 2, 3);
}

Error library::buildMpnet(Construction &made) {
  // The class turns texts into tokens of its own, of which that of the mask
  // takes the space before it.
  for (StringRef role : getTokenRoles())
    if (auto token = made.getToken(role); token && !token->isDescribed) {
      token->isDescribed = true;
      token->token.lstrip = role == "mask_token";
      made.settings.named[role.str()] = token;
    }
  return buildBert(made);
}

Error library::processAsRoberta(Construction &made, StringRef first,
                                StringRef last, int64_t firstFallback,
                                int64_t lastFallback) {
  auto of = [&](StringRef role, int64_t fallback) {
    return json::Array{made.getText(role), made.getId(role).value_or(fallback)};
  };
  made.backend.postProcessor = json::Object{{"type", "RobertaProcessing"},
                                            {"sep", of(last, lastFallback)},
                                            {"cls", of(first, firstFallback)}};
  return Error::success();
}

Error library::finishMpnet(Construction &made) {
  return processAsRoberta(made, "cls_token", "sep_token", 0, 2);
}
