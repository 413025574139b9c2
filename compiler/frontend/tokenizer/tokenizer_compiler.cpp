//===- tokenizer_compiler.cpp - A tokenizer becomes tables ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/tokenizer/tokenizer_compiler.h"

#include "compiler/frontend/tokenizer/character_effects.h"
#include "compiler/frontend/tokenizer/trie_builder.h"
#include "compiler/frontend/tokenizer/unicode_facts.h"
#include "runtime/tokenizer/tokenizer_tables.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>
#include <deque>

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::runtime;

int64_t
emblem::frontend::getVocabularySize(const TokenizerDescription &tokenizer) {
  int64_t size = 0;
  for (const auto &[token, id] : tokenizer.model.vocabulary)
    size = std::max<int64_t>(size, int64_t(id) + 1);
  for (const AddedToken &token : tokenizer.addedTokens)
    size = std::max<int64_t>(size, int64_t(token.id) + 1);
  return size;
}

//===----------------------------------------------------------------------===//
// Which keys a trie needs
//===----------------------------------------------------------------------===//

// Punctuation is always a word of its own, so no longer piece starts with it:
// not "[CLS]", and not "##ing" as the start of a word.
static bool canStartPiece(StringRef piece) {
  const auto *source = reinterpret_cast<const UTF8 *>(piece.begin());
  const auto *end = reinterpret_cast<const UTF8 *>(piece.end());
  UTF32 first;
  if (convertUTF8Sequence(&source, end, &first, strictConversion) !=
      conversionOK)
    return false;
  return source == end || !isPunctuation(first);
}

// Adds the tries of a word's first piece and of its other pieces.
static Error addVocabulary(const TokenizerDescription &tokenizer,
                           TrieBuilder &trie, TokenizerHeader &header) {
  StringRef prefix = tokenizer.model.continuingSubwordPrefix;
  std::vector<TrieBuilder::Key> initial, continuation;
  for (const auto &[content, id] : tokenizer.model.vocabulary) {
    StringRef token = content;
    if (token.contains('\0')) {
      if (tokenizer.normalizer.cleanText) // no text has it then
        continue;
      return createStringError("the vocabulary's token of id " + Twine(id) +
                               " holds a NUL character, which is not supported "
                               "without 'clean_text'; remove the token");
    }
    if (!token.empty() && canStartPiece(token))
      initial.push_back({token, id});
    if (token.consume_front(prefix) && !token.empty() && canStartPiece(token))
      continuation.push_back({token, id});
  }
  header.initialRoot = trie.add(std::move(initial));
  header.continuationRoot = trie.add(std::move(continuation));
  return Error::success();
}

namespace {
struct AddedTokens {
  std::vector<AddedTokenEntry> entries;
  std::vector<CodePointRange> wordRanges, spaceRanges;
};
} // namespace

static std::vector<CodePointRange>
collectRanges(function_ref<bool(uint32_t)> isMember) {
  std::vector<CodePointRange> ranges;
  for (uint32_t c = 0; c < codePoints; ++c) {
    if (!isMember(c))
      continue;
    if (!ranges.empty() && ranges.back().last + 1 == c)
      ranges.back().last = c;
    else
      ranges.push_back({c, c});
  }
  return ranges;
}

