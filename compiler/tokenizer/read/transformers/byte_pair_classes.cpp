//===- byte_pair_classes.cpp - Tokenizer classes of byte pairs ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/transformers/class_parts.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::library;

static json::Object makeModel(Construction &made, json::Value unknown = nullptr,
                              bool fusesUnknown = false, bool fallsBack = false,
                              StringRef suffix = "") {
  return json::Object{{"type", "BPE"},
                      {"unk_token", std::move(unknown)},
                      {"fuse_unk", fusesUnknown},
                      {"byte_fallback", fallsBack},
                      {"end_of_word_suffix", suffix},
                      {"vocab", std::move(made.vocabulary)},
                      {"merges", std::move(made.merges)}};
}

static json::Object makeByteLevel(bool addsPrefixSpace, bool usesRegex = true) {
  return json::Object{{"type", "ByteLevel"},
                      {"add_prefix_space", addsPrefixSpace},
                      {"trim_offsets", true},
                      {"use_regex", usesRegex}};
}

static json::Object makeSplit(StringRef pattern, bool isRegex,
                              StringRef behavior, bool inverts) {
  return json::Object{
      {"type", "Split"},
      {"pattern", json::Object{{isRegex ? "Regex" : "String", pattern}}},
      {"behavior", behavior},
      {"invert", inverts}};
}

Error library::buildByteLevel(Construction &made) {
  auto prefix = made.settings.arguments.boolean("add_prefix_space", false);
  if (!prefix)
    return prefix.takeError();
  if (!made.hasToken("pad_token"))
    made.settings.named["pad_token"] = std::nullopt; // None, not the file's
  made.backend.model = makeModel(made);
  made.backend.preTokenizer = makeByteLevel(*prefix);
  made.backend.decoder = makeByteLevel(true);
  return Error::success();
}

Error library::finishRoberta(Construction &made) {
  for (StringRef role : {"cls_token", "sep_token"})
    if (!made.getToken(role))
      return made.settings.arguments.error(
          role, "a RobertaTokenizer has one around a text");
  return processAsRoberta(made, "cls_token", "sep_token", 0, 0);
}

Error library::finishDeberta(Construction &made) {
  std::string first = made.getText("cls_token"),
              last = made.getText("sep_token");
  StringMap<int64_t> ids;
  ids[first] = made.getId("cls_token").value_or(0);
  ids[last] = made.getId("sep_token").value_or(0);
  return made.backend.setTemplate(
      {{first}, {"$A"}, {last}},
      {{first}, {"$A"}, {last}, {last}, {"$B"}, {last}}, ids);
}

Error library::buildGptNeox(Construction &made) {
  if (Error error = buildByteLevel(made))
    return error;
  made.backend.normalizer = json::Object{{"type", "NFC"}};
  return Error::success();
}

Error library::finishGptNeox(Construction &made) {
  return made.updatePostProcessor();
}

static Error buildQwen(Construction &made, StringRef pattern) {
  bool prefix = false;
  if (!made.settings.arguments.isNull("add_prefix_space"))
    if (Error error = made.settings.arguments.boolean("add_prefix_space", false)
                          .moveInto(prefix))
      return error;
  made.backend.model = makeModel(made);
  made.backend.normalizer = json::Object{{"type", "NFC"}};
  made.backend.decoder = makeByteLevel(true);
  made.backend.preTokenizer = makeSequence(
      "pretokenizers",
      json::Array{makeSplit(pattern, /*isRegex=*/true, "Isolated", false),
                  makeByteLevel(prefix, /*usesRegex=*/false)});
  return Error::success();
}

Error library::buildQwen2(Construction &made) {
  return buildQwen(made,
                   R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|)"
                   R"(\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|)"
                   R"(\s+(?!\S)|\s+)");
}

Error library::buildQwen35(Construction &made) {
  return buildQwen(
      made, R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|)"
            R"(\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|)"
            R"(\s+(?!\S)|\s+)");
}

Error library::finishQwen2(Construction &made) {
  made.addNamedAgain(/*asTexts=*/true);
  return Error::success();
}

Error library::buildLlama(Construction &made) {
  const Arguments &arguments = made.settings.arguments;
  bool prefixes = arguments.isNull("add_prefix_space") ||
                  arguments.truth("add_prefix_space", true);
  bool isLegacy = arguments.truth("legacy", false);
  made.backend.model =
      makeModel(made, nullptr, /*fusesUnknown=*/true, /*fallsBack=*/true);
  made.backend.decoder = makePieceDecoder(/*fallsBack=*/true, prefixes);
  made.backend.preTokenizer =
      json::Object{{"type", "Metaspace"},
                   {"replacement", "\u2581"},
                   {"prepend_scheme", !prefixes  ? "never"
                                      : isLegacy ? "always"
                                                 : "first"},
                   {"split", false}};
  return Error::success();
}

Error library::buildGemma(Construction &made) {
  made.backend.model =
      makeModel(made, made.getText("unk_token"), /*fusesUnknown=*/true,
                /*fallsBack=*/true);
  made.backend.normalizer = makeReplace(" ", /*isRegex=*/false, "\u2581");
  made.backend.decoder =
      makePieceDecoder(/*fallsBack=*/true, /*stripsFirst=*/false);
  made.backend.preTokenizer =
      makeSplit(" ", /*isRegex=*/false, "MergedWithPrevious", false);
  return Error::success();
}

Error library::buildSiglip2(Construction &made) {
  if (Error error = buildGemma(made))
    return error;
  made.backend.normalizer = makeSequence(
      "normalizers", json::Array{json::Object{{"type", "Lowercase"}},
                                 std::move(made.backend.normalizer)});
  return Error::success();
}

Error library::buildClip(Construction &made) {
  made.backend.model = makeModel(made, made.getText("unk_token"), false, false,
                                 /*suffix=*/"</w>");
  made.backend.normalizer = makeSequence(
      "normalizers", json::Array{json::Object{{"type", "NFC"}},
                                 makeReplace(R"(\s+)", true, " "),
                                 json::Object{{"type", "Lowercase"}}});
  made.backend.preTokenizer = makeSequence(
      "pretokenizers",
      json::Array{
          makeSplit(
              R"(<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|)"
              R"([\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+)",
              /*isRegex=*/true, "Removed", /*inverts=*/true),
          makeByteLevel(false)});
  return Error::success();
}

Error library::finishClip(Construction &made) {
  // Python's own: the library's class decodes around its backend.
  made.backend.decoder = json::Object{{"type", "CLIPTokenizer"}};
  return processAsRoberta(made, "bos_token", "eos_token", 0, 0);
}

Error library::buildHerbert(Construction &made) {
  made.backend.model = makeModel(made, made.getText("unk_token"), false, false,
                                 /*suffix=*/"</w>");
  made.backend.normalizer = json::Object{{"type", "BertNormalizer"},
                                         {"clean_text", true},
                                         {"handle_chinese_chars", true},
                                         {"strip_accents", false},
                                         {"lowercase", false}};
  made.backend.decoder =
      json::Object{{"type", "BPEDecoder"}, {"suffix", "</w>"}};
  made.backend.preTokenizer = json::Object{{"type", "BertPreTokenizer"}};
  return Error::success();
}

// The ids are the library's, whatever the vocabulary has.
Error library::finishHerbert(Construction &made) {
  made.backend.postProcessor =
      json::Object{{"type", "BertProcessing"},
                   {"sep", json::Array{made.getText("sep_token"), 2}},
                   {"cls", json::Array{made.getText("cls_token"), 0}}};
  return Error::success();
}
