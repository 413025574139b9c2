//===- sentence_piece_backend.cpp - A SentencePiece model by itself -------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// SpmConverter.build_tokenizer_from_spm_proto of transformers 5.24, and what
// TokenizersBackend does around it.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/transformers/vocabulary_source.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Base64.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::library;

// added_tokens_decoder gives a byte-pair vocabulary's pieces other names.
static void renamePieces(const TokenizerSettings &settings,
                         SentencePieceFile &file) {
  StringSet<> kept;
  for (auto [id, piece] : enumerate(file.pieces))
    if (!settings.added.count(int64_t(id)))
      kept.insert(piece.text);
  for (const auto &[id, token] : settings.added)
    if (id < int64_t(file.pieces.size()) && !kept.contains(token.content))
      file.pieces[id].text = token.content;
}

// Pairs of normal pieces, by the score of what comes of them.
static json::Array makeMerges(const SentencePieceFile &file) {
  struct Merge {
    float score;
    size_t id;
    StringRef left, right;
  };
  StringMap<size_t> normal;
  for (auto [id, piece] : enumerate(file.pieces))
    if (piece.type == SentencePiece::Normal)
      normal[piece.text] = id;
  std::vector<Merge> merges;
  for (const auto &entry : normal) {
    StringRef text = entry.getKey();
    for (size_t cut = 1; cut < text.size(); ++cut)
      if ((text[cut] & 0xC0) != 0x80 && normal.contains(text.take_front(cut)) &&
          normal.contains(text.substr(cut)))
        merges.push_back({file.pieces[entry.second].score, entry.second,
                          text.take_front(cut), text.substr(cut)});
  }
  llvm::sort(merges, [](const Merge &a, const Merge &b) {
    return std::tuple(-a.score, a.id, a.left, a.right) <
           std::tuple(-b.score, b.id, b.left, b.right);
  });
  json::Array result;
  for (const Merge &merge : merges)
    result.push_back(json::Array{merge.left.str(), merge.right.str()});
  return result;
}

static json::Object makeModel(const SentencePieceFile &file, bool hasOwn) {
  if (file.model == SentencePieceFile::Model::BytePairs) {
    json::Object vocabulary;
    for (auto [id, piece] : enumerate(file.pieces))
      vocabulary[piece.text] = int64_t(id);
    return json::Object{{"type", "BPE"},
                        {"unk_token", file.unknownPiece},
                        {"fuse_unk", true},
                        {"byte_fallback", file.byteFallback},
                        {"ignore_merges", hasOwn},
                        {"vocab", std::move(vocabulary)},
                        {"merges", makeMerges(file)}};
  }
  json::Array pieces;
  for (const SentencePiece &piece : file.pieces)
    pieces.push_back(json::Array{piece.text, double(piece.score)});
  return json::Object{{"type", "Unigram"},
                      {"unk_id", file.unknownId},
                      {"byte_fallback", file.byteFallback},
                      {"vocab", std::move(pieces)}};
}

static json::Value makeNormalizer(const SentencePieceFile &file,
                                  bool isLegacy) {
  json::Array steps;
  if (!file.charsmap.empty())
    steps.push_back(
        json::Object{{"type", "Precompiled"},
                     {"precompiled_charsmap", encodeBase64(file.charsmap)}});
  if (file.removesExtraSpaces) {
    steps.push_back(makeReplace(R"(\A +| +\z)", true, ""));
    steps.push_back(makeReplace(" {2,}", true, " "));
  }
  if (file.escapesSpaces)
    steps.push_back(makeReplace(" ", false, "\u2581"));
  if (file.addsDummyPrefix && isLegacy)
    steps.push_back(makeReplace("\\A\u2581", true, "\u2581\u2581"));
  return makeSequence("normalizers", std::move(steps));
}

// The pieces as alternatives, the longest first.
static std::string makePattern(std::vector<std::string> pieces) {
  auto size = [](StringRef text) {
    return llvm::count_if(text, [](char c) { return (c & 0xC0) != 0x80; });
  };
  llvm::stable_sort(pieces, [&](const std::string &a, const std::string &b) {
    return size(a) > size(b);
  });
  std::string pattern;
  for (StringRef piece : pieces) {
    if (!pattern.empty())
      pattern += '|';
    for (char c : piece) {
      if (StringRef("\\^$.|?*+()[]{}").contains(c))
        pattern += '\\';
      pattern += c;
    }
  }
  return pattern;
}

static json::Value makePreTokenizer(const SentencePieceFile &file,
                                    std::vector<std::string> own,
                                    bool isLegacy) {
  json::Array steps;
  if (file.addsDummyPrefix)
    steps.push_back(
        json::Object{{"type", "Metaspace"},
                     {"replacement", "\u2581"},
                     {"prepend_scheme", isLegacy ? "always" : "first"},
                     {"split", false}});
  if (!own.empty())
    steps.push_back(json::Object{
        {"type", "Split"},
        {"pattern", json::Object{{"Regex", makePattern(std::move(own))}}},
        {"behavior", "Isolated"},
        {"invert", false}});
  if (steps.empty())
    return nullptr;
  return makeSequence("pretokenizers", std::move(steps));
}

Error library::buildOfModel(Construction &made, SentencePieceFile file) {
  TokenizerSettings &settings = made.settings;
  std::vector<std::string> own;
  StringSet<> defined;
  for (const SentencePiece &piece : file.pieces)
    if (piece.type == SentencePiece::UserDefined)
      defined.insert(piece.text);
  if (file.model == SentencePieceFile::Model::BytePairs)
    renamePieces(settings, file);
  for (const SentencePiece &piece : file.pieces)
    if (piece.type == SentencePiece::UserDefined)
      own.push_back(piece.text);
  if (settings.additional)
    llvm::erase_if(*settings.additional, [&](const NamedToken &token) {
      return defined.contains(token.getText());
    });
  if (file.addsDummyPrefix)
    for (auto &[id, token] : settings.added)
      token.normalized = false;
  bool isLegacy = settings.arguments.truth("legacy", true);
  made.backend.decoder =
      makePieceDecoder(file.byteFallback, file.addsDummyPrefix);
  made.backend.model = makeModel(file, !own.empty());
  made.backend.normalizer = makeNormalizer(file, isLegacy);
  made.backend.preTokenizer = makePreTokenizer(file, std::move(own), isLegacy);
  auto name = [&](int id, StringRef role, StringRef piece,
                  StringRef otherwise) {
    if (id >= 0 && !made.hasToken(role))
      made.setToken(role, piece.empty() ? otherwise : piece);
  };
  name(file.beginId, "bos_token", file.beginPiece, "<s>");
  name(file.endId, "eos_token", file.endPiece, "</s>");
  name(file.unknownId, "unk_token", file.unknownPiece, "<unk>");
  return Error::success();
}
