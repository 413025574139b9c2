//===- character_effects.cpp - The steps of a normaliser, composed --------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/tokenizer/character_effects.h"

#include "compiler/frontend/tokenizer/unicode_facts.h"
#include "runtime/tokenizer/tokenizer_tables.h"

#include "llvm/Support/ConvertUTF.h"

#include <algorithm>
#include <cassert>
#include <map>

using namespace llvm;
using namespace emblem::frontend;
using emblem::runtime::CharacterAction;
using emblem::runtime::characterBlockSize;
using emblem::runtime::characterEntry;
using emblem::runtime::codePoints;

namespace {
/// One code point of what a code point becomes; an action of an element.
struct Effect {
  CharacterAction action; // Map, Space, Isolate, Mark or Barrier
  uint32_t c;
  uint8_t combiningClass = 0;
};
} // namespace

using Effects = SmallVector<Effect, 8>;

static bool isStarter(const Effect &effect) {
  return effect.action != CharacterAction::Mark &&
         effect.action != CharacterAction::Barrier;
}

// Appends what is left of one decomposed code point.
static void appendStripped(uint32_t c, Effects &effects) {
  uint8_t combiningClass = getCombiningClass(c);
  if (!isNonspacingMark(c)) {
    effects.push_back(
        {combiningClass ? CharacterAction::Mark : CharacterAction::Map, c,
         combiningClass});
    return;
  }
  // A dropped mark of class 0 still keeps the marks before it from those after.
  // Behind a starter there are none.
  if (combiningClass == 0 && !(!effects.empty() && isStarter(effects.back())))
    effects.push_back({CharacterAction::Barrier, 0});
}

static void lowercase(Effects &effects) {
  Effects result;
  for (Effect effect : effects) {
    if (effect.action == CharacterAction::Barrier) {
      result.push_back(effect);
      continue;
    }
    for (uint32_t c : toLowercase(effect.c))
      result.push_back({effect.action, c, effect.combiningClass});
  }
  effects = std::move(result);
}

static void splitIntoWords(Effects &effects) {
  for (Effect &effect : effects)
    if (effect.action == CharacterAction::Map) {
      if (isWhitespace(effect.c))
        effect.action = CharacterAction::Space;
      else if (isPunctuation(effect.c))
        effect.action = CharacterAction::Isolate;
    }
}

// Everything that a code point becomes.
static Effects computeEffects(const BertNormalizer &normalizer, bool splitWords,
                              uint32_t c) {
  if (normalizer.cleanText) {
    if (c == 0 || c == 0xFFFD || isControl(c))
      return {};
    if (isWhitespace(c))
      c = ' ';
  }
  Effects effects;
  if (normalizer.stripAccents)
    for (uint32_t part : decompose(c))
      appendStripped(part, effects);
  else
    effects.push_back({CharacterAction::Map, c});
  if (normalizer.lowercase)
    lowercase(effects);
  if (splitWords)
    splitIntoWords(effects);
  if (normalizer.handleChineseChars && isChinese(c)) {
    // Spaces on both sides: a word of its own.
    Effect space{splitWords ? CharacterAction::Space : CharacterAction::Map,
                 ' '};
    effects.insert(effects.begin(), space);
    effects.push_back(space);
  }
  assert(effects.size() <= 4 && "the runtime reserves room for 4");
  return effects;
}

static bool isSurrogate(uint32_t c) { return c >= 0xD800 && c <= 0xDFFF; }
static bool isHangulSyllable(uint32_t c) { return c >= 0xAC00 && c <= 0xD7A3; }

namespace {
class TableBuilder {
public:
  TableBuilder(const BertNormalizer &normalizer, bool splitWords)
      : normalizer(normalizer), splitWords(splitWords) {}

