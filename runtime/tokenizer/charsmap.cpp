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
