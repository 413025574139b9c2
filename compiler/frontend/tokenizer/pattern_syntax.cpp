//===- pattern_syntax.cpp - Reading regular expressions -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/tokenizer/pattern_syntax.h"

#include "compiler/frontend/tokenizer/unicode_facts.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"

#include <optional>

using namespace llvm;
using namespace emblem::frontend;

PatternNode PatternNode::one(CodePointSet set) {
  PatternNode node;
  node.kind = Kind::Set;
  node.set = std::move(set);
  return node;
}

PatternNode PatternNode::sequence(std::vector<PatternNode> children) {
  PatternNode node;
  node.children = std::move(children);
  return node;
}

PatternNode PatternNode::alternation(std::vector<PatternNode> children) {
  PatternNode node = sequence(std::move(children));
  node.kind = Kind::Alternation;
  return node;
}

PatternNode PatternNode::repeat(PatternNode child, unsigned least,
                                unsigned most) {
  PatternNode node;
  node.kind = Kind::Repetition;
  node.children.push_back(std::move(child));
  node.least = least;
  node.most = most;
  return node;
}

PatternNode PatternNode::literal(StringRef text) {
  PatternNode node;
  for (uint32_t c : decodeText(text))
    node.children.push_back(one(CodePointSet(c)));
  return node;
}

namespace {

// Copies of a part that repeats are states, and there must not be too many.
constexpr unsigned mostRepetitions = 1000;

class Parser {
public:
  explicit Parser(StringRef pattern) : text(decodeText(pattern)) {}

  Expected<PatternNode> parse() {
    Expected<PatternNode> node = parseAlternation();
    if (node && at < text.size())
      return refuse("has a ')' that closes nothing");
    return node;
  }

private:
  static Error refuse(const Twine &what) { return createStringError(what); }

  bool atEnd() const { return at == text.size(); }
  uint32_t peek() const { return atEnd() ? 0 : text[at]; }
  bool consume(StringRef expected) {
    if (text.size() - at < expected.size())
      return false;
    for (size_t i = 0; i < expected.size(); ++i)
      if (text[at + i] != uint32_t(uint8_t(expected[i])))
        return false;
    at += expected.size();
    return true;
  }

  Expected<PatternNode> parseAlternation() {
    std::vector<PatternNode> branches;
    do {
      Expected<PatternNode> branch = parseSequence();
      if (!branch)
        return branch;
      branches.push_back(std::move(*branch));
    } while (consume("|"));
    if (branches.size() == 1)
      return std::move(branches.front());
    return PatternNode::alternation(std::move(branches));
  }

  Expected<PatternNode> parseSequence() {
    PatternNode sequence;
    uint32_t previousLetter = 0;
    while (!atEnd() && peek() != '|' && peek() != ')') {
      size_t from = at;
      Expected<PatternNode> item = parseItem();
      if (!item)
        return item;
      // Letters that some one character folds to ("ss" and its like) would
      // match that too.
      uint32_t letter =
          ignoresCase && at == from + 1 && isAlpha(char(text[from]))
              ? uint32_t(toLower(char(text[from])))
              : 0;
      for (StringRef folded : {"ff", "fi", "fl", "ss", "st"})
        if (previousLetter == uint32_t(folded[0]) &&
            letter == uint32_t(folded[1]))
          return refuse("ignores the case of '" + folded +
                        "', which one character folds to; not supported");
      previousLetter = letter;
      Expected<PatternNode> repeated = parseQuantifiers(std::move(*item));
      if (!repeated)
        return repeated;
      sequence.children.push_back(std::move(*repeated));
    }
    if (sequence.children.size() == 1)
      return std::move(sequence.children.front());
    return sequence;
  }

