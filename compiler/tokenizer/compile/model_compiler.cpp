//===- model_compiler.cpp - A tokenizer's model becomes tables ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/compile/part_compilers.h"
#include "compiler/tokenizer/unicode_facts.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::runtime;

static Error refuseNul(int32_t id) {
  return createStringError("the vocabulary's token of id " + Twine(id) +
                           " holds a NUL character, which is not supported "
                           "without 'clean_text'; remove the token");
}

//===----------------------------------------------------------------------===//
// Bytes as the byte-level models spell them
//===----------------------------------------------------------------------===//

// Printable characters of Latin-1 stand for themselves, and the other bytes, in
// their order, for the code points from U+0100 on.
static bool spellsItself(uint32_t byte) {
  return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) ||
         (byte >= 0xAE && byte <= 0xFF);
}

static std::optional<std::string> readByteSpelling(StringRef token) {
  static const auto byteOf = [] {
    std::array<int, 0x200> result;
    result.fill(-1);
    uint32_t next = 0x100;
    for (uint32_t byte = 0; byte < 256; ++byte)
      result[spellsItself(byte) ? byte : next++] = int(byte);
    return result;
  }();
  std::string bytes;
  for (uint32_t c : decodeText(token)) {
    if (c >= byteOf.size() || byteOf[c] < 0)
      return std::nullopt;
    bytes.push_back(char(byteOf[c]));
  }
  return bytes;
}

WholeWords emblem::frontend::collectTokenTexts(const BpeModel &model,
                                               bool takesBytes) {
  WholeWords result;
  for (const auto &[spelling, id] : model.vocabulary) {
    StringRef token = spelling;
    if (!token.consume_back(model.endOfWordSuffix))
      continue; // within words alone
    std::optional<std::string> text =
        takesBytes ? readByteSpelling(token) : std::optional(token.str());
    if (text && !text->empty())
      result.emplace_back(std::move(*text), id);
  }
  return result;
}

// "<0x00>" to "<0xFF>"; noToken where the vocabulary lacks one.
static std::vector<int32_t>
collectByteTokens(function_ref<int32_t(StringRef)> find) {
  std::vector<int32_t> ids;
  for (unsigned byte = 0; byte < 256; ++byte)
    ids.push_back(find(formatv("<0x{0:X-2}>", byte).str()));
  return ids;
}

//===----------------------------------------------------------------------===//
// The models
//===----------------------------------------------------------------------===//

namespace {
class ModelCompiler {
public:
  ModelCompiler(WordFacts facts, const WholeWords &words, TableWriter &writer)
      : facts(facts), words(words), writer(writer) {}

  Expected<ModelTable> operator()(const WordPieceModel &model) {
    if (facts.areBytes)
      return refuseBytes("WordPiece");
    StringRef prefix = model.continuingSubwordPrefix;
    std::vector<TrieBuilder::Key> initial, continuation;
    for (const auto &[content, id] : model.vocabulary) {
      StringRef token = content;
      if (token.contains('\0')) {
        if (facts.haveNoNul)
          continue;
        return refuseNul(id);
      }
      if (canStart(token))
        initial.push_back({token, id});
      if (token.consume_front(prefix) && canStart(token))
        continuation.push_back({token, id});
    }
    ModelTable table = start(ModelKind::WordPiece, model.unknownId);
    table.maxWordCharacters = model.maxInputCharsPerWord;
    table.wordRoot = writer.trie.add(std::move(initial));
    table.partRoot = writer.trie.add(std::move(continuation));
    return table;
  }

  Expected<ModelTable> operator()(const WordLevelModel &model) {
    if (facts.areBytes)
      return refuseBytes("WordLevel");
    std::vector<TrieBuilder::Key> keys;
    for (const auto &[token, id] : model.vocabulary) {
      if (StringRef(token).contains('\0'))
        return refuseNul(id);
      if (!token.empty())
        keys.push_back({token, id});
    }
    ModelTable table = start(ModelKind::WordLevel, model.unknownId);
    table.wordRoot = writer.trie.add(std::move(keys));
    return table;
  }

  Expected<ModelTable> operator()(const BpeModel &model) {
    bool marksEnds = !model.endOfWordSuffix.empty();
    if (marksEnds && !facts.areBytes)
      return createStringError("the model has the end_of_word_suffix '" +
                               model.endOfWordSuffix +
                               "', which is supported with a ByteLevel "
                               "pre_tokenizer only");
    ModelTable table =
        start(ModelKind::BytePair, model.unknownId.value_or(noToken));
    table.flags =
        (facts.areBytes ? ModelTakesBytes : 0u) |
        (model.byteFallback && !facts.areBytes ? ModelFallsBack : 0u) |
        (model.fuseUnknown ? ModelFusesUnknown : 0u) |
        (marksEnds ? ModelMarksWordEnds : 0u);
    StringMap<int32_t> ids;
    for (const auto &[token, id] : model.vocabulary)
      ids[token] = id;
    if (model.byteFallback && facts.areBytes && ids.contains("<0x00>"))
      return createStringError(
          "the model has byte_fallback and tokens for it, and the "
          "pre_tokenizer is ByteLevel; one of the two is supported");
    std::vector<TrieBuilder::Key> characters;
    std::vector<int32_t> bytes(marksEnds ? 512 : 256, noToken);
    for (const auto &[token, id] : model.vocabulary) {
      if (facts.areBytes) {
        StringRef spelling = token;
        bool ends = marksEnds && spelling.consume_back(model.endOfWordSuffix);
        std::optional<std::string> text = readByteSpelling(spelling);
        if (text && text->size() == 1)
          bytes[uint8_t(text->front()) + (ends ? 256 : 0)] = id;
      } else if (token == StringRef("\0", 1)) {
        table.nulId = id;
      } else if (decodeText(token).size() == 1) {
        characters.push_back({token, id});
      }
    }
    if (!facts.areBytes)
      bytes = collectByteTokens([&](StringRef token) {
        auto found = ids.find(token);
        return found == ids.end() ? noToken : found->second;
      });
    if (table.flags & (ModelTakesBytes | ModelFallsBack))
      table.byteIds = writer.append(bytes);

    std::vector<TrieBuilder::Key> whole;
    for (const auto &[text, id] : words)
      if (!StringRef(text).contains('\0'))
        whole.push_back({text, id});
    table.wordRoot = writer.trie.add(std::move(whole));
    table.partRoot = writer.trie.add(std::move(characters));
    if (!facts.areBytes && !model.ignoreMerges && splitsAtMetaspace(model, ids))
      table.flags |= ModelSplitsAtMetaspace;
    if (Error error = addMerges(model, ids, table))
      return error;
    return table;
  }

