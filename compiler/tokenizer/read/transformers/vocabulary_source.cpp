//===- vocabulary_source.cpp - Vocabularies of other files ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A folder without a tokenizer.json, as transformers 5.24 converts its files.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/transformers/vocabulary_source.h"

#include "compiler/files/json_file.h"
#include "compiler/files/model_file.h"
#include "compiler/tokenizer/unicode_facts.h"

#include "llvm/Support/Base64.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::frontend::library;

//===----------------------------------------------------------------------===//
// Which file
//===----------------------------------------------------------------------===//

Expected<std::string> library::findVocabularyFile(const TokenizerClass &of,
                                                  StringRef folder) {
  auto lies = [&](StringRef name) {
    return isThere(resolvePath(folder, name));
  };
  for (StringRef name : {"tekken.json", "tiktoken.model"})
    if (lies(name))
      return createStringError("'" + folder + "' has its tokenizer in " + name +
                               ", which is not read; save it with "
                               "transformers as tokenizer.json");
  // The library takes it before the class's own file.
  std::string name =
      lies("tokenizer.model") ? "tokenizer.model" : of.file.str();
  if (name.empty() || !lies(name)) {
    std::string wanted = name.empty() ? "" : ", and no " + name;
    return createStringError("'" + folder + "' has no tokenizer.json" + wanted +
                             ", which transformers' " + of.name +
                             " would read; save the model's fast tokenizer "
                             "there with transformers");
  }
  if (of.hasMerges && name == of.file && !lies("merges.txt"))
    return createStringError("'" + folder + "' has a " + name +
                             " and no merges.txt beside it");
  return name;
}

//===----------------------------------------------------------------------===//
// vocab.txt, vocab.json and merges.txt
//===----------------------------------------------------------------------===//

// The line without white space at its end.
static StringRef trimEnd(StringRef line) {
  while (!line.empty()) {
    size_t begin = line.size() - 1;
    while (begin > 0 && (line[begin] & 0xC0) == 0x80)
      --begin;
    CodePoints last = decodeText(line.substr(begin));
    if (last.size() != 1 || !isWhitespace(last[0]))
      break;
    line = line.take_front(begin);
  }
  return line;
}

// A token a line; of one that is there twice, the last.
static Expected<json::Value> readVocabText(StringRef path) {
  auto buffer = readTextFile(path);
  if (!buffer)
    return buffer.takeError();
  StringRef text = (*buffer)->getBuffer();
  if (!json::isUTF8(text))
    return damagedFile(path, "it is not UTF-8");
  json::Object ids;
  for (int64_t id = 0; !text.empty(); ++id) {
    StringRef line;
    std::tie(line, text) = text.split('\n');
    ids[trimEnd(line).str()] = id;
  }
  return json::Value(std::move(ids));
}

static Expected<json::Value> readVocabJson(StringRef path) {
  auto buffer = readTextFile(path);
  if (!buffer)
    return buffer.takeError();
  auto value = parseJson((*buffer)->getBuffer(), path);
  if (value && !value->getAsObject())
    return createStringError(path +
                             ": the file must hold tokens and their ids");
  return value;
}

static Expected<json::Value> readMerges(StringRef path) {
  auto buffer = readTextFile(path);
  if (!buffer)
    return buffer.takeError();
  StringRef text = (*buffer)->getBuffer();
  if (!json::isUTF8(text))
    return damagedFile(path, "it is not UTF-8");
  json::Array merges;
  for (int64_t number = 1; !text.empty(); ++number) {
    StringRef line;
    std::tie(line, text) = text.split('\n');
    line.consume_back("\r");
    if (line.starts_with("#version"))
      continue;
    auto [left, right] = line.split(' ');
    if (line.count(' ') != 1)
      return createStringError(path + ":" + Twine(number) +
                               ": the line must hold two tokens with one space "
                               "between them");
    merges.push_back(json::Array{left.str(), right.str()});
  }
  return json::Value(std::move(merges));
}

//===----------------------------------------------------------------------===//
// SentencePiece
//===----------------------------------------------------------------------===//

