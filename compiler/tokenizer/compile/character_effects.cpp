//===- character_effects.cpp - Parts of a normaliser in one ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/compile/character_effects.h"

#include "compiler/tokenizer/unicode_facts.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"

#include <map>
#include <set>

using namespace llvm;
using namespace emblem;
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

static std::optional<uint32_t> getSingleCharacter(const Replace &replace) {
  CodePoints text = decodeText(replace.pattern.text);
  if (replace.pattern.isRegex || text.size() != 1)
    return std::nullopt;
  return text[0];
}

bool emblem::frontend::isCharacterwise(const NormalizerPart &part) {
  if (const auto *replace = std::get_if<Replace>(&part))
    return getSingleCharacter(*replace).has_value();
  return !std::holds_alternative<Precompiled>(part) &&
         !std::holds_alternative<Prepend>(part) &&
         !std::holds_alternative<Strip>(part);
}

bool emblem::frontend::decomposes(const NormalizerPart &part) {
  if (const auto *bert = std::get_if<BertNormalizer>(&part))
    return bert->stripAccents;
  return std::holds_alternative<UnicodeForm>(part);
}

//===----------------------------------------------------------------------===//
// What the parts do
//===----------------------------------------------------------------------===//

namespace {
/// What a code point has become after some parts.
class EffectChain {
public:
  explicit EffectChain(uint32_t c) : effects({{CharacterAction::Map, c}}) {}

  const Effects &getEffects() const { return effects; }

  void operator()(const BertNormalizer &bert) {
    if (bert.cleanText) {
      drop([](uint32_t c) { return c == 0 || c == 0xFFFD || isControl(c); });
      map([](uint32_t c) { return isWhitespace(c) ? uint32_t(' ') : c; });
    }
    if (bert.handleChineseChars)
      expand([](uint32_t c) {
        return isChinese(c) ? CodePoints{' ', c, ' '} : CodePoints{c};
      });
    if (bert.stripAccents) {
      decomposeAll(decompose);
      drop(isNonspacingMark);
    }
    if (bert.lowercase)
      expand(toLowercase);
  }
  void operator()(const Lowercase &) { expand(toLowercase); }
  void operator()(const StripAccents &) { drop(isCombiningMark); }
  void operator()(const Nmt &) {
    drop([](uint32_t c) {
      return (c >= 1 && c <= 8) || c == 0xB || (c >= 0xE && c <= 0x1F) ||
             c == 0x7F || c == 0x8F || c == 0x9F;
    });
    map([](uint32_t c) {
      bool isSpace = c == 9 || c == 0xA || c == 0xC || c == 0xD ||
                     c == 0x1680 || (c >= 0x200B && c <= 0x200F) ||
                     c == 0x2028 || c == 0x2029 || c == 0x2581 || c == 0xFEFF ||
                     c == 0xFFFD;
      return isSpace ? uint32_t(' ') : c;
    });
  }
  void operator()(const UnicodeForm &form) {
    decomposeAll(form.compatible ? decomposeCompatibly : decompose);
  }
  void operator()(const Replace &replace) {
    uint32_t from = *getSingleCharacter(replace);
    CodePoints content = decodeText(replace.content);
    if (content.empty())
      drop([from](uint32_t c) { return c == from; });
    else
      expand([&](uint32_t c) { return c == from ? content : CodePoints{c}; });
  }
  template <typename Part> void operator()(const Part &) {
    llvm_unreachable("not characterwise");
  }

  void splitWords() {
    for (Effect &effect : effects)
      if (effect.action == CharacterAction::Map) {
        if (isWhitespace(effect.c))
          effect.action = CharacterAction::Space;
        else if (isPunctuation(effect.c))
          effect.action = CharacterAction::Isolate;
      }
  }

private:
  void expand(function_ref<CodePoints(uint32_t)> become) {
    Effects result;
    for (Effect effect : effects) {
      if (effect.action == CharacterAction::Barrier) {
        result.push_back(effect);
        continue;
      }
      for (uint32_t c : become(effect.c))
        result.push_back({effect.action, c, effect.combiningClass});
    }
    effects = std::move(result);
  }