static Expected<AddedTokens>
addAddedTokens(const TokenizerDescription &tokenizer, TrieBuilder &trie,
               TokenizerHeader &header) {
  AddedTokens result;
  std::deque<std::string> patterns; // keeps the keys' text where it is
  std::vector<TrieBuilder::Key> raw, normalized;
  StringSet<> seenRaw, seenNormalized;
  bool anySingleWord = false, anyStrips = false;
  for (const AddedToken &token : tokenizer.addedTokens) {
    auto refuse = [&](const Twine &why) {
      return createStringError("the added token '" + token.content + "' " +
                               why);
    };
    patterns.push_back(token.normalized
                           ? normalize(tokenizer.normalizer, token.content)
                           : token.content);
    StringRef pattern = patterns.back();
    if (pattern.empty())
      return refuse("is empty once normalised; remove it");
    if (pattern.contains('\0'))
      return refuse("holds a NUL character, which is not supported; remove it");
    if (!(token.normalized ? seenNormalized : seenRaw).insert(pattern).second)
      return refuse("matches the same text as another one; remove it");
    int32_t index = int32_t(result.entries.size());
    (token.normalized ? normalized : raw).push_back({pattern, index});
    result.entries.push_back(
        {token.id, (token.singleWord ? AddedSingleWord : 0u) |
                       (token.lstrip ? AddedStripLeft : 0u) |
                       (token.rstrip ? AddedStripRight : 0u)});
    anySingleWord |= token.singleWord;
    anyStrips |= token.lstrip || token.rstrip;
  }
  header.addedRoot = raw.empty() ? noTrie : trie.add(std::move(raw));
  header.normalizedAddedRoot =
      normalized.empty() ? noTrie : trie.add(std::move(normalized));
  if (anySingleWord)
    result.wordRanges = collectRanges(isWordCharacter);
  if (anyStrips)
    result.spaceRanges = collectRanges(isWhitespace);
  return result;
}

//===----------------------------------------------------------------------===//
// Laying out the bytes
//===----------------------------------------------------------------------===//

template <typename T>
static TableSection append(std::string &bytes, const std::vector<T> &elements) {
  bytes.resize(alignTo(bytes.size(), tokenizerAlignment));
  TableSection section{bytes.size(), elements.size()};
  bytes.append(reinterpret_cast<const char *>(elements.data()),
               elements.size() * sizeof(T));
  return section;
}

static CharacterTable append(std::string &bytes,
                             const CharacterTables &tables) {
  return {append(bytes, tables.blocks), append(bytes, tables.entries),
          append(bytes, tables.elements)};
}

Expected<std::string>
emblem::frontend::compileTokenizer(const TokenizerDescription &tokenizer) {
  TokenizerHeader header = {};
  header.magic = tokenizerMagic;
  header.version = tokenizerVersion;
  header.flags = tokenizer.truncateLeft ? TokenizerTruncatesLeft : 0u;
  header.unknownId = tokenizer.model.unknownId;
  header.maxWordCharacters = tokenizer.model.maxInputCharsPerWord;
  header.vocabularySize = uint32_t(getVocabularySize(tokenizer));
  header.droppedId = tokenizer.droppedId.value_or(noToken);
  header.emptyId = tokenizer.emptyId.value_or(noToken);

  TrieBuilder trie;
  if (Error error = addVocabulary(tokenizer, trie, header))
    return error;
  Expected<AddedTokens> added = addAddedTokens(tokenizer, trie, header);
  if (!added)
    return added.takeError();
  if (!trie.fits())
    return createStringError("the tokenizer's vocabulary is too large: " +
                             Twine(trie.getUnits().size()) +
                             " trie nodes, and the format has room for " +
                             Twine(trieBaseMask + 1));

  std::string bytes(sizeof(header), '\0');
  if (header.normalizedAddedRoot == noTrie) {
    header.words = append(
        bytes, buildCharacterTables(tokenizer.normalizer, /*splitWords=*/true));
  } else {
    header.normalizer =
        append(bytes, buildCharacterTables(tokenizer.normalizer,
                                           /*splitWords=*/false));
    header.words = append(
        bytes, buildCharacterTables(BertNormalizer(), /*splitWords=*/true));
  }
  header.trie = append(bytes, trie.getUnits());
  header.added = append(bytes, added->entries);
  header.wordRanges = append(bytes, added->wordRanges);
  header.spaceRanges = append(bytes, added->spaceRanges);
  header.prefix = append(bytes, tokenizer.prefix);
  header.suffix = append(bytes, tokenizer.suffix);
  bytes.resize(alignTo(bytes.size(), tokenizerAlignment));
  header.bytes = bytes.size();
  std::memcpy(bytes.data(), &header, sizeof(header));
  return bytes;
}
