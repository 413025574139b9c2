//===- byte_pair.cpp - Merging neighbours ---------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/tokenizer/byte_pair.h"

#include "runtime/tokenizer/utf8.h"

#include <algorithm>
#include <functional>

using namespace emblem::runtime;

/// Up to so many symbols, looking at all of them for each merge is faster than
/// keeping them in a queue.
static constexpr size_t fewSymbols = 24;

/// Each symbol is a neighbour's left once, and each merge makes two more.
bool BytePair::reserve(size_t textBytes, BytePairScratch &scratch) {
  return scratch.symbols.reserve(textBytes + 4) &&
         scratch.queue.reserve(textBytes * 3 + 4);
}

Flow BytePair::encode(TextSpan word) {
  if (!(model.flags & ModelSplitsAtMetaspace))
    return encodePart(word);
  // U+2581 is E2 96 81.
  auto startsSpace = [&](const uint8_t *text) {
    return text[0] == 0xE2 && word.end - text >= 3 && text[1] == 0x96 &&
           text[2] == 0x81;
  };
  while (!word.empty()) {
    const uint8_t *end = word.begin;
    while (end < word.end && startsSpace(end))
      end += 3;
    while (end < word.end && !startsSpace(end))
      ++end;
    Flow flow = encodePart({word.begin, end});
    if (flow != Flow::Continue)
      return flow;
    word.begin = end;
  }
  return Flow::Continue;
}

Flow BytePair::encodePart(TextSpan word) {
  TrieMatch match = longestMatch(units, model.wordRoot, word.begin, word.end);
  if (match.length == word.size() && match.length)
    return out.push(int32_t(match.leaf), word.begin, word.end);

  if (!reserve(word.size(), scratch) ||
      (out.traces() && !scratch.lengths.reserve(word.size() + 4)))
    return Flow::NoMemory;
  scratch.symbols.clear();
  if (model.flags & ModelTakesBytes)
    readBytes(word);
  else
    readCharacters(word);
  if (out.traces()) {
    mergeMany(); // which leaves symbols in their places
    return pushTraced(word);
  }
  if (scratch.symbols.size() <= fewSymbols)
    mergeFew();
  else
    mergeMany();
  for (size_t i = 0; i < scratch.symbols.size(); ++i)
    if (int32_t id = scratch.symbols.data()[i].id; id != noToken)
      if (Flow flow = out.push(id, nullptr, nullptr); flow != Flow::Continue)
        return flow;
  return Flow::Continue;
}

/// A token ends as many bytes behind the one before it as its symbols have.
Flow BytePair::pushTraced(TextSpan word) {
  const BytePairSymbol *symbols = scratch.symbols.data();
  const int32_t *lengths = scratch.lengths.data();
  const auto count = int32_t(scratch.symbols.size());
  for (int32_t i = 0; i < count; i = symbols[i].next) {
    const uint8_t *end = word.begin;
    for (int32_t part = i; part < symbols[i].next; ++part)
      end += lengths[part];
    end = std::min(end, word.end);
    if (Flow flow = out.push(symbols[i].id, word.begin, end);
        flow != Flow::Continue)
      return flow;
    word.begin = end;
  }
  return Flow::Continue;
}

//===----------------------------------------------------------------------===//
// The symbols of a word
//===----------------------------------------------------------------------===//

void BytePair::append(int32_t id, int32_t length) {
  int32_t index = int32_t(scratch.symbols.size());
  if (out.traces())
    scratch.lengths.data()[index] = length;
  scratch.symbols.data()[index] = {id, index - 1, index + 1};
  scratch.symbols.advance(1);
}

void BytePair::readBytes(TextSpan word) {
  int32_t pending = noToken; // an unknown token that more may be fused with
  int32_t pendingLength = 0;
  const bool marksEnds = model.flags & ModelMarksWordEnds;
  for (const uint8_t *text = word.begin; text < word.end; ++text) {
    int32_t id = byteIds[*text + (marksEnds && text + 1 == word.end ? 256 : 0)];
    if (id != noToken) {
      if (pending != noToken)
        append(pending, pendingLength);
      pending = noToken;
      pendingLength = 0;
      append(id, 1);
      continue;
    }
    if (pending != noToken && !(model.flags & ModelFusesUnknown)) {
      append(pending, pendingLength);
      pendingLength = 0;
    }
    pending = model.unknownId;
    ++pendingLength;
  }
  if (pending != noToken)
    append(pending, pendingLength);
}

