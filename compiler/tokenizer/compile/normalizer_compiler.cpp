//===- normalizer_compiler.cpp - A normaliser becomes steps ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/compile/grapheme_pattern.h"
#include "compiler/tokenizer/compile/part_compilers.h"
#include "compiler/tokenizer/unicode_facts.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"

#include <deque>

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::runtime;

static bool isComposed(const NormalizerPart &part) {
  const auto *form = std::get_if<UnicodeForm>(&part);
  return form && form->composed;
}

// The parts from the first on that one table holds.
static ArrayRef<NormalizerPart> takeTable(ArrayRef<NormalizerPart> parts) {
  if (isComposed(parts.front()))
    return parts.take_front(1);
  size_t count = 0, decomposing = 0;
  while (count < parts.size() && isCharacterwise(parts[count]) &&
         !isComposed(parts[count])) {
    decomposing += decomposes(parts[count]);
    if (decomposing > 1)
      break;
    ++count;
  }
  return parts.take_front(count);
}

static NormalizerStep compileTable(ArrayRef<NormalizerPart> parts,
                                   TableWriter &writer) {
  CharacterTables tables = buildCharacterTables(parts, /*splitWords=*/false);
  NormalizerStep step = {};
  step.kind = isComposed(parts.front()) ? NormalizerStepKind::Compose
                                        : NormalizerStepKind::Characters;
  step.growth = tables.growth;
  step.characters = writer.append(tables);
  if (step.kind == NormalizerStepKind::Compose)
    step.compositions = writer.append(collectCompositions());
  return step;
}

//===----------------------------------------------------------------------===//
// SentencePiece's map
//===----------------------------------------------------------------------===//

namespace {
/// Reads the map as `sentencepiece` writes it: the size in bytes of a double
/// array of Darts (four bytes), the array, and the texts that its values point
/// into, each up to a NUL.
class CharsmapReader {
public:
  explicit CharsmapReader(StringRef charsmap) {
    if (charsmap.size() < 4)
      return;
    uint32_t bytes = support::endian::read32le(charsmap.data());
    if (bytes % 4 || bytes > charsmap.size() - 4)
      return;
    units = charsmap.substr(4, bytes);
    texts = charsmap.drop_front(4 + bytes);
  }

  /// False: the map is damaged.
  bool read() {
    if (units.empty())
      return false;
    std::string key;
    return readNode(offsetOf(unitAt(0)), key);
  }

  std::deque<std::pair<std::string, std::string>> entries;

private:
  uint32_t unitAt(uint32_t index) const {
    return support::endian::read32le(units.data() + size_t(index) * 4);
  }
  static uint32_t offsetOf(uint32_t unit) {
    return (unit >> 10) << ((unit & (1u << 9)) >> 6);
  }

  // The children of the node at `base`.
  bool readNode(uint32_t base, std::string &key) {
    constexpr size_t longestKey = 64;
    if (key.size() > longestKey)
      return false;
    for (uint32_t byte = 1; byte < 256; ++byte) {
      uint32_t index = base ^ byte;
      if (index >= units.size() / 4)
        continue;
      uint32_t unit = unitAt(index);
      if ((unit & 0x800000FF) != byte)
        continue;
      key.push_back(char(byte));
      uint32_t child = index ^ offsetOf(unit);
      if ((unit >> 8 & 1) && !readLeaf(child, key))
        return false;
      if (!readNode(child, key))
        return false;
      key.pop_back();
    }
    return true;
  }

  bool readLeaf(uint32_t index, const std::string &key) {
    if (index >= units.size() / 4)
      return false;
    uint32_t at = unitAt(index) & 0x7FFFFFFF;
    if (at >= texts.size())
      return false;
    StringRef text = texts.drop_front(at);
    entries.emplace_back(key, text.take_until([](char c) { return !c; }).str());
    return entries.back().second.size() <= 0xFFFF;
  }

  StringRef units, texts;
};
} // namespace

