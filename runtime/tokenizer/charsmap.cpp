//===- charsmap.cpp - SentencePiece's map of characters -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/tokenizer/charsmap.h"

#include "runtime/tokenizer/pattern_scan.h"

#include <cstring>

using namespace emblem::runtime;

namespace {
class Charsmap {
public:
  Charsmap(const TokenizerHeader &header, const NormalizerStep &step)
      : units(sectionData<uint32_t>(header, header.trie)), root(step.root),
        values(sectionData<uint8_t>(header, step.text)), plain(step.plain) {}

  bool isPlain(uint8_t c) const { return plain[c >> 6] >> (c & 63) & 1; }

  /// Writes what `part` becomes; false: the map does not have it.
  bool write(TextSpan part, uint8_t *&out) const {
    TrieMatch match = shortestMatch(units, root, part.begin, part.end);
    if (!match.length)
      return false;
    const uint8_t *value = values + match.leaf;
    size_t size = size_t(value[0]) | size_t(value[1]) << 8;
    std::memcpy(out, value + 2, size);
    out += size;
    return true;
  }

private:
  const uint32_t *units;
  uint32_t root;
  const uint8_t *values;
  const uint64_t *plain;
};
} // namespace

static constexpr size_t mostClusterBytes = 5;

uint8_t *emblem::runtime::applyCharsmap(const TokenizerHeader &header,
                                        const NormalizerStep &step,
                                        TextSpan text, uint8_t *out) {
  Charsmap map(header, step);
  PatternView cluster(header, step.pattern);
  const uint8_t *begin = text.begin;
  while (begin < text.end) {
    while (text.end - begin >= 2 && (begin[0] | begin[1]) < 0x80 &&
           map.isPlain(*begin))
      *out++ = *begin++;
    const uint8_t *end = cluster.match(begin, text.end);
    if (!end) // every character is a cluster, so this is not reached
      end = begin + characterLength(*begin);
    if (size_t(end - begin) <= mostClusterBytes && map.write({begin, end}, out))
      begin = end;
    while (begin < end) {
      const uint8_t *next = begin + characterLength(*begin);
      if (!map.write({begin, next}, out)) {
        std::memcpy(out, begin, size_t(next - begin));
        out += next - begin;
      }
      begin = next;
    }
  }
  return out;
}

static int32_t countCharacters(const uint8_t *begin, const uint8_t *end) {
  int32_t count = 0;
  for (; begin < end; begin += characterLength(*begin))
    ++count;
  return count;
}

/// As the reference counts what became of `from` characters: `to` others. False:
/// no memory.
static bool addChanges(int32_t from, int32_t to, Buffer<int32_t> &changes) {
  for (int32_t i = 0; i < to; ++i)
    if (!changes.push(i >= from ? 1 : 0))
      return false;
  // Fewer: the last character, of whatever it came, takes the others along.
  if (to < from && !changes.empty())
    changes.data()[changes.size() - 1] -= from - to;
  return true;
}

uint8_t *emblem::runtime::applyCharsmapTraced(const TokenizerHeader &header,
                                              const NormalizerStep &step,
                                              TextSpan text, uint8_t *out,
                                              TextTrace &trace,
                                              TextRange *ranges) {
  Charsmap map(header, step);
  PatternView cluster(header, step.pattern);
  uint8_t *start = out;
  trace.changes.clear();
  auto write = [&](TextSpan part) {
    uint8_t *before = out;
    if (!map.write(part, out)) {
      if (part.end > part.begin + characterLength(*part.begin))
        return -1; // a cluster, whose characters are mapped one by one
      std::memcpy(out, part.begin, part.size());
      out += part.size();
    }
    return int(addChanges(countCharacters(part.begin, part.end),
                          countCharacters(before, out), trace.changes));
  };
  for (const uint8_t *begin = text.begin; begin < text.end;) {
    const uint8_t *end = cluster.match(begin, text.end);
    if (!end)
      end = begin + characterLength(*begin);
    int written = -1;
    if (size_t(end - begin) <= mostClusterBytes)
      written = write({begin, end});
    if (written >= 0)
      begin = end;
    while (begin < end && written != 0) {
      const uint8_t *next = begin + characterLength(*begin);
      written = write({begin, next});
      begin = next;
    }
    if (written == 0)
      return nullptr;
  }
  applyChanges(trace.map, text.begin, text.end, start, out,
               trace.changes.data(), ranges);
  return out;
}