namespace {
struct Merge {
  int64_t id; // of what comes of it
  int64_t left, right;
  size_t leftSize, rightSize; // in characters
  StringRef leftText, rightText;
};
} // namespace

static size_t countCharacters(StringRef text) {
  return llvm::count_if(text, [](char c) { return (c & 0xC0) != 0x80; });
}

// Every way to make a piece of two, in the order of the pieces.
static json::Array makeMerges(const SentencePieceFile &file,
                              const StringMap<int64_t> &ids) {
  std::vector<Merge> merges;
  for (auto [at, piece] : enumerate(file.pieces)) {
    StringRef text = piece.text;
    if (ids.lookup(text) != int64_t(at))
      continue; // the last of its text counts
    for (size_t cut = 1; cut < text.size(); ++cut) {
      if ((text[cut] & 0xC0) == 0x80)
        continue;
      StringRef left = text.take_front(cut), right = text.substr(cut);
      auto first = ids.find(left), second = ids.find(right);
      if (first != ids.end() && second != ids.end())
        merges.push_back({int64_t(at), first->second, second->second,
                          countCharacters(left), countCharacters(right), left,
                          right});
    }
  }
  auto order = [](const Merge &merge) {
    return std::tuple(merge.id, merge.leftSize, merge.rightSize, merge.left,
                      merge.right);
  };
  llvm::sort(merges, [&](const Merge &a, const Merge &b) {
    return order(a) < order(b);
  });
  json::Array result;
  for (const Merge &merge : merges)
    result.push_back(json::Array{merge.leftText.str(), merge.rightText.str()});
  return result;
}

static void takePieces(Construction &made, const SentencePieceFile &file) {
  bool ofPairs = made.of.vocabulary == VocabularyKind::BytePairs;
  if (!ofPairs) {
    json::Array pieces;
    for (const SentencePiece &piece : file.pieces)
      pieces.push_back(json::Array{piece.text, double(piece.score)});
    made.vocabulary = std::move(pieces);
    made.unknownId = file.unknownId;
  } else {
    StringMap<int64_t> ids;
    json::Object vocabulary;
    for (auto [id, piece] : enumerate(file.pieces))
      ids[piece.text] = int64_t(id);
    for (const auto &entry : ids)
      vocabulary[entry.getKey().str()] = entry.second;
    made.vocabulary = std::move(vocabulary);
    made.merges = makeMerges(file, ids);
  }
  if (!file.charsmap.empty())
    made.charsmap = encodeBase64(file.charsmap);
}

// Control pieces, and those that users have defined, are found in texts.
static std::vector<NamedToken> listAdded(const SentencePieceFile &file) {
  std::vector<NamedToken> tokens;
  for (const SentencePiece &piece : file.pieces)
    if (piece.type == SentencePiece::Control ||
        piece.type == SentencePiece::UserDefined) {
      NamedToken &token = tokens.emplace_back();
      token.isDescribed = true;
      token.token.content = piece.text;
      token.token.normalized = false;
      token.token.special = piece.type == SentencePiece::Control;
    }
  return tokens;
}

Error library::readVocabularySource(Construction &made, StringRef file) {
  std::string path = resolvePath(made.folder, file);
  if (!file.ends_with(".model")) {
    bool isText = file.ends_with(".txt");
    if (Error error = (isText ? readVocabText(path) : readVocabJson(path))
                          .moveInto(made.vocabulary))
      return error;
    if (made.of.hasMerges)
      return readMerges(resolvePath(made.folder, "merges.txt"))
          .moveInto(made.merges);
    return Error::success();
  }
  auto model = SentencePieceFile::read(path);
  if (!model)
    return model.takeError();
  made.settings.additional = listAdded(*model);
  if (made.of.vocabulary == VocabularyKind::Any)
    return buildOfModel(made, std::move(*model));
  if (made.of.vocabulary == VocabularyKind::WordPiece)
    return createStringError("'" + path + "' is a SentencePiece model, and " +
                             made.of.name + " is no tokenizer of one");
  takePieces(made, *model);
  return made.of.convert ? made.of.convert(made) : Error::success();
}
