//===- added_tokens.cpp - Tokens that are found whole in a text -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/tokenizer/added_tokens.h"

#include "runtime/tokenizer/utf8.h"

using namespace emblem::runtime;

AddedTokenScan::AddedTokenScan(const TokenizerHeader &header, uint32_t root,
                               const uint8_t *text, const uint8_t *end)
    : header(header), units(sectionData<uint32_t>(header, header.trie)),
      root(root), text(text), end(end), done(text),
      search(root == noTrie ? end : text) {}

AddedTokenScan::Part AddedTokenScan::next() {
  for (; search < end; ++search) {
    TrieMatch match = longestMatch(units, root, search, end);
    if (!match.length)
      continue;
    AddedTokenEntry token =
        sectionData<AddedTokenEntry>(header, header.added)[match.leaf];
    const uint8_t *tokenBegin = search;
    const uint8_t *tokenEnd = search + match.length;
    if ((token.flags & AddedSingleWord) && touchesWord(tokenBegin, tokenEnd)) {
      search = tokenEnd - 1;
      continue;
    }
    search = tokenEnd;
    // White space that an earlier token took is not taken again.
    if (token.flags & AddedStripLeft)
      tokenBegin = std::max(done, skipSpacesLeft(tokenBegin));
    if (token.flags & AddedStripRight)
      tokenEnd = skipSpacesRight(tokenEnd);
    Part part{done, std::max(done, tokenBegin), token.id, tokenEnd};
    done = tokenEnd;
    return part;
  }
  Part part{done, std::max(done, end), -1, end};
  done = end;
  return part;
}

bool AddedTokenScan::touchesWord(const uint8_t *tokenBegin,
                                 const uint8_t *tokenEnd) const {
  uint32_t length;
  return (tokenBegin > text &&
          isInRanges(header, header.wordRanges,
                     decodeCharacter(previousCharacter(tokenBegin), length))) ||
         (tokenEnd < end && isInRanges(header, header.wordRanges,
                                       decodeCharacter(tokenEnd, length)));
}

const uint8_t *AddedTokenScan::skipSpacesLeft(const uint8_t *from) const {
  while (from > text) {
    uint32_t length;
    const uint8_t *previous = previousCharacter(from);
    if (!isInRanges(header, header.spaceRanges,
                    decodeCharacter(previous, length)))
      break;
    from = previous;
  }
  return from;
}

const uint8_t *AddedTokenScan::skipSpacesRight(const uint8_t *from) const {
  while (from < end) {
    uint32_t length;
    if (!isInRanges(header, header.spaceRanges, decodeCharacter(from, length)))
      break;
    from += length;
  }
  return from;
}
