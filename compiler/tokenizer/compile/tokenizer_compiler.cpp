//===- tokenizer_compiler.cpp - A tokenizer becomes tables ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What the tables say of added tokens depends on the normaliser, and which
// words are one token depends on the model's merges. So these are compiled by
// themselves first, and the runtime finds the rest with them.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/compile/tokenizer_compiler.h"

#include "compiler/tokenizer/compile/pair_suffix.h"
#include "compiler/tokenizer/compile/part_compilers.h"
#include "compiler/tokenizer/compile/token_texts.h"
#include "compiler/tokenizer/unicode_facts.h"
#include "runtime/tokenizer/tokenizer.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/MemoryBuffer.h"

#include <deque>

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using namespace emblem::runtime;

std::optional<int32_t>
emblem::frontend::getUnknownId(const TokenizerModel &model) {
  return std::visit(
      [](const auto &model) { return std::optional(model.unknownId); }, model);
}

std::string
emblem::frontend::findPairProblem(const TokenizerDescription &tokenizer,
                                  int64_t tokenTypes) {
  if (tokenizer.pairText)
    return ""; // one text
  for (const TemplatePiece &piece : tokenizer.pair)
    if (tokenTypes && piece.typeId >= tokenTypes)
      return ("its template has the token type " + Twine(piece.typeId) +
              ", and the model only " + Twine(tokenTypes) + " of them")
          .str();
  return tokenizer.noPairs;
}

int64_t
emblem::frontend::getVocabularySize(const TokenizerDescription &tokenizer) {
  int64_t size = 0;
  auto include = [&](int64_t id) { size = std::max(size, id + 1); };
  if (const auto *unigram = std::get_if<UnigramModel>(&tokenizer.model))
    include(int64_t(unigram->pieces.size()) - 1);
  else if (const auto *wordPiece =
               std::get_if<WordPieceModel>(&tokenizer.model))
    for (const auto &[token, id] : wordPiece->vocabulary)
      include(id);
  else if (const auto *words = std::get_if<WordLevelModel>(&tokenizer.model))
    for (const auto &[token, id] : words->vocabulary)
      include(id);
  else
    for (const auto &[token, id] :
         std::get<BpeModel>(tokenizer.model).vocabulary)
      include(id);
  for (const AddedToken &token : tokenizer.addedTokens)
    include(token.id);
  for (const auto *pieces : {&tokenizer.single, &tokenizer.pair})
    for (const TemplatePiece &piece : *pieces)
      include(piece.id);
  return size;
}

namespace {

/// Tables that the runtime can read, where it wants them.
class AlignedTables {
public:
  explicit AlignedTables(StringRef bytes)
      : buffer(WritableMemoryBuffer::getNewUninitMemBuffer(
            bytes.size(), "tokenizer", Align(tokenizerAlignment))) {
    llvm::copy(bytes, buffer->getBufferStart());
  }
  const TokenizerHeader &getHeader() const {
    return *reinterpret_cast<const TokenizerHeader *>(buffer->getBufferStart());
  }

private:
  std::unique_ptr<WritableMemoryBuffer> buffer;
};

/// A normaliser that runs while its tokenizer is being compiled.
class CompiledNormalizer {
public:
  static Expected<CompiledNormalizer> compile(const NormalizerParts &parts) {
    TableWriter writer;
    TokenizerHeader header = {};
    Expected<std::vector<NormalizerStep>> steps =
        compileNormalizer(parts, writer);
    if (!steps)
      return steps.takeError();
    header.normalizer = writer.append(*steps);
    header.spaceRanges =
        writer.append(CodePointSet::collect(isWhitespace).getRanges());
    return CompiledNormalizer(AlignedTables(writer.finish(header)));
  }

  Expected<std::string> run(StringRef text) {
    const auto *begin = reinterpret_cast<const uint8_t *>(text.data());
    TextSpan span = {begin, begin + text.size()};
    bool atStart = true;
    if (!runner.run(tables.getHeader(), span, atStart))
      return createStringError("there is no memory to normalise a text");
    return std::string(reinterpret_cast<const char *>(span.begin), span.size());
  }

private:
  explicit CompiledNormalizer(AlignedTables tables)
      : tables(std::move(tables)) {}

