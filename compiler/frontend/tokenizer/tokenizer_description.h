//===- tokenizer_description.h - What a tokenizer is ------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_TOKENIZER_DESCRIPTION_H
#define EMBLEM_COMPILER_FRONTEND_TOKENIZER_DESCRIPTION_H

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace emblem::frontend {

/// BERT's normaliser: its steps run in this order.
struct BertNormalizer {
  bool cleanText = false;          // drop control characters, plain spaces
  bool handleChineseChars = false; // spaces around each Chinese character
  bool stripAccents = false;       // decompose (NFD), drop nonspacing marks
  bool lowercase = false;
};

/// Longest match first, from a word's start.
struct WordPieceModel {
  std::vector<std::pair<std::string, int32_t>> vocabulary; // in file order
  int32_t unknownId = 0;
  std::string continuingSubwordPrefix = "##";
  uint32_t maxInputCharsPerWord = 100;
};

/// A token that is found whole in the text, before words are.
struct AddedToken {
  int32_t id = 0;
  std::string content;
  bool singleWord = false;
  bool lstrip = false;
  bool rstrip = false;
  bool normalized = false; // matches in the normalised text
};

/// A tokenizer whose pre-tokenizer is BERT's: words end at white space, and
/// each punctuation character is a word.
struct TokenizerDescription {
  WordPieceModel model;
  BertNormalizer normalizer;
  std::vector<AddedToken> addedTokens;
  std::vector<int32_t> prefix, suffix; // special ids around a single text
  bool truncateLeft = false;
  /// Left out of the ids, once they are cut.
  std::optional<int32_t> droppedId;
  /// The one id of a text that has no other.
  std::optional<int32_t> emptyId;
};

/// The largest id, plus one: the model's vocabulary must be at least as large.
int64_t getVocabularySize(const TokenizerDescription &tokenizer);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_TOKENIZER_DESCRIPTION_H