  void map(function_ref<uint32_t(uint32_t)> become) {
    expand([&](uint32_t c) { return CodePoints{become(c)}; });
  }

  void decomposeAll(function_ref<CodePoints(uint32_t)> decomposition) {
    Effects result;
    for (Effect effect : effects)
      for (uint32_t c : decomposition(effect.c)) {
        uint8_t combiningClass = getCombiningClass(c);
        result.push_back(
            {combiningClass ? CharacterAction::Mark : CharacterAction::Map, c,
             combiningClass});
      }
    effects = std::move(result);
    decomposed = true;
  }

  void drop(function_ref<bool(uint32_t)> isDropped) {
    Effects result;
    for (Effect effect : effects) {
      if (effect.action == CharacterAction::Barrier || !isDropped(effect.c)) {
        result.push_back(effect);
        continue;
      }
      // What was no mark when marks found their order still keeps those before
      // it from those after. Behind a starter there are none.
      bool behindStarter =
          !result.empty() && result.back().action == CharacterAction::Map;
      if (decomposed && effect.action == CharacterAction::Map && !behindStarter)
        result.push_back({CharacterAction::Barrier, 0});
    }
    effects = std::move(result);
  }

  Effects effects;
  bool decomposed = false;
};
} // namespace

static Effects computeEffects(ArrayRef<NormalizerPart> parts, bool splitWords,
                              uint32_t c) {
  EffectChain chain(c);
  for (const NormalizerPart &part : parts)
    std::visit(chain, part);
  if (splitWords)
    chain.splitWords();
  return chain.getEffects();
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

static bool isSurrogate(uint32_t c) { return c >= 0xD800 && c <= 0xDFFF; }
static bool isHangulSyllable(uint32_t c) { return c >= 0xAC00 && c <= 0xD7A3; }

/// Of the code point in UTF-8.
static uint32_t countBytes(uint32_t c) {
  return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

namespace {
class TableBuilder {
public:
  TableBuilder(ArrayRef<NormalizerPart> parts, bool splitWords)
      : parts(parts), splitWords(splitWords),
        decomposesHangul(any_of(parts, decomposes)),
        namesFarCharacter(any_of(parts, [](const NormalizerPart &part) {
          const auto *replace = std::get_if<Replace>(&part);
          return replace && *getSingleCharacter(*replace) >= 0x40000;
        })) {
    const auto *form =
        parts.size() == 1 ? std::get_if<UnicodeForm>(&parts.front()) : nullptr;
    if (!form || !form->composed)
      return;
    composes = true;
    for (const auto &pair : collectCompositions()) {
      CodePoints whole = decompose(pair.composed);
      composedOf[{whole.begin(), whole.end()}] = pair.composed;
      seconds.insert(pair.second);
    }
  }

  CharacterTables build() {
    std::map<std::vector<uint32_t>, uint16_t> known;
    for (uint32_t start = 0; start < codePoints; start += characterBlockSize) {
      if (uint32_t twin = findTwin(start); twin != start) {
        tables.blocks.push_back(tables.blocks[twin / characterBlockSize]);
        continue;
      }
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
  /// An earlier block of which every code point has the same facts, or `start`.
  /// Unicode has assigned nothing of planes 4 to 13; 15 and 16 are for private
  /// use. The last block of each plane has noncharacters.
  uint32_t findTwin(uint32_t start) const {
    constexpr uint32_t planeSize = 0x10000, unassigned = 0x40000,
                       special = 0xE0000, privateUse = 0xF0000;
    if (namesFarCharacter || (start + characterBlockSize) % planeSize == 0)
      return start;
    if (start >= unassigned && start < special)
      return unassigned;
    return start >= privateUse ? privateUse : start;
  }

  uint32_t buildEntry(uint32_t c) {
    if (isSurrogate(c)) // not in valid text
      return characterEntry(CharacterAction::Drop, 0, 0);
    if (decomposesHangul && isHangulSyllable(c)) {
      grow(3, 9);
      return characterEntry(CharacterAction::Sequence,
                            composes ? runtime::composesBack : 0, 0);
    }
    Effects effects = computeEffects(parts, splitWords, c);
    noteGrowth(c, effects);
    if (effects.empty())
      return characterEntry(CharacterAction::Drop, 0, 0);
    if (isIsolated(effects, c))
      return characterEntry(CharacterAction::Isolate, 0, 0);
    if (effects.size() > 1 || effects[0].action == CharacterAction::Isolate)
      return buildSequence(effects, c);
    const Effect &effect = effects[0];
    switch (effect.action) {
    case CharacterAction::Map:
      // An entry that does not name its code point lets blocks be shared.
      if (effect.c == c && c >= 0x80 && !composesWithPrevious(c))
        return characterEntry(CharacterAction::Keep, 0, 0);
      return characterEntry(
          CharacterAction::Map,
          composes && effect.c == c && c < 0x80 ? runtime::composesBack : 0,
          effect.c);
    case CharacterAction::Mark:
      return characterEntry(CharacterAction::Mark, effect.combiningClass,
                            effect.c);
    default:
      return characterEntry(effect.action, 0, 0);
    }
  }

  bool composesWithPrevious(uint32_t c) const {
    bool isHangulPart =
        (c >= 0x1161 && c <= 0x1175) || (c >= 0x11A8 && c <= 0x11C2);
    return composes && (isHangulPart || seconds.contains(c));
  }

  // `c` itself, as a word of its own.
  bool isIsolated(const Effects &effects, uint32_t c) const {
    if (effects.size() == 1)
      return effects[0].action == CharacterAction::Isolate && effects[0].c == c;
    return splitWords && effects.size() == 3 &&
           effects[0].action == CharacterAction::Space &&
           effects[1].action == CharacterAction::Map && effects[1].c == c &&
           effects[2].action == CharacterAction::Space;
  }

  uint32_t buildSequence(const Effects &effects, uint32_t c) {
    std::vector<uint32_t> sequence, whole;
    for (const Effect &effect : effects) {
      sequence.push_back(
          characterEntry(effect.action, effect.combiningClass, effect.c));
      whole.push_back(effect.c);
    }
    auto composed = composedOf.find(whole);
    bool composesBack = composed != composedOf.end() && composed->second == c &&
                        !composesWithPrevious(whole[0]) &&
                        effects[0].action == CharacterAction::Map;
    auto [found, isNew] =
        sequences.try_emplace(sequence, uint32_t(tables.elements.size()));
    if (isNew)
      tables.elements.insert(tables.elements.end(), sequence.begin(),
                             sequence.end());
    return characterEntry(CharacterAction::Sequence,
                          uint32_t(sequence.size()) |
                              (composesBack ? runtime::composesBack : 0),
                          found->second);
  }

  void noteGrowth(uint32_t c, const Effects &effects) {
    uint32_t bytes = 0;
    for (const Effect &effect : effects)
      bytes += countBytes(effect.c);
    grow(countBytes(c), bytes);
  }

  void grow(uint32_t from, uint32_t to) {
    tables.growth = std::max(tables.growth, uint32_t(divideCeil(to, from)));
  }

  ArrayRef<NormalizerPart> parts;
  bool splitWords;
  bool decomposesHangul;
  bool namesFarCharacter; // a Replace tells one of planes 4 to 16 apart
  bool composes = false;
  std::map<std::vector<uint32_t>, uint32_t> composedOf;
  std::set<uint32_t> seconds; // of pairs that compose
  CharacterTables tables;
  std::map<std::vector<uint32_t>, uint32_t> sequences;
};
} // namespace

CharacterTables
emblem::frontend::buildCharacterTables(ArrayRef<NormalizerPart> parts,
                                       bool splitWords) {
  return TableBuilder(parts, splitWords).build();
}