  AlignedTables tables;
  runtime::Normalizer runner;
};

/// An added token, and the text that it is found as.
struct AddedPattern {
  const AddedToken *token;
  std::string text;
};

class TokenizerCompiler {
public:
  explicit TokenizerCompiler(const TokenizerDescription &tokenizer)
      : tokenizer(tokenizer) {}

  Expected<std::string> compile() {
    if (Error error = findWholeWords())
      return error;
    if (Error error = findAddedPatterns())
      return error;
    return compileTables();
  }

private:
  Expected<std::string> compileTables() {
    TableWriter writer;
    TokenizerHeader header = {};
    header.magic = tokenizerMagic;
    header.version = tokenizerVersion;
    header.flags =
        (tokenizer.truncateLeft ? TokenizerTruncatesLeft : 0u) |
        (tokenizer.promptsUnpooled ? TokenizerLeavesPromptsOut : 0u) |
        (tokenizer.decoder ? 0u : TokenizerJoinsBySpaces) |
        (tokenizer.trimsPlaces ? TokenizerTrimsPlaces : 0u) |
        (tokenizer.putsSpaceFirst ? TokenizerPutsSpaceFirst : 0u);
    header.vocabularySize = uint32_t(getVocabularySize(tokenizer));
    header.droppedId = tokenizer.droppedId.value_or(noToken);
    header.emptyId = tokenizer.emptyId.value_or(noToken);
    header.endId = tokenizer.endId.value_or(noToken);
    header.paddingId = tokenizer.paddingId.value_or(noToken);
    header.paddedTokens = int32_t(tokenizer.paddedTokens);
    header.trailingPadding = tokenizer.trailingPadding.value_or(noToken);
    header.maxCharacters = int32_t(tokenizer.maxCharacters);
    header.single = writer.append(tokenizer.single);
    header.pair = writer.append(tokenizer.pair);
    if (const auto &text = tokenizer.pairText) {
      header.pairText[0] = writer.append(text->before);
      header.pairText[1] = writer.append(text->between);
      header.pairText[2] = writer.append(text->after);
    }
    if (Error error = addTextSteps(writer, header))
      return error;
    Expected<ModelTable> model =
        compileModel(tokenizer.model, wordFacts(), words, writer);
    if (!model)
      return model.takeError();
    header.model = *model;
    if (Error error = addAddedTokens(writer, header))
      return error;
    if (Error error = addWayBack(writer, header))
      return error;
    if (!writer.trie.fits())
      return createStringError("the tokenizer's vocabulary is too large: " +
                               Twine(writer.trie.getUnits().size()) +
                               " trie nodes, and the format has room for " +
                               Twine(trieBaseMask + 1));
    std::string tables = writer.finish(header);
    if (tokenizer.pairText)
      if (Error error = addPairSuffix(tables))
        return error;
    return tables;
  }

  WordFacts wordFacts() const {
    WordFacts facts;
    facts.areBytes = takesBytes;
    facts.isolatePunctuation = walksWords();
    const auto *bert =
        tokenizer.normalizer.empty()
            ? nullptr
            : std::get_if<BertNormalizer>(&tokenizer.normalizer.front());
    facts.haveNoNul = bert && bert->cleanText;
    return facts;
  }

  /// Words of single code points, by one pass over the text.
  bool walksWords() const {
    return std::holds_alternative<WordPieceModel>(tokenizer.model) &&
           tokenizer.preTokenizer.size() == 1 &&
           std::holds_alternative<BertPreTokenizer>(
               tokenizer.preTokenizer.front());
  }

