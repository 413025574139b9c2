//===- word_encoder.h - From words to ids, by any model ---------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TOKENIZER_WORD_ENCODER_H
#define EMBLEM_RUNTIME_TOKENIZER_WORD_ENCODER_H

#include "runtime/tokenizer/byte_pair.h"
#include "runtime/tokenizer/unigram.h"
#include "runtime/tokenizer/utf8.h"
#include "runtime/tokenizer/word_piece.h"

namespace emblem::runtime {

struct WordScratch {
  Buffer<int32_t> pieces; // of one word, by WordPiece
  BytePairScratch bytePair;
  Buffer<UnigramNode> nodes;
};

/// Appends the ids of words to an `IdList`, as the tokenizer's model has them.
class WordEncoder {
public:
  WordEncoder(const TokenizerHeader &header, WordScratch &scratch, IdList &out)
      : header(header), wordPiece(header, scratch.pieces, out),
        bytePair(header, scratch.bytePair, out),
        unigram(header, scratch.nodes, out), out(out) {}

  static bool reserve(const TokenizerHeader &header, size_t textBytes,
                      WordScratch &scratch) {
    switch (header.model.kind) {
    case ModelKind::WordPiece:
      return WordPiece::reserve(header, textBytes, scratch.pieces);
    case ModelKind::WordLevel:
      return true;
    case ModelKind::BytePair:
      return BytePair::reserve(textBytes, scratch.bytePair);
    case ModelKind::Unigram:
      return Unigram::reserve(textBytes, scratch.nodes);
    }
    return true;
  }

  WordPiece &getWordPiece() { return wordPiece; }

  Flow encode(TextSpan word) {
    switch (header.model.kind) {
    case ModelKind::WordPiece:
      return wordPiece.encode(word.begin, word.size(), countCharacters(word));
    case ModelKind::WordLevel:
      return encodeWhole(word);
    case ModelKind::BytePair:
      return bytePair.encode(word);
    case ModelKind::Unigram:
      return unigram.encode(word);
    }
    return Flow::Continue;
  }

private:
  static size_t countCharacters(TextSpan word) {
    size_t count = 0;
    for (const uint8_t *text = word.begin; text < word.end; ++text)
      count += (*text & 0xC0) != 0x80;
    return count;
  }

  Flow encodeWhole(TextSpan word) {
    TrieMatch match = longestMatch(sectionData<uint32_t>(header, header.trie),
                                   header.model.wordRoot, word.begin, word.end);
    return out.push(match.length == word.size() ? int32_t(match.leaf)
                                                : header.model.unknownId,
                    word.begin, word.end);
  }

  const TokenizerHeader &header;
  WordPiece wordPiece;
  BytePair bytePair;
  Unigram unigram;
  IdList &out;
};

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TOKENIZER_WORD_ENCODER_H