  Expected<PatternNode> parseQuantifiers(PatternNode node) {
    while (!atEnd()) {
      unsigned least = 0, most = PatternNode::unlimited;
      bool counted = false;
      if (consume("?"))
        most = 1;
      else if (consume("+"))
        least = 1;
      else if (consume("*"))
        ;
      else if (peek() == '{' && parseCounts(least, most))
        counted = true;
      else
        break;
      if (node.kind == PatternNode::Kind::LookAhead)
        return refuse("repeats a lookahead, which is not supported");
      if (least > mostRepetitions ||
          (most != PatternNode::unlimited && most > mostRepetitions))
        return refuse("repeats a part more than " + Twine(mostRepetitions) +
                      " times, which is not supported");
      if (most < least)
        return refuse("repeats a part at most " + Twine(most) +
                      " and at least " + Twine(least) + " times");
      PatternNode repeated = PatternNode::repeat(std::move(node), least, most);
      if (!counted && consume("+"))
        return refuse("has a possessive quantifier, which is not supported");
      if (peek() == '?' && counted)
        return refuse("has a '?' behind a '{...}', which is not supported");
      repeated.lazy = consume("?");
      node = std::move(repeated);
    }
    return node;
  }

  // {m}, {m,}, {,n} or {m,n}; any other brace is itself.
  bool parseCounts(unsigned &least, unsigned &most) {
    size_t from = at;
    ++at;
    std::optional<unsigned> first = parseNumber();
    std::optional<unsigned> last = first;
    if (consume(",")) {
      last = parseNumber();
      if (!first && !last) {
        at = from;
        return false;
      }
      if (!last)
        last = PatternNode::unlimited;
      if (!first)
        first = 0;
    }
    if (!first || !consume("}")) {
      at = from;
      return false;
    }
    least = *first;
    most = *last;
    return true;
  }

  std::optional<unsigned> parseNumber() {
    std::optional<unsigned> number;
    for (; !atEnd() && isDigit(char(peek())) && peek() < 0x80; ++at)
      number = std::min(number.value_or(0) * 10 + (peek() - '0'), 100000u);
    return number;
  }

  Expected<PatternNode> parseItem() {
    uint32_t c = text[at++];
    switch (c) {
    case '(':
      return parseGroup();
    case '[': {
      Expected<CodePointSet> set = parseClass();
      if (!set)
        return set.takeError();
      return PatternNode::one(std::move(*set));
    }
    case '\\': {
      Expected<CodePointSet> set = parseEscape();
      if (!set)
        return set.takeError();
      return PatternNode::one(fold(std::move(*set)));
    }
    case '.': {
      return PatternNode::one(CodePointSet('\n').complement());
    }
    case '^':
    case '$':
      return refuse("has the anchor '" + Twine(char(c)) +
                    "', which is not supported");
    case '*':
    case '+':
    case '?':
      return refuse("has a '" + Twine(char(c)) + "' that repeats nothing");
    default:
      return PatternNode::one(fold(CodePointSet(c)));
    }
  }

  Expected<PatternNode> parseGroup() {
    bool outside = ignoresCase;
    bool isFlag = false;
    if (consume("?!") || consume("?="))
      return parseLookAhead(/*negative=*/text[at - 1] == '!');
    if (consume("?:")) {
    } else if (consume("?i:")) {
      ignoresCase = true;
    } else if (consume("?-i:")) {
      ignoresCase = false;
    } else if (consume("?i)")) {
      if (at != 4)
        return refuse("has '(?i)' behind its start, which is not supported");
      ignoresCase = true;
      isFlag = true;
    } else if (peek() == '?') {
      std::string kind = "(";
      for (size_t i = at; i < text.size() && i < at + 3; ++i)
        if (text[i] < 0x80)
          kind += char(text[i]);
      return refuse("has a group of the kind '" + kind +
                    "', which is not supported");
    }
    if (isFlag) // holds to the pattern's end
      return PatternNode();
    Expected<PatternNode> inner = parseAlternation();
    ignoresCase = outside;
    if (!inner)
      return inner;
    if (!consume(")"))
      return refuse("has a '(' that is not closed");
    return inner;
  }

  Expected<PatternNode> parseLookAhead(bool negative) {
    Expected<PatternNode> inner = parseAlternation();
    if (!inner)
      return inner;
    if (!consume(")"))
      return refuse("has a '(' that is not closed");
    if (inner->kind != PatternNode::Kind::Set)
      return refuse("looks ahead at more than one character, which is not "
                    "supported");
    inner->kind = PatternNode::Kind::LookAhead;
    inner->mayEnd = negative;
    if (negative)
      inner->set = inner->set.complement();
    return inner;
  }

