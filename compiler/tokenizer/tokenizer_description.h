//===- tokenizer_description.h - A tokenizer as one struct ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The parts of a tokenizer, by the names that `tokenizers` gives them. A text
// goes through the normaliser's steps, the pre-tokenizer's, the model and the
// template, in this order.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_TOKENIZER_DESCRIPTION_H
#define EMBLEM_COMPILER_FRONTEND_TOKENIZER_DESCRIPTION_H

#include "compiler/tokenizer/decoder_description.h"
#include "compiler/tokenizer/pair_text.h"
#include "runtime/tokenizer/tokenizer_tables.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace emblem::frontend {

/// What a step looks for: a text, or a regular expression.
struct Pattern {
  std::string text;
  bool isRegex = false;
};

//===----------------------------------------------------------------------===//
// The normaliser
//===----------------------------------------------------------------------===//

/// BERT's normaliser: its steps run in this order.
struct BertNormalizer {
  bool cleanText = false;          // drop control characters, plain spaces
  bool handleChineseChars = false; // spaces around each Chinese character
  bool stripAccents = false;       // decompose (NFD), drop nonspacing marks
  bool lowercase = false;
};
struct Lowercase {};
struct StripAccents {}; // drops combining marks
struct Nmt {};          // drops controls; white space becomes plain
/// NFC, NFD, NFKC and NFKD.
struct UnicodeForm {
  bool compatible = false;
  bool composed = false;
};
/// SentencePiece's map of characters, as its model file has it.
struct Precompiled {
  std::string charsmap;
};
struct Replace {
  Pattern pattern;
  std::string content;
};
struct Prepend {
  std::string text;
};
struct Strip {
  bool left = false;
  bool right = false;
};

using NormalizerPart =
    std::variant<BertNormalizer, Lowercase, StripAccents, Nmt, UnicodeForm,
                 Precompiled, Replace, Prepend, Strip>;
using NormalizerParts = std::vector<NormalizerPart>;

//===----------------------------------------------------------------------===//
// The pre-tokenizer
//===----------------------------------------------------------------------===//

using runtime::SplitBehavior;

/// Words end at white space, and each punctuation character is one.
struct BertPreTokenizer {};
struct Whitespace {};      // \w+ and [^\w\s]+ are words
struct WhitespaceSplit {}; // words end at white space
struct CharDelimiterSplit {
  uint32_t delimiter = 0;
};
struct Punctuation {
  SplitBehavior behavior = SplitBehavior::Isolated;
};
struct Digits {
  bool individual = false;
};
struct Split {
  Pattern pattern;
  SplitBehavior behavior = SplitBehavior::Isolated;
  bool invert = false;
};
struct Metaspace {
  enum class Prepends { Always, First, Never };
  uint32_t replacement = 0x2581; // for a space
  Prepends prepends = Prepends::Always;
  bool split = true;
};
/// GPT-2's words; the model then sees bytes. The last of its steps.
struct ByteLevel {
  bool addPrefixSpace = false;
  bool useRegex = true;
};

using PreTokenizerPart =
    std::variant<BertPreTokenizer, Whitespace, WhitespaceSplit,
                 CharDelimiterSplit, Punctuation, Digits, Split, Metaspace,
                 ByteLevel>;
using PreTokenizerParts = std::vector<PreTokenizerPart>;

//===----------------------------------------------------------------------===//
// The model
//===----------------------------------------------------------------------===//

/// In the order of the tokens' bytes, each once.
using Vocabulary = std::vector<std::pair<std::string, int32_t>>;

/// Longest match first, from a word's start.
struct WordPieceModel {
  Vocabulary vocabulary;
  int32_t unknownId = 0;
  std::string continuingSubwordPrefix = "##";
  uint32_t maxInputCharsPerWord = 100;
};

struct WordLevelModel {
  Vocabulary vocabulary;
  int32_t unknownId = 0;
};

/// Byte-pair encoding.
struct BpeModel {
  Vocabulary vocabulary;
  std::vector<std::pair<std::string, std::string>> merges; // by rank
  std::optional<int32_t> unknownId;
  bool fuseUnknown = false;
  bool byteFallback = false;
  bool ignoreMerges = false;   // a word that is a token is that token
  std::string endOfWordSuffix; // of the tokens that end a word, as CLIP's
};

struct UnigramModel {
  std::vector<std::pair<std::string, double>> pieces; // by id, with scores
  int32_t unknownId = 0;
  bool byteFallback = false;
};

using TokenizerModel =
    std::variant<WordPieceModel, WordLevelModel, BpeModel, UnigramModel>;

/// A token that is found whole in the text, before words are.
struct AddedToken {
  int32_t id = 0;
  std::string content;
  bool singleWord = false;
  bool lstrip = false;
  bool rstrip = false;
  bool normalized = false; // matches in the normalised text
  bool special = false;    // left out where a text is decoded without them
};

using runtime::TemplatePiece;

struct TokenizerDescription {
  NormalizerParts normalizer;
  PreTokenizerParts preTokenizer;
  TokenizerModel model;
  std::vector<AddedToken> addedTokens;
  /// Whether special tokens in a text are cut as any words are.
  bool splitsSpecialTokens = false;
  /// What stands around one text and around two.
  std::vector<TemplatePiece> single = {{runtime::firstText, 0}};
  std::vector<TemplatePiece> pair = {{runtime::firstText, 0},
                                     {runtime::secondText, 1}};
  /// Why the file has no way to encode two texts as this runtime does, as the
  /// end of a sentence; empty: it has one.
  std::string noPairs;
  /// Two texts as one, in place of `pair`.
  std::optional<PairText> pairText;
  bool truncateLeft = false;
  /// Left out of the ids, once they are cut.
  std::optional<int32_t> droppedId;
  /// The one id of a text that has no other.
  std::optional<int32_t> emptyId;
  /// A text ends with the first such id.
  std::optional<int32_t> endId;
  /// How tokens become a text; none: they are joined by spaces.
  std::optional<DecoderParts> decoder;
  /// Tokens' places leave out spaces at their ends (ByteLevel's trim_offsets),
  /// but for one that was put before the text.
  bool trimsPlaces = false;
  bool putsSpaceFirst = false;
  /// Fills a text up to `paddedTokens`.
  std::optional<int32_t> paddingId;
  int64_t paddedTokens = 0;
  /// An id that the model is not shown where it stands at the end.
  std::optional<int32_t> trailingPadding;
  /// What of a text is read, in code points; 0: all.
  int64_t maxCharacters = 0;
  bool promptsUnpooled = false; // a prompt's tokens do not count in pooling
};

/// The id of what the model has no token for, where it has one.
std::optional<int32_t> getUnknownId(const TokenizerModel &model);

/// What keeps the tokenizer from putting pairs together for a model of so many
/// token types (0: it tells none apart), as the end of a sentence; or an empty
/// string.
std::string findPairProblem(const TokenizerDescription &tokenizer,
                            int64_t tokenTypes);

/// Takes tokens away that only added_tokens has, and of whose ids a model of so
/// many has no row, but for those of the template. Returns their texts.
std::vector<std::string> takeRowless(TokenizerDescription &tokenizer,
                                     int64_t vocabularySize);

/// The largest id, plus one: the model's vocabulary must be at least as large.
int64_t getVocabularySize(const TokenizerDescription &tokenizer);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_TOKENIZER_DESCRIPTION_H