static Expected<NormalizerStep> compileCharsmap(const Precompiled &part,
                                                TableWriter &writer) {
  CharsmapReader reader(part.charsmap);
  if (!reader.read())
    return createStringError(
        "the normalizer's precompiled_charsmap is damaged; save the tokenizer "
        "again");
  NormalizerStep step = {};
  step.kind = NormalizerStepKind::Charsmap;
  step.growth = 1;
  step.plain[0] = step.plain[1] = ~uint64_t(0);
  auto notPlain = [&](uint8_t c) {
    step.plain[c >> 6] &= ~(uint64_t(1) << (c & 63));
  };
  notPlain('\r'); // with a line feed it is one cluster
  std::vector<TrieBuilder::Key> keys;
  std::string texts;
  for (const auto &[key, text] : reader.entries) {
    keys.push_back({key, int32_t(texts.size())});
    texts.push_back(char(text.size() & 0xFF));
    texts.push_back(char(text.size() >> 8));
    texts += text;
    step.growth =
        std::max(step.growth, uint32_t(divideCeil(text.size(), key.size())));
    if (uint8_t(key[0]) < 0x80)
      notPlain(uint8_t(key[0]));
  }
  step.root = writer.trie.add(std::move(keys));
  step.text = writer.append(texts);
  Expected<PatternTables> cluster = buildAutomaton(graphemeClusterPattern());
  if (!cluster)
    return cluster.takeError();
  step.pattern = writer.append(*cluster);
  return step;
}

//===----------------------------------------------------------------------===//
// The other parts
//===----------------------------------------------------------------------===//

static Expected<NormalizerStep> compileReplace(const Replace &part,
                                               TableWriter &writer) {
  auto refuse = [&](Error error) {
    return createStringError("the normalizer's pattern '" + part.pattern.text +
                             "' " + toString(std::move(error)));
  };
  Expected<PatternNode> pattern = part.pattern.isRegex
                                      ? parsePattern(part.pattern.text)
                                      : PatternNode::literal(part.pattern.text);
  if (!pattern)
    return refuse(pattern.takeError());
  Expected<PatternTables> tables = buildAutomaton(*pattern);
  if (!tables)
    return refuse(tables.takeError());
  NormalizerStep step = {};
  step.kind = NormalizerStepKind::Replace;
  // A match is a byte or more.
  step.growth = std::max(1u, uint32_t(part.content.size()));
  step.pattern = writer.append(*tables);
  step.text = writer.append(part.content);
  return step;
}

static Expected<NormalizerStep> compilePart(const NormalizerPart &part,
                                            TableWriter &writer) {
  if (const auto *precompiled = std::get_if<Precompiled>(&part))
    return compileCharsmap(*precompiled, writer);
  if (const auto *replace = std::get_if<Replace>(&part))
    return compileReplace(*replace, writer);
  NormalizerStep step = {};
  step.growth = 1;
  if (const auto *prepend = std::get_if<Prepend>(&part)) {
    step.kind = NormalizerStepKind::Prepend;
    step.text = writer.append(prepend->text);
    return step;
  }
  const auto &strip = std::get<Strip>(part);
  step.kind = NormalizerStepKind::Strip;
  step.flags =
      (strip.left ? StripsLeft : 0u) | (strip.right ? StripsRight : 0u);
  return step;
}

Expected<std::vector<NormalizerStep>>
emblem::frontend::compileNormalizer(ArrayRef<NormalizerPart> parts,
                                    TableWriter &writer) {
  std::vector<NormalizerStep> steps;
  while (!parts.empty()) {
    ArrayRef<NormalizerPart> table = takeTable(parts);
    if (!table.empty()) {
      steps.push_back(compileTable(table, writer));
      parts = parts.drop_front(table.size());
      continue;
    }
    Expected<NormalizerStep> step = compilePart(parts.front(), writer);
    if (!step)
      return step.takeError();
    steps.push_back(*step);
    parts = parts.drop_front();
  }
  return steps;
}
