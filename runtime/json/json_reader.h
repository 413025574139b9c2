//===- json_reader.h - JSON, read value by value ----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// RFC 8259, read where it lies: a string's escapes are resolved in the text
// itself, so that nothing is allocated and every string stays valid for as long
// as the text. The caller asks for what it expects:
//
//     JsonReader json(body);
//     std::string_view name, value;
//     if (json.enterObject())
//       while (json.nextMember(name))
//         name == "input" ? json.readString(value) : json.skip();
//     if (!json.finish())
//       refuse(json.problem(), json.position());
//
// After a problem every call fails. Strings are UTF-8, which is checked, and so
// are those that are skipped; a half of a surrogate pair stands for no character
// and is a problem. A name that is there twice is given twice; Members
// (json_members.h) refuses it.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_JSON_JSON_READER_H
#define EMBLEM_RUNTIME_JSON_JSON_READER_H

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace emblem::json {

class JsonReader {
public:
  enum class Kind { Object, Array, String, Number, True, False, Null, None };

  /// `text` is followed by a zero byte, as a std::string's is.
  explicit JsonReader(std::span<char> text, int mostDepth = 32)
      : begin(text.data()), at(begin), end(begin + text.size()),
        mostDepth(mostDepth) {}

  /// Of the value that comes next; None: there is none, or after a problem.
  Kind kind();

  bool enterObject();
  bool enterArray();
  /// Goes to the next member's value, or element. False: it was the last one,
  /// whose object or array is left then, or there is a problem.
  bool nextMember(std::string_view &name);
  bool nextElement();

  bool readString(std::string_view &value);
  bool readNumber(double &value);
  /// A number without a point and an exponent, in 64 bits.
  bool readInteger(int64_t &value);
  bool readBoolean(bool &value);
  bool readNull();
  /// Any value, with all that is in it.
  bool skip();

  /// Whether all was read, and nothing follows.
  bool finish();

  bool failed() const { return sentence; }
  /// What is wrong: "a string has no end"; null: nothing is.
  const char *problem() const { return sentence; }
  /// Whether it is JSON, and not what the caller expects.
  bool isUnexpected() const { return unexpected; }
  /// Bytes before what is wrong.
  size_t position() const { return size_t(at - begin); }

  /// Reports a value that is not as the caller wants it. Returns false.
  bool refuse(const char *problem) { return fail(problem, true); }

private:
  bool fail(const char *problem, bool isUnexpected = false);
  void skipBlanks();
  bool enter(char open, const char *expected);
  bool next(char close);
  bool readWord(std::string_view word);
  /// Where the number at `at` ends; null: there is none, as `expected` says.
  char *findNumber(const char *expected);
  char *numberEnd();
  /// From behind the opening quote. `value` null: nothing is written.
  bool scanString(std::string_view *value);
  bool scanEscape(char *&out, bool writes);
  bool scanUnit(uint32_t &unit);
  bool scanCharacter(char *&out, bool writes);

  char *begin, *at, *end;
  const char *sentence = nullptr;
  bool unexpected = false;
  bool isFirst = false; // of the object or array that was entered last
  int depth = 0;
  int mostDepth;
};

} // namespace emblem::json

#endif // EMBLEM_RUNTIME_JSON_JSON_READER_H
