//===- json_reader.cpp - JSON, read value by value ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/json/json_reader.h"

#include <charconv>
#include <cstdlib>
#include <cstring>

using namespace emblem::json;

bool JsonReader::fail(const char *problem, bool isUnexpected) {
  if (!sentence) {
    sentence = problem;
    unexpected = isUnexpected;
  }
  return false;
}

void JsonReader::skipBlanks() {
  while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
    ++at;
}

JsonReader::Kind JsonReader::kind() {
  if (failed())
    return Kind::None;
  skipBlanks();
  switch (at < end ? *at : '\0') {
  case '{':
    return Kind::Object;
  case '[':
    return Kind::Array;
  case '"':
    return Kind::String;
  case 't':
    return Kind::True;
  case 'f':
    return Kind::False;
  case 'n':
    return Kind::Null;
  case '-':
  case '0':
  case '1':
  case '2':
  case '3':
  case '4':
  case '5':
  case '6':
  case '7':
  case '8':
  case '9':
    return Kind::Number;
  }
  fail(at < end ? "a value was expected"
                : "it ends where a value was expected");
  return Kind::None;
}

//===----------------------------------------------------------------------===//
// Objects and arrays
//===----------------------------------------------------------------------===//

bool JsonReader::enter(char open, const char *expected) {
  if (kind() == Kind::None)
    return false;
  if (*at != open)
    return fail(expected, true);
  if (depth == mostDepth)
    return fail("it is nested too deeply");
  ++at;
  ++depth;
  isFirst = true;
  return true;
}

bool JsonReader::enterObject() { return enter('{', "an object was expected"); }
bool JsonReader::enterArray() { return enter('[', "an array was expected"); }

bool JsonReader::next(char close) {
  if (failed())
    return false;
  skipBlanks();
  if (at == end)
    return fail(close == '}' ? "an object has no end" : "an array has no end");
  if (*at == close) {
    ++at;
    --depth;
    isFirst = false;
    return false;
  }
  if (!isFirst) {
    if (*at != ',')
      return fail(close == '}' ? "a comma or the object's end was expected"
                               : "a comma or the array's end was expected");
    ++at;
    skipBlanks();
  }
  isFirst = false;
  return true;
}

bool JsonReader::nextMember(std::string_view &name) {
  if (!next('}'))
    return false;
  if (at == end || *at != '"')
    return fail("a member's name, in quotes, was expected");
  ++at;
  if (!scanString(&name))
    return false;
  skipBlanks();
  if (at == end || *at != ':')
    return fail("a colon was expected");
  ++at;
  return true;
}

bool JsonReader::nextElement() { return next(']'); }

bool JsonReader::skip() {
  std::string_view name;
  switch (kind()) {
  case Kind::String:
    ++at;
    return scanString(nullptr);
  case Kind::Number:
    if (char *behind = numberEnd()) {
      at = behind;
      return true;
    }
    return false;
  case Kind::True:
    return readWord("true");
  case Kind::False:
    return readWord("false");
  case Kind::Null:
    return readNull();
  case Kind::Array:
    if (enterArray())
      while (nextElement())
        skip();
    break;
  case Kind::Object:
    if (enterObject())
      while (nextMember(name))
        skip();
    break;
  case Kind::None:
    return false;
  }
  return !failed();
}

bool JsonReader::finish() {
  if (failed())
    return false;
  skipBlanks();
  return at == end || fail("something follows the end");
}

//===----------------------------------------------------------------------===//
// Words and numbers
//===----------------------------------------------------------------------===//

bool JsonReader::readWord(std::string_view word) {
  if (size_t(end - at) < word.size() ||
      std::memcmp(at, word.data(), word.size()) != 0)
    return fail("a value was expected");
  at += word.size();
  return true;
}

bool JsonReader::readBoolean(bool &value) {
  const Kind found = kind();
  if (found == Kind::None)
    return false;
  if (found != Kind::True && found != Kind::False)
    return fail("true or false was expected", true);
  value = found == Kind::True;
  return readWord(value ? "true" : "false");
}

bool JsonReader::readNull() {
  const Kind found = kind();
  if (found == Kind::None)
    return false;
  return found == Kind::Null ? readWord("null")
                             : fail("null was expected", true);
}

static bool isDigit(char c) { return c >= '0' && c <= '9'; }

char *JsonReader::numberEnd() {
  char *p = at;
  auto skipDigits = [&] {
    char *start = p;
    while (p < end && isDigit(*p))
      ++p;
    return p > start;
  };
  if (p < end && *p == '-')
    ++p;
  const char *first = p;
  // No digit follows a leading zero.
  bool isNumber = skipDigits() && (*first != '0' || p - first == 1);
  if (isNumber && p < end && *p == '.') {
    ++p;
    isNumber = skipDigits();
  }
  if (isNumber && p < end && (*p == 'e' || *p == 'E')) {
    ++p;
    if (p < end && (*p == '+' || *p == '-'))
      ++p;
    isNumber = skipDigits();
  }
  if (isNumber)
    return p;
  at = p;
  fail("a number is not written as JSON has it");
  return nullptr;
}