  Expected<ModelTable> operator()(const UnigramModel &model) {
    if (facts.areBytes)
      return refuseBytes("Unigram");
    StringMap<int32_t> ids; // of a piece that is there twice, the last
    double lowest = std::numeric_limits<double>::infinity();
    std::vector<double> scores;
    for (const auto &[piece, score] : model.pieces) {
      int32_t id = int32_t(scores.size());
      if (StringRef(piece).contains('\0'))
        return refuseNul(id);
      if (!piece.empty())
        ids[piece] = id;
      scores.push_back(score);
      lowest = std::min(lowest, score);
    }
    std::vector<TrieBuilder::Key> keys;
    for (const auto &entry : ids)
      keys.push_back({entry.getKey(), entry.getValue()});
    ModelTable table = start(ModelKind::Unigram, model.unknownId);
    table.wordRoot = writer.trie.add(std::move(keys));
    table.scores = writer.append(scores);
    table.unknownScore = lowest - 10; // the reference's penalty
    if (model.byteFallback) {
      table.flags |= ModelFallsBack;
      table.byteIds = writer.append(collectByteTokens([&](StringRef token) {
        auto found = ids.find(token);
        return found == ids.end() ? noToken : found->second;
      }));
    }
    return table;
  }

private:
  // Where punctuation is always a word of its own, no longer piece starts with
  // it: not "[CLS]", and not "##ing" as the start of a word.
  bool canStart(StringRef piece) const {
    CodePoints characters = decodeText(piece);
    return !characters.empty() &&
           (characters.size() == 1 || !facts.isolatePunctuation ||
            !isPunctuation(characters[0]));
  }

  static Error refuseBytes(StringRef model) {
    return createStringError("the pre_tokenizer is ByteLevel and the model " +
                             model + "; with ByteLevel, only BPE is supported");
  }

  ModelTable start(ModelKind kind, int32_t unknownId) {
    ModelTable table = {};
    table.kind = kind;
    table.unknownId = unknownId;
    table.nulId = noToken;
    return table;
  }

  // Whether no merge joins something and a U+2581 behind it, other than runs of
  // that. An unknown token must not be fused across it either.
  static bool splitsAtMetaspace(const BpeModel &model,
                                const StringMap<int32_t> &ids) {
    constexpr StringRef metaspace = "\u2581";
    if (!ids.contains(metaspace))
      return false;
    return none_of(model.merges, [&](const auto &merge) {
      std::string merged = merge.first + merge.second;
      StringRef text = merged;
      while (text.consume_front(metaspace)) {
      }
      return text.contains(metaspace);
    });
  }

  Error addMerges(const BpeModel &model, const StringMap<int32_t> &ids,
                  ModelTable &table) {
    size_t places = 2;
    while (places * 3 < model.merges.size() * 4 + 4) // at most 3/4 are taken
      places *= 2;
    std::vector<Merge> merges(places, Merge{noToken, noToken, 0, noToken});
    for (const auto &[rank, pair] : enumerate(model.merges)) {
      int32_t merged[3];
      const std::string texts[3] = {pair.first, pair.second,
                                    pair.first + pair.second};
      for (int i = 0; i < 3; ++i) {
        auto found = ids.find(texts[i]);
        if (found == ids.end())
          return createStringError(
              "the model merges '" + pair.first + "' and '" + pair.second +
              "', and its vocab lacks '" + texts[i] + "'; add it to the vocab");
        merged[i] = found->second;
      }
      size_t place = hashPair(merged[0], merged[1]) & (places - 1);
      // Of a pair that is there twice, the reference takes the last.
      while (merges[place].left != noToken &&
             !(merges[place].left == merged[0] &&
               merges[place].right == merged[1]))
        place = (place + 1) & (places - 1);
      merges[place] = {merged[0], merged[1], uint32_t(rank), merged[2]};
    }
    table.merges = writer.append(merges);
    return Error::success();
  }

  WordFacts facts;
  const WholeWords &words;
  TableWriter &writer;
};
} // namespace

Expected<ModelTable> emblem::frontend::compileModel(const TokenizerModel &model,
                                                    WordFacts facts,
                                                    const WholeWords &words,
                                                    TableWriter &writer) {
  return std::visit(ModelCompiler(facts, words, writer), model);
}