  // Behind the '['.
  Expected<CodePointSet> parseClass() {
    bool negated = consume("^");
    CodePointSet set;
    bool isFirst = true;
    while (true) {
      if (atEnd())
        return refuse("has a '[' that is not closed");
      uint32_t c = text[at++];
      if (c == ']' && !isFirst)
        break;
      isFirst = false;
      CodePointSet item(c);
      if (c == '[')
        return refuse("has a class in a class, which is not supported");
      if (c == '&' && peek() == '&')
        return refuse("has an intersection of classes, which is not supported");
      if (c == '\\') {
        Expected<CodePointSet> escape = parseEscape();
        if (!escape)
          return escape;
        item = std::move(*escape);
      }
      bool isRange = peek() == '-' && at + 1 < text.size() &&
                     text[at + 1] != ']' && isSingle(item);
      if (isRange) {
        ++at;
        uint32_t last = text[at++];
        if (last == '\\') {
          Expected<CodePointSet> escape = parseEscape();
          if (!escape)
            return escape;
          if (!isSingle(*escape))
            return refuse("has a range that ends in a class");
          last = escape->getRanges()[0].first;
        } else if (last == '[') {
          return refuse("has a class in a class, which is not supported");
        }
        uint32_t first = item.getRanges()[0].first;
        if (last < first)
          return refuse("has a range that ends before it starts");
        item = CodePointSet();
        item.insert(first, last);
      }
      set.insert(fold(std::move(item)));
    }
    return negated ? set.complement() : set;
  }

  static bool isSingle(const CodePointSet &set) {
    return set.getRanges().size() == 1 &&
           set.getRanges()[0].first == set.getRanges()[0].last;
  }

  // Behind the backslash.
  Expected<CodePointSet> parseEscape() {
    if (atEnd())
      return refuse("ends in a backslash");
    uint32_t c = text[at++];
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
      return parseProperty(c == 'P');
    case 'x':
    case 'u':
      return parseCodePoint(c == 'u');
    default:
      if (c < 0x80 && isAlnum(char(c)))
        return refuse("has the escape '\\" + Twine(char(c)) +
                      "', which is not supported");
      return CodePointSet(c);
    }
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
      return refuse("has the property '" + name +
                    "', which is not supported; known are L, Lu, Ll, Lt, Lm, "
                    "Lo, M, Mn, Mc, Me, N, Nd, Nl, No, P, S and Z");
    return *set;
  }

  Expected<CodePointSet> parseProperty(bool negated) {
    if (!consume("{"))
      return refuse("has a '\\p' without its '{...}'");
    negated ^= consume("^");
    std::string name;
    for (; !atEnd() && peek() != '}'; ++at)
      name += peek() < 0x80 ? char(peek()) : '?';
    if (!consume("}"))
      return refuse("has a '\\p{' that is not closed");
    Expected<CodePointSet> set = collectCategory(name);
    if (!set)
      return set;
    return negated ? set->complement() : *set;
  }

  Expected<CodePointSet> parseCodePoint(bool fourDigits) {
    bool braced = !fourDigits && consume("{");
    unsigned mostDigits = braced ? 6 : fourDigits ? 4 : 2;
    uint32_t c = 0;
    unsigned digits = 0;
    for (; digits < mostDigits && !atEnd() && peek() < 0x80 &&
           isHexDigit(char(peek()));
         ++digits)
      c = c * 16 + hexDigitValue(char(text[at++]));
    if (!digits || (fourDigits && digits < 4) || (braced && !consume("}")) ||
        c >= emblem::runtime::codePoints ||
        (!braced && !fourDigits && c >= 0x80))
      return refuse("has a code point that cannot be read");
    return CodePointSet(c);
  }

  // Oniguruma takes U+017F for "s" and U+212A for "k" where case is ignored.
  CodePointSet fold(CodePointSet set) const {
    if (!ignoresCase)
      return set;
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

  CodePoints text;
  size_t at = 0;
  bool ignoresCase = false;
};

} // namespace

// Case is only folded for ASCII, so no other letter may depend on it.
static bool foldsOtherLetters(StringRef pattern) {
  return pattern.contains("?i") &&
         any_of(pattern, [](char c) { return uint8_t(c) >= 0x80; });
}

Expected<PatternNode> emblem::frontend::parsePattern(StringRef pattern) {
  if (foldsOtherLetters(pattern))
    return createStringError("ignores case and has letters beyond ASCII, which "
                             "is not supported");
  return Parser(pattern).parse();
}