char *JsonReader::findNumber(const char *expected) {
  const Kind found = kind();
  if (found == Kind::Number)
    return numberEnd();
  if (found != Kind::None)
    fail(expected, true);
  return nullptr;
}

bool JsonReader::readNumber(double &value) {
  char *behind = findNumber("a number was expected");
  if (!behind)
    return false;
  // What follows is no part of a number, for one would have been read.
  value = std::strtod(at, nullptr);
  at = behind;
  return true;
}

bool JsonReader::readInteger(int64_t &value) {
  char *behind = findNumber("a whole number was expected");
  if (!behind)
    return false;
  auto [rest, error] = std::from_chars(at, behind, value);
  if (error != std::errc() || rest != behind)
    return fail("a whole number was expected", true);
  at = behind;
  return true;
}

//===----------------------------------------------------------------------===//
// Strings
//===----------------------------------------------------------------------===//

bool JsonReader::readString(std::string_view &value) {
  const Kind found = kind();
  if (found == Kind::None)
    return false;
  if (found != Kind::String)
    return fail("a string was expected", true);
  ++at;
  return scanString(&value);
}

bool JsonReader::scanString(std::string_view *value) {
  char *const first = at;
  char *out = at; // what is written is never longer than what it comes of
  const bool writes = value;
  while (true) {
    // Most of most texts.
    while (at < end && static_cast<unsigned char>(*at) - 0x20u < 0x60u &&
           *at != '"' && *at != '\\') {
      if (writes && out != at)
        *out = *at;
      ++out;
      ++at;
    }
    if (at == end)
      return fail("a string has no end");
    if (*at == '"')
      break;
    if (!(*at == '\\' ? scanEscape(out, writes) : scanCharacter(out, writes)))
      return false;
  }
  ++at;
  if (value)
    *value = {first, size_t(out - first)};
  return true;
}

/// One of more than one byte, or a control.
bool JsonReader::scanCharacter(char *&out, bool writes) {
  auto byte = [&](int i) {
    return end - at > i ? static_cast<unsigned char>(at[i]) : 0u;
  };
  const unsigned first = byte(0);
  if (first < 0x20)
    return fail("a string has a control character, which is to be escaped");
  if (first == 0x7f) {
    if (writes)
      *out = *at;
    ++out;
    ++at;
    return true;
  }
  const int size = first >= 0xf0   ? 4
                   : first >= 0xe0 ? 3
                   : first >= 0xc2 ? 2
                                   : 0;
  bool isGood = size > 0 && first <= 0xf4;
  for (int i = 1; i < size; ++i)
    isGood = isGood && byte(i) >> 6 == 2;
  const unsigned second = byte(1);
  // Longer than need be, a half of a pair, or beyond the last character.
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
      (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f))
    isGood = false;
  if (!isGood)
    return fail("a string is not UTF-8");
  for (int i = 0; i < size; ++i) {
    if (writes)
      *out = *at;
    ++out;
    ++at;
  }
  return true;
}

/// The four digits behind \u.
bool JsonReader::scanUnit(uint32_t &unit) {
  unit = 0;
  for (int i = 0; i < 4; ++i, ++at) {
    const char c = at < end ? *at : '\0';
    const int digit = isDigit(c)             ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0)
      return fail("\\u is not followed by four hexadecimal digits");
    unit = unit << 4 | uint32_t(digit);
  }
  return true;
}

bool JsonReader::scanEscape(char *&out, bool writes) {
  ++at;
  const char letter = at < end ? *at : '\0';
  auto put = [&](uint32_t byte) {
    if (writes)
      *out = char(byte);
    ++out;
  };
  constexpr std::string_view letters = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
  if (letter != 'u') {
    const size_t which = letter ? letters.find(letter) : letters.npos;
    if (which == letters.npos)
      return fail("a string has an escape that JSON does not know");
    ++at;
    put(static_cast<unsigned char>(meant[which]));
    return true;
  }
  ++at;
  uint32_t c;
  if (!scanUnit(c))
    return false;
  if (c >= 0xdc00 && c < 0xe000)
    return fail("a string has the second half of a surrogate pair alone");
  if (c >= 0xd800 && c < 0xdc00) {
    uint32_t low = 0;
    if (end - at < 2 || at[0] != '\\' || at[1] != 'u')
      return fail("a string has the first half of a surrogate pair alone");
    at += 2;
    if (!scanUnit(low))
      return false;
    if (low < 0xdc00 || low >= 0xe000)
      return fail("a string has the first half of a surrogate pair alone");
    c = 0x10000 + ((c - 0xd800) << 10 | (low - 0xdc00));
  }
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | c >> 6);
    put(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  } else {
    put(0xf0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3f));
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  }
  return true;
}