  CharacterTables build() {
    std::map<std::vector<uint32_t>, uint16_t> known;
    for (uint32_t start = 0; start < codePoints; start += characterBlockSize) {
      std::vector<uint32_t> block;
      for (uint32_t i = 0; i < characterBlockSize; ++i)
        block.push_back(buildEntry(start + i));
      auto [found, isNew] = known.try_emplace(block, uint16_t(known.size()));
      if (isNew)
        tables.entries.insert(tables.entries.end(), block.begin(), block.end());
      tables.blocks.push_back(found->second);
    }
    return std::move(tables);
  }

private:
  uint32_t buildEntry(uint32_t c) {
    if (isSurrogate(c)) // not in valid text
      return characterEntry(CharacterAction::Drop, 0, 0);
    if (normalizer.stripAccents && isHangulSyllable(c))
      return characterEntry(CharacterAction::Sequence, 0, 0);
    Effects effects = computeEffects(normalizer, splitWords, c);
    if (effects.empty())
      return characterEntry(CharacterAction::Drop, 0, 0);
    if (isIsolated(effects, c))
      return characterEntry(CharacterAction::Isolate, 0, 0);
    if (effects.size() > 1 || effects[0].action == CharacterAction::Isolate)
      return buildSequence(effects);
    const Effect &effect = effects[0];
    switch (effect.action) {
    case CharacterAction::Map:
      // An entry that does not name its code point lets blocks be shared.
      if (effect.c == c && c >= 0x80)
        return characterEntry(CharacterAction::Keep, 0, 0);
      return characterEntry(CharacterAction::Map, 0, effect.c);
    case CharacterAction::Mark:
      return characterEntry(CharacterAction::Mark, effect.combiningClass,
                            effect.c);
    default:
      return characterEntry(effect.action, 0, 0);
    }
  }

  // `c` itself, as a word of its own.
  bool isIsolated(const Effects &effects, uint32_t c) const {
    if (effects.size() == 1)
      return effects[0].action == CharacterAction::Isolate && effects[0].c == c;
    return normalizer.handleChineseChars && isChinese(c) &&
           effects.size() == 3 && effects[1].c == c;
  }

  uint32_t buildSequence(const Effects &effects) {
    std::vector<uint32_t> sequence;
    for (const Effect &effect : effects)
      sequence.push_back(
          characterEntry(effect.action, effect.combiningClass, effect.c));
    auto [found, isNew] =
        sequences.try_emplace(sequence, uint32_t(tables.elements.size()));
    if (isNew)
      tables.elements.insert(tables.elements.end(), sequence.begin(),
                             sequence.end());
    return characterEntry(CharacterAction::Sequence, uint32_t(sequence.size()),
                          found->second);
  }

  const BertNormalizer &normalizer;
  bool splitWords;
  CharacterTables tables;
  std::map<std::vector<uint32_t>, uint32_t> sequences;
};
} // namespace

CharacterTables
emblem::frontend::buildCharacterTables(const BertNormalizer &normalizer,
                                       bool splitWords) {
  return TableBuilder(normalizer, splitWords).build();
}

std::string emblem::frontend::normalize(const BertNormalizer &normalizer,
                                        StringRef text) {
  std::string result;
  Effects marks;
  auto write = [&](uint32_t c) {
    char bytes[UNI_MAX_UTF8_BYTES_PER_CODE_POINT];
    char *end = bytes;
    ConvertCodePointToUTF8(c, end);
    result.append(bytes, end);
  };
  auto flush = [&] {
    std::stable_sort(marks.begin(), marks.end(), [](Effect a, Effect b) {
      return a.combiningClass < b.combiningClass;
    });
    for (const Effect &mark : marks)
      write(mark.c);
    marks.clear();
  };

  const auto *source = reinterpret_cast<const UTF8 *>(text.begin());
  const auto *end = reinterpret_cast<const UTF8 *>(text.end());
  UTF32 c;
  while (source < end && convertUTF8Sequence(&source, end, &c,
                                             strictConversion) == conversionOK)
    for (const Effect &effect :
         computeEffects(normalizer, /*splitWords=*/false, c)) {
      if (effect.action == CharacterAction::Mark) {
        marks.push_back(effect);
        continue;
      }
      flush();
      if (effect.action != CharacterAction::Barrier)
        write(effect.c);
    }
  flush();
  return result;
}
