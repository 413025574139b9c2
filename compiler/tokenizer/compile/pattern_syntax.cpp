//===- pattern_syntax.cpp - Reading regular expressions -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/compile/pattern_syntax.h"

#include "compiler/tokenizer/compile/pattern_classes.h"

#include "llvm/ADT/StringExtras.h"

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

class Parser : PatternCursor {
public:
  explicit Parser(StringRef pattern) : PatternCursor(pattern) {}

  Expected<PatternNode> parse() {
    Expected<PatternNode> node = parseAlternation();
    if (node && at < text.size())
      return refusePattern("has a ')' that closes nothing");
    return node;
  }

private:
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
          return refusePattern(
              "ignores the case of '" + folded +
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
      if (node.kind == PatternNode::Kind::LookAhead ||
          node.kind == PatternNode::Kind::TextStart)
        return refusePattern(
            "repeats a lookahead or an anchor, which is not supported");
      if (least > mostRepetitions ||
          (most != PatternNode::unlimited && most > mostRepetitions))
        return refusePattern("repeats a part more than " +
                             Twine(mostRepetitions) +
                             " times, which is not supported");
      if (most < least)
        return refusePattern("repeats a part at most " + Twine(most) +
                             " and at least " + Twine(least) + " times");
      PatternNode repeated = PatternNode::repeat(std::move(node), least, most);
      if (!counted && consume("+"))
        return refusePattern(
            "has a possessive quantifier, which is not supported");
      if (peek() == '?' && counted)
        return refusePattern(
            "has a '?' behind a '{...}', which is not supported");
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
      Expected<CodePointSet> set = parsePatternClass(*this, ignoresCase);
      if (!set)
        return set.takeError();
      return PatternNode::one(std::move(*set));
    }
    case '\\': {
      if (consume("A"))
        return textStart();
      if (consume("z"))
        return lookAhead(CodePointSet(), /*mayEnd=*/true);
      Expected<CodePointSet> set = parsePatternEscape(*this);
      if (!set)
        return set.takeError();
      return PatternNode::one(foldCase(std::move(*set)));
    }
    case '.': {
      return PatternNode::one(CodePointSet('\n').complement());
    }
    case '$': // at a line's end too, and at the text's, newline or not
      return lookAhead(CodePointSet('\n'), /*mayEnd=*/true);
    case '^':
      return refusePattern("has the anchor '" + Twine(char(c)) +
                           "', which is not supported");
    case '*':
    case '+':
    case '?':
      return refusePattern("has a '" + Twine(char(c)) +
                           "' that repeats nothing");
    default:
      return PatternNode::one(foldCase(CodePointSet(c)));
    }
  }

  static PatternNode textStart() {
    PatternNode node;
    node.kind = PatternNode::Kind::TextStart;
    return node;
  }

  static PatternNode lookAhead(CodePointSet set, bool mayEnd) {
    PatternNode node = PatternNode::one(std::move(set));
    node.kind = PatternNode::Kind::LookAhead;
    node.mayEnd = mayEnd;
    return node;
  }

  CodePointSet foldCase(CodePointSet set) const {
    return ignoresCase ? foldAsciiCase(set) : set;
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
        return refusePattern(
            "has '(?i)' behind its start, which is not supported");
      ignoresCase = true;
      isFlag = true;
    } else if (peek() == '?') {
      std::string kind = "(";
      for (size_t i = at; i < text.size() && i < at + 3; ++i)
        if (text[i] < 0x80)
          kind += char(text[i]);
      return refusePattern("has a group of the kind '" + kind +
                           "', which is not supported");
    }
    if (isFlag) // holds to the pattern's end
      return PatternNode();
    Expected<PatternNode> inner = parseAlternation();
    ignoresCase = outside;
    if (!inner)
      return inner;
    if (!consume(")"))
      return refusePattern("has a '(' that is not closed");
    return inner;
  }

  Expected<PatternNode> parseLookAhead(bool negative) {
    Expected<PatternNode> inner = parseAlternation();
    if (!inner)
      return inner;
    if (!consume(")"))
      return refusePattern("has a '(' that is not closed");
    if (inner->kind != PatternNode::Kind::Set)
      return refusePattern(
          "looks ahead at more than one character, which is not "
          "supported");
    return lookAhead(negative ? inner->set.complement() : inner->set, negative);
  }

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