  /// The same pass normalises. What it makes of a code point must be short, as
  /// BERT's parts make it.
  bool walkNormalizes() const {
    return walksWords() &&
           none_of(patterns,
                   [](const AddedPattern &pattern) {
                     return pattern.token->normalized;
                   }) &&
           tokenizer.normalizer.size() <= 1 &&
           all_of(tokenizer.normalizer, [](const NormalizerPart &part) {
             return std::holds_alternative<BertNormalizer>(part) ||
                    std::holds_alternative<Lowercase>(part);
           });
  }

  Error addTextSteps(TableWriter &writer, TokenizerHeader &header) {
    if (walkNormalizes()) {
      header.words = writer.append(
          buildCharacterTables(tokenizer.normalizer, /*splitWords=*/true));
      return Error::success();
    }
    Expected<std::vector<NormalizerStep>> normalizer =
        compileNormalizer(tokenizer.normalizer, writer);
    if (!normalizer)
      return normalizer.takeError();
    header.normalizer = writer.append(*normalizer);
    if (any_of(*normalizer, [](const NormalizerStep &step) {
          return step.kind == NormalizerStepKind::Strip;
        }))
      needsSpaces = true;
    if (walksWords()) {
      header.words =
          writer.append(buildCharacterTables({}, /*splitWords=*/true));
      return Error::success();
    }
    Expected<std::vector<WordStep>> steps =
        compilePreTokenizer(tokenizer.preTokenizer, writer, takesBytes);
    if (!steps)
      return steps.takeError();
    header.wordSteps = writer.append(*steps);
    return Error::success();
  }

  /// Which tokens of byte-pair encoding a word may be looked up as.
  Error findWholeWords() {
    const auto *model = std::get_if<BpeModel>(&tokenizer.model);
    if (!model)
      return Error::success();
    takesBytes = any_of(tokenizer.preTokenizer, [](const auto &part) {
      return std::holds_alternative<ByteLevel>(part);
    });
    TableWriter writer;
    TokenizerHeader header = {};
    Expected<ModelTable> table =
        compileModel(tokenizer.model, wordFacts(), /*words=*/{}, writer);
    if (!table)
      return table.takeError();
    header.model = *table;
    AlignedTables tables(writer.finish(header));
    BytePairScratch scratch;
    for (auto &[text, id] : collectTokenTexts(*model, takesBytes)) {
      int32_t ids[2];
      IdList list(ids, 2, /*keepLast=*/false);
      BytePair bytePair(tables.getHeader(), scratch, list);
      const auto *begin = reinterpret_cast<const uint8_t *>(text.data());
      if (bytePair.encode({begin, begin + text.size()}) == Flow::NoMemory)
        return createStringError("there is no memory to compile the tokenizer");
      bool isItself = list.finish() == 1 && ids[0] == id;
      if (model->ignoreMerges && !isItself && StringRef(text).contains('\0'))
        return createStringError(
            "the vocabulary's token of id " + Twine(id) +
            " holds a NUL character, which is not supported with "
            "'ignore_merges'; remove the token");
      if (isItself || model->ignoreMerges)
        words.emplace_back(std::move(text), id);
    }
    return Error::success();
  }

  Error findAddedPatterns() {
    bool anyNormalized = any_of(tokenizer.addedTokens, [](const auto &token) {
      return token.normalized;
    });
    Expected<CompiledNormalizer> normalizer = CompiledNormalizer::compile(
        anyNormalized ? tokenizer.normalizer : NormalizerParts());
    if (!normalizer)
      return normalizer.takeError();
    StringSet<> seenRaw, seenNormalized;
    std::vector<AddedPattern> split; // special, and cut as words
    for (const AddedToken &token : tokenizer.addedTokens) {
      auto refuse = [&](const Twine &why) {
        return createStringError("the added token '" + token.content + "' " +
                                 why);
      };
      std::string text = token.content;
      if (token.normalized) {
        Expected<std::string> normalized = normalizer->run(text);
        if (!normalized)
          return normalized.takeError();
        text = std::move(*normalized);
      }
      if (text.empty())
        return refuse("is empty once normalised; remove it");
      if (StringRef(text).contains('\0'))
        return refuse(
            "holds a NUL character, which is not supported; remove it");
      if (!(token.normalized ? seenNormalized : seenRaw).insert(text).second)
        return refuse("matches the same text as another one; remove it");
      bool isSplit = tokenizer.splitsSpecialTokens && token.special;
      (isSplit ? split : patterns).push_back({&token, std::move(text)});
    }
    return checkSplit(split);
  }

