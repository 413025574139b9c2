//===- unigram.cpp - The most probable pieces -----------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/tokenizer/unigram.h"

#include "runtime/tokenizer/utf8.h"

using namespace emblem::runtime;

bool Unigram::reserve(size_t textBytes, Buffer<UnigramNode> &nodes) {
  return nodes.reserve(textBytes + 1);
}

void Unigram::findBestPath(TextSpan word) {
  const int32_t size = int32_t(word.size());
  UnigramNode *node = nodes.data();
  for (int32_t i = 0; i <= size; ++i)
    node[i].start = -1;
  node[0].score = 0;
  auto offer = [&](int32_t start, int32_t end, double pieceScore, int32_t id) {
    double score = pieceScore + node[start].score;
    if (node[end].start < 0 || score > node[end].score)
      node[end] = {score, start, id};
  };
  for (int32_t start = 0; start < size;) {
    const uint8_t *text = word.begin + start;
    const uint32_t length = characterLength(*text);
    bool isKnown = false; // the character has a piece of its own
    uint32_t base = model.wordRoot;
    for (const uint8_t *p = text; p < word.end; ++p) {
      uint32_t unit = units[base ^ *p];
      if ((unit & (trieLeaf | trieLabel)) != *p)
        break;
      base = unit >> trieBaseShift;
      if (!(unit & trieTerminal))
        continue;
      int32_t id = int32_t(units[base] & ~trieLeaf);
      offer(start, int32_t(p + 1 - word.begin), scores[id], id);
      isKnown |= p + 1 == text + length;
    }
    if (!isKnown)
      offer(start, start + int32_t(length), model.unknownScore,
            model.unknownId);
    start += int32_t(length);
  }
}

/// Unknown neighbours together: they may be a piece, or fall back to bytes.
Flow Unigram::pushUnknown(TextSpan part) {
  TrieMatch match = longestMatch(units, model.wordRoot, part.begin, part.end);
  if (match.length == part.size())
    return out.push(int32_t(match.leaf), part.begin, part.end);
  bool fallsBack = model.flags & ModelFallsBack;
  for (const uint8_t *byte = part.begin; fallsBack && byte < part.end; ++byte)
    fallsBack = byteIds[*byte] != noToken;
  if (!fallsBack)
    return out.push(model.unknownId, part.begin, part.end);
  for (const uint8_t *byte = part.begin; byte < part.end; ++byte)
    if (Flow flow = out.push(byteIds[*byte], part.begin, part.end);
        flow != Flow::Continue)
      return flow;
  return Flow::Continue;
}

Flow Unigram::encode(TextSpan word) {
  if (!reserve(word.size(), nodes))
    return Flow::NoMemory;
  findBestPath(word);
  UnigramNode *node = nodes.data();
  // The path is known from its end. Turned round, `start` of a node says where
  // the piece that starts there ends.
  int32_t next = -1;
  for (int32_t end = int32_t(word.size()), id = noToken; end >= 0;) {
    UnigramNode last = node[end];
    node[end] = {0, next, id};
    next = end;
    id = last.id;
    end = end == 0 ? -1 : last.start;
  }
  const int32_t size = int32_t(word.size());
  for (int32_t start = 0; start < size;) {
    int32_t end = node[start].start;
    Flow flow;
    if (node[start].id == model.unknownId) {
      while (end < size && node[end].id == model.unknownId)
        end = node[end].start;
      flow = pushUnknown({word.begin + start, word.begin + end});
    } else {
      flow = out.push(node[start].id, word.begin + start, word.begin + end);
    }
    if (flow != Flow::Continue)
      return flow;
    start = end;
  }
  return Flow::Continue;
}
