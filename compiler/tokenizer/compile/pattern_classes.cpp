//===- pattern_classes.cpp - Sets of characters in patterns ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/compile/pattern_classes.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace emblem::frontend;

Error emblem::frontend::refusePattern(const Twine &what) {
  return createStringError(what);
}

bool PatternCursor::consume(StringRef expected) {
  if (text.size() - at < expected.size())
    return false;
  for (size_t i = 0; i < expected.size(); ++i)
    if (text[at + i] != uint32_t(uint8_t(expected[i])))
      return false;
  at += expected.size();
  return true;
}

// Oniguruma's: without the zero-width joiners, and with the superscripts and
// fractions of Latin-1.
static CodePointSet collectWordCharacters() {
  CodePointSet set = CodePointSet::collect([](uint32_t c) {
    return isWordCharacter(c) && c != 0x200C && c != 0x200D;
  });
  for (uint32_t c : {0xB2, 0xB3, 0xB9, 0xBC, 0xBD, 0xBE})
    set.insert(c, c);
  return set;
}

static Expected<CodePointSet> collectCategory(StringRef name) {
  std::optional<CodePointSet> set = collectGeneralCategory(name);
  if (!set)
    return refusePattern(
        "has the property '" + name +
        "', which is not supported; known are L, Lu, Ll, Lt, Lm, "
        "Lo, M, Mn, Mc, Me, N, Nd, Nl, No, P, S and Z");
  return *set;
}

static Expected<CodePointSet> parseProperty(PatternCursor &cursor,
                                            bool negated) {
  if (!cursor.consume("{"))
    return refusePattern("has a '\\p' without its '{...}'");
  negated ^= cursor.consume("^");
  std::string name;
  for (; !cursor.atEnd() && cursor.peek() != '}'; ++cursor.at)
    name += cursor.peek() < 0x80 ? char(cursor.peek()) : '?';
  if (!cursor.consume("}"))
    return refusePattern("has a '\\p{' that is not closed");
  Expected<CodePointSet> set = collectCategory(name);
  if (!set)
    return set;
  return negated ? set->complement() : *set;
}

static Expected<CodePointSet> parseCodePoint(PatternCursor &cursor,
                                             bool fourDigits) {
  bool braced = !fourDigits && cursor.consume("{");
  unsigned mostDigits = braced ? 6 : fourDigits ? 4 : 2;
  uint32_t c = 0;
  unsigned digits = 0;
  for (; digits < mostDigits && !cursor.atEnd() && cursor.peek() < 0x80 &&
         isHexDigit(char(cursor.peek()));
       ++digits)
    c = c * 16 + hexDigitValue(char(cursor.text[cursor.at++]));
  if (!digits || (fourDigits && digits < 4) ||
      (braced && !cursor.consume("}")) || c >= emblem::runtime::codePoints ||
      (!braced && !fourDigits && c >= 0x80))
    return refusePattern("has a code point that cannot be read");
  return CodePointSet(c);
}

Expected<CodePointSet>
emblem::frontend::parsePatternEscape(PatternCursor &cursor) {
  if (cursor.atEnd())
    return refusePattern("ends in a backslash");
  uint32_t c = cursor.text[cursor.at++];
  switch (c) {
  case 'n':
    return CodePointSet('\n');
  case 'r':
    return CodePointSet('\r');
  case 't':
    return CodePointSet('\t');
  case 'v':
    return CodePointSet('\v');
  case 'f':
    return CodePointSet('\f');
  case 'a':
    return CodePointSet('\a');
  case 'e':
    return CodePointSet(0x1B);
  case 's':
    return CodePointSet::collect(isWhitespace);
  case 'S':
    return CodePointSet::collect(isWhitespace).complement();
  case 'd':
    return collectCategory("Nd");
  case 'D':
    return collectCategory("Nd")->complement();
  case 'w':
    return collectWordCharacters();
  case 'W':
    return collectWordCharacters().complement();
  case 'p':
  case 'P':
    return parseProperty(cursor, c == 'P');
  case 'x':
  case 'u':
    return parseCodePoint(cursor, c == 'u');
  default:
    if (c < 0x80 && isAlnum(char(c)))
      return refusePattern("has the escape '\\" + Twine(char(c)) +
                           "', which is not supported");
    return CodePointSet(c);
  }
}

static bool isSingle(const CodePointSet &set) {
  return set.getRanges().size() == 1 &&
         set.getRanges()[0].first == set.getRanges()[0].last;
}

Expected<CodePointSet>
emblem::frontend::parsePatternClass(PatternCursor &cursor, bool ignoresCase) {
  bool negated = cursor.consume("^");
  CodePointSet set;
  bool isFirst = true;
  while (true) {
    if (cursor.atEnd())
      return refusePattern("has a '[' that is not closed");
    uint32_t c = cursor.text[cursor.at++];
    if (c == ']' && !isFirst)
      break;
    isFirst = false;
    CodePointSet item(c);
    if (c == '[')
      return refusePattern("has a class in a class, which is not supported");
    if (c == '&' && cursor.peek() == '&')
      return refusePattern(
          "has an intersection of classes, which is not supported");
    if (c == '\\') {
      Expected<CodePointSet> escape = parsePatternEscape(cursor);
      if (!escape)
        return escape;
      item = std::move(*escape);
    }
    bool isRange = cursor.peek() == '-' && cursor.at + 1 < cursor.text.size() &&
                   cursor.text[cursor.at + 1] != ']' && isSingle(item);
    if (isRange) {
      ++cursor.at;
      uint32_t last = cursor.text[cursor.at++];
      if (last == '\\') {
        Expected<CodePointSet> escape = parsePatternEscape(cursor);
        if (!escape)
          return escape;
        if (!isSingle(*escape))
          return refusePattern("has a range that ends in a class");
        last = escape->getRanges()[0].first;
      } else if (last == '[') {
        return refusePattern("has a class in a class, which is not supported");
      }
      uint32_t first = item.getRanges()[0].first;
      if (last < first)
        return refusePattern("has a range that ends before it starts");
      item = CodePointSet();
      item.insert(first, last);
    }
    set.insert(ignoresCase ? foldAsciiCase(item) : item);
  }
  return negated ? set.complement() : set;
}

CodePointSet emblem::frontend::foldAsciiCase(const CodePointSet &set) {
  CodePointSet result = set;
  for (uint32_t lower = 'a'; lower <= 'z'; ++lower) {
    uint32_t upper = lower - 'a' + 'A';
    uint32_t other = lower == 's' ? 0x17F : lower == 'k' ? 0x212A : upper;
    if (!set.contains(lower) && !set.contains(upper) && !set.contains(other))
      continue;
    for (uint32_t c : {lower, upper, other})
      result.insert(c, c);
  }
  return result;
}