  // The reference finds a token that it then splits, and no other in its place.
  Error checkSplit(ArrayRef<AddedPattern> split) const {
    for (const AddedPattern &special : split)
      for (const AddedPattern &other : patterns)
        if (special.token->normalized == other.token->normalized &&
            overlaps(special.text, other.text))
          return createStringError(
              "the added tokens '" + special.token->content + "' and '" +
              other.token->content +
              "' overlap, and split_special_tokens splits the first alone, "
              "which is not supported");
    return Error::success();
  }

  /// Whether `other` can begin within `text`.
  static bool overlaps(StringRef text, StringRef other) {
    if (text.contains(other))
      return true;
    for (size_t at = 1; at < text.size(); ++at)
      if (other.starts_with(text.substr(at)))
        return true;
    return false;
  }

  Error addAddedTokens(TableWriter &writer, TokenizerHeader &header) {
    std::vector<AddedTokenEntry> entries;
    std::vector<TrieBuilder::Key> raw, normalized;
    bool anySingleWord = false, anyStrips = needsSpaces;
    for (const AddedPattern &pattern : patterns) {
      const AddedToken &token = *pattern.token;
      (token.normalized ? normalized : raw)
          .push_back({pattern.text, int32_t(entries.size())});
      entries.push_back({token.id, (token.singleWord ? AddedSingleWord : 0u) |
                                       (token.lstrip ? AddedStripLeft : 0u) |
                                       (token.rstrip ? AddedStripRight : 0u)});
      anySingleWord |= token.singleWord;
      anyStrips |= token.lstrip || token.rstrip;
    }
    auto addTrie = [&](std::vector<TrieBuilder::Key> keys) {
      return keys.empty() ? noTrie : writer.trie.add(std::move(keys));
    };
    header.addedRoot = addTrie(std::move(raw));
    header.normalizedAddedRoot = addTrie(std::move(normalized));
    header.added = writer.append(entries);
    if (anySingleWord)
      header.wordRanges =
          writer.append(CodePointSet::collect(isWordCharacter).getRanges());
    if (anyStrips)
      header.spaceRanges =
          writer.append(CodePointSet::collect(isWhitespace).getRanges());
    return Error::success();
  }

  /// What leads from tokens to their text.
  Error addWayBack(TableWriter &writer, TokenizerHeader &header) {
    Expected<std::vector<DecoderStep>> decoder =
        compileDecoder(tokenizer.decoder.value_or(DecoderParts()), writer);
    if (!decoder)
      return decoder.takeError();
    header.decoder = writer.append(*decoder);
    std::vector<int32_t> special;
    for (const AddedToken &token : tokenizer.addedTokens)
      if (token.special)
        special.push_back(token.id);
    llvm::sort(special);
    special.erase(llvm::unique(special), special.end());
    header.specialIds = writer.append(special);
    if (tokenizer.trimsPlaces)
      header.edges = writer.append(collectEdges(tokenizer));
    return Error::success();
  }

  const TokenizerDescription &tokenizer;
  std::vector<AddedPattern> patterns;
  WholeWords words;
  bool takesBytes = false;
  bool needsSpaces = false; // for the normaliser
};

} // namespace

Expected<std::string>
emblem::frontend::compileTokenizer(const TokenizerDescription &tokenizer) {
  return TokenizerCompiler(tokenizer).compile();
}

Expected<std::string> emblem::frontend::normalize(const NormalizerParts &parts,
                                                  StringRef text) {
  Expected<CompiledNormalizer> normalizer = CompiledNormalizer::compile(parts);
  if (!normalizer)
    return normalizer.takeError();
  return normalizer->run(text);
}