void BytePair::readCharacters(TextSpan word) {
  int32_t pending = noToken, pendingLength = 0;
  const uint8_t *text = word.begin;
  while (text < word.end) {
    TextSpan character = {text, text + characterLength(*text)};
    text = character.end;
    int32_t id = noToken;
    if (*character.begin == 0)
      id = model.nulId;
    else if (TrieMatch match = longestMatch(units, model.partRoot,
                                            character.begin, character.end);
             match.length)
      id = int32_t(match.leaf);
    const auto length = int32_t(character.size());
    if (id != noToken) {
      if (pending != noToken)
        append(pending, pendingLength);
      pending = noToken;
      pendingLength = 0;
      append(id, length);
      continue;
    }
    // The reference leaves what is pending behind the bytes' tokens.
    if ((model.flags & ModelFallsBack) && readByteTokens(character))
      continue;
    if (pending != noToken && !(model.flags & ModelFusesUnknown)) {
      append(pending, pendingLength);
      pendingLength = 0;
    }
    if (model.unknownId != noToken) {
      pending = model.unknownId;
      pendingLength += length;
    }
  }
  if (pending != noToken)
    append(pending, pendingLength);
}

/// False: some byte has no token.
bool BytePair::readByteTokens(TextSpan character) {
  for (const uint8_t *byte = character.begin; byte < character.end; ++byte)
    if (byteIds[*byte] == noToken)
      return false;
  for (const uint8_t *byte = character.begin; byte < character.end; ++byte)
    append(byteIds[*byte], 1);
  return true;
}

//===----------------------------------------------------------------------===//
// Merging
//===----------------------------------------------------------------------===//

const Merge *BytePair::find(int32_t left, int32_t right) const {
  for (uint32_t place = hashPair(left, right) & mask;;
       place = (place + 1) & mask) {
    const Merge &merge = merges[place];
    if (merge.left == noToken)
      return nullptr;
    if (merge.left == left && merge.right == right)
      return &merge;
  }
}

void BytePair::mergeFew() {
  const size_t symbols = scratch.symbols.size();
  if (symbols < 2)
    return;
  BytePairSymbol *words = scratch.symbols.data();
  // What each symbol merges to with the one after it.
  const Merge *next[fewSymbols];
  size_t count = symbols;
  for (size_t i = 0; i + 1 < count; ++i)
    next[i] = find(words[i].id, words[i + 1].id);
  while (true) {
    size_t best = count;
    uint32_t lowest = ~0u;
    for (size_t i = 0; i + 1 < count; ++i)
      if (next[i] && next[i]->rank < lowest) {
        lowest = next[i]->rank;
        best = i;
      }
    if (best == count)
      break;
    words[best].id = next[best]->merged;
    --count;
    for (size_t i = best + 1; i < count; ++i) {
      words[i].id = words[i + 1].id;
      if (i + 1 < count)
        next[i] = next[i + 1];
    }
    if (best > 0)
      next[best - 1] = find(words[best - 1].id, words[best].id);
    if (best + 1 < count)
      next[best] = find(words[best].id, words[best + 1].id);
  }
  for (size_t i = count; i < symbols; ++i)
    words[i].id = noToken;
}

void BytePair::enqueue(int32_t left) {
  const BytePairSymbol *symbols = scratch.symbols.data();
  int32_t right = symbols[left].next;
  if (const Merge *merge = find(symbols[left].id, symbols[right].id)) {
    scratch.queue.data()[scratch.queue.size()] =
        uint64_t(merge->rank) << 32 | uint32_t(left);
    scratch.queue.advance(1);
  }
}

void BytePair::mergeMany() {
  BytePairSymbol *symbols = scratch.symbols.data();
  const int32_t count = int32_t(scratch.symbols.size());
  Buffer<uint64_t> &queue = scratch.queue;
  queue.clear();
  for (int32_t i = 0; i + 1 < count; ++i)
    enqueue(i);
  std::make_heap(queue.data(), queue.data() + queue.size(), std::greater<>());
  auto push = [&](int32_t left) {
    size_t before = queue.size();
    enqueue(left);
    if (queue.size() > before)
      std::push_heap(queue.data(), queue.data() + queue.size(),
                     std::greater<>());
  };
  while (!queue.empty()) {
    std::pop_heap(queue.data(), queue.data() + queue.size(), std::greater<>());
    queue.dropLast();
    uint64_t top = queue.data()[queue.size()];
    int32_t left = int32_t(uint32_t(top));
    BytePairSymbol &symbol = symbols[left];
    if (symbol.id == noToken || symbol.next == count)
      continue;
    // An entry whose symbols have merged with others since is stale.
    BytePairSymbol &right = symbols[symbol.next];
    const Merge *merge = find(symbol.id, right.id);
    if (!merge || merge->rank != uint32_t(top >> 32))
      continue;
    symbol.id = merge->merged;
    right.id = noToken;
    symbol.next = right.next;
    if (symbol.next < count) {
      symbols[symbol.next].previous = left;
      push(left);
    }
    if (symbol.previous >= 0)
      push(symbol.previous);
  }
}
