//===- json_reader_test.cpp - JSON, read value by value -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/json/json_members.h"

#include "gtest/gtest.h"

#include <cmath>
#include <random>
#include <string>
#include <vector>

using namespace emblem::json;

namespace {

/// What a whole value is, written again: numbers by %.17g, strings as bytes.
void rewrite(JsonReader &json, std::string &out) {
  std::string_view text;
  double number;
  bool truth;
  switch (json.kind()) {
  case JsonReader::Kind::Object:
    out += '{';
    if (json.enterObject())
      while (json.nextMember(text)) {
        out += "<" + std::string(text) + ">:";
        rewrite(json, out);
      }
    out += '}';
    return;
  case JsonReader::Kind::Array:
    out += '[';
    if (json.enterArray())
      while (json.nextElement()) {
        rewrite(json, out);
        out += ' ';
      }
    out += ']';
    return;
  case JsonReader::Kind::String:
    if (json.readString(text))
      out += "<" + std::string(text) + ">";
    return;
  case JsonReader::Kind::Number:
    if (json.readNumber(number)) {
      char digits[40];
      snprintf(digits, sizeof(digits), "%.17g", number);
      out += digits;
    }
    return;
  case JsonReader::Kind::True:
  case JsonReader::Kind::False:
    if (json.readBoolean(truth))
      out += truth ? "true" : "false";
    return;
  case JsonReader::Kind::Null:
    json.readNull();
    out += "null";
    return;
  case JsonReader::Kind::None:
    return;
  }
}

/// The value, or what is wrong and where.
std::string read(std::string text) {
  JsonReader json(text);
  std::string out;
  rewrite(json, out);
  return json.finish()
             ? out
             : std::to_string(json.position()) + ": " + json.problem();
}

/// As read(), of a value that nobody wants.
std::string skipped(std::string text) {
  const std::string before = text;
  JsonReader json(text);
  json.skip();
  const bool isGood = json.finish();
  EXPECT_EQ(text, before);
  return isGood ? "good"
                : std::to_string(json.position()) + ": " + json.problem();
}

} // namespace

TEST(JsonReader, ReadsValues) {
  EXPECT_EQ(read(R"( {"a":[1,-2.5e-3,0,1E+2],"b":{},"c":[],"d":null,
    "e":true,"f":false} )"),
            "{<a>:[1 -0.0025000000000000001 0 100 ]<b>:{}<c>:[]<d>:null"
            "<e>:true<f>:false}");
  EXPECT_EQ(read("\"\""), "<>");
  EXPECT_EQ(read("1e400"), "inf");
}

TEST(JsonReader, ResolvesEscapesInPlace) {
  EXPECT_EQ(read(R"("a\"\\\/\b\f\n\r\tz")"), "<a\"\\/\b\f\n\r\tz>");
  EXPECT_EQ(read("\"\\u0041\\u00e9\\u20AC\\ud83d\\ude00!\""),
            "<A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80!>");
  EXPECT_EQ(read("\"x\\u0000y\""), std::string("<x\0y>", 5));
  EXPECT_EQ(read("\"\xc3\xa9\\n\xf0\x9f\x98\x80\x7f\""),
            "<\xc3\xa9\n\xf0\x9f\x98\x80\x7f>");

  std::string body = R"(["a\u0062","second"])";
  JsonReader json(body);
  std::string_view first, second;
  ASSERT_TRUE(json.enterArray() && json.nextElement() &&
              json.readString(first) && json.nextElement() &&
              json.readString(second));
  EXPECT_EQ(first, "ab");
  EXPECT_EQ(second, "second");
}

TEST(JsonReader, SaysWhatIsWrongAndWhere) {
  const std::pair<const char *, const char *> cases[] = {
      {"", "0: it ends where a value was expected"},
      {"  ", "2: it ends where a value was expected"},
      {"[1,]", "3: a value was expected"},
      {"[1 2]", "3: a comma or the array's end was expected"},
      {"[1", "2: an array has no end"},
      {"{\"a\":1", "6: an object has no end"},
      {"{\"a\" 1}", "5: a colon was expected"},
      {"{\"a\":1,}", "7: a member's name, in quotes, was expected"},
      {"{a:1}", "1: a member's name, in quotes, was expected"},
      {"{,}", "1: a member's name, in quotes, was expected"},
      {"1 2", "2: something follows the end"},
      {"nul", "0: a value was expected"},
      {"truth", "0: a value was expected"},
      {"01", "2: a number is not written as JSON has it"},
      {"-", "1: a number is not written as JSON has it"},
      {"-01", "3: a number is not written as JSON has it"},
      {"1.", "2: a number is not written as JSON has it"},
      {"1.e3", "2: a number is not written as JSON has it"},
      {"1e", "2: a number is not written as JSON has it"},
      {"0x10", "1: something follows the end"},
      {"+1", "0: a value was expected"},
      {".5", "0: a value was expected"},
      {"NaN", "0: a value was expected"},
      {"Infinity", "0: a value was expected"},
      {"'a'", "0: a value was expected"},
      {"\"a", "2: a string has no end"},
      {"\"a\\", "3: a string has an escape that JSON does not know"},
      {"\"\\x\"", "2: a string has an escape that JSON does not know"},
      {"\"a\nb\"",
       "2: a string has a control character, which is to be escaped"},
      {"\"\\u12g4\"", "5: \\u is not followed by four hexadecimal digits"},
      {"\"\\ud800\"",
       "7: a string has the first half of a surrogate pair alone"},
      {"\"\\ud800\\u0041\"",
       "13: a string has the first half of a surrogate pair alone"},
      {"\"\\udc00\"",
       "7: a string has the second half of a surrogate pair alone"},
      {"\"\xff\"", "1: a string is not UTF-8"},
      {"\"\xc0\x80\"", "1: a string is not UTF-8"},
      {"\"\xe0\x80\x80\"", "1: a string is not UTF-8"},
      {"\"\xed\xa0\x80\"", "1: a string is not UTF-8"},
      {"\"\xf0\x80\x80\x80\"", "1: a string is not UTF-8"},
      {"\"\xf4\x90\x80\x80\"", "1: a string is not UTF-8"},
      {"\"\xe2\x82\"", "1: a string is not UTF-8"},
  };
  for (auto [text, sentence] : cases) {
    EXPECT_EQ(read(text), sentence) << text;
    EXPECT_EQ(skipped(text), sentence) << text;
  }
}

TEST(JsonReader, TakesOnlyWhatIsAskedFor) {
  const auto refused = [](std::string text, auto ask) {
    JsonReader json(text);
    EXPECT_FALSE(ask(json));
    EXPECT_TRUE(json.isUnexpected()) << text;
    return std::string(json.problem());
  };
  std::string_view text;
  int64_t number;
  double real;
  bool truth;
  EXPECT_EQ(refused("1", [&](JsonReader &j) { return j.readString(text); }),
            "a string was expected");
  EXPECT_EQ(refused("[]", [&](JsonReader &j) { return j.enterObject(); }),
            "an object was expected");
  EXPECT_EQ(refused("{}", [&](JsonReader &j) { return j.enterArray(); }),
            "an array was expected");
  EXPECT_EQ(refused("0", [&](JsonReader &j) { return j.readBoolean(truth); }),
            "true or false was expected");
  EXPECT_EQ(refused("\"1\"", [&](JsonReader &j) { return j.readNumber(real); }),
            "a number was expected");
  for (const char *bad : {"1.0", "1e2", "9223372036854775808", "true"})
    EXPECT_EQ(
        refused(bad, [&](JsonReader &j) { return j.readInteger(number); }),
        "a whole number was expected");
  std::string least = "-9223372036854775808";
  EXPECT_TRUE(JsonReader(least).readInteger(number));
  EXPECT_EQ(number, INT64_MIN);
}

TEST(JsonReader, HasALimitOfDepth) {
  std::string deep = std::string(32, '[') + std::string(32, ']');
  EXPECT_EQ(skipped(deep), "good");
  for (std::string open : {"[", "{\"a\":"}) {
    std::string text;
    for (int i = 0; i < 100'000; ++i)
      text += open;
    JsonReader json(text);
    EXPECT_FALSE(json.skip());
    EXPECT_STREQ(json.problem(), "it is nested too deeply");
  }
}

TEST(Members, SkipsWhatIsUnknownAndRefusesWhatIsTwice) {
  static constexpr std::string_view names[] = {"input", "model"};
  std::string body = R"({"x":[{"input":1}],"model":"m","input":7})";
  JsonReader json(body);
  ASSERT_TRUE(json.enterObject());
  Members members(json, names);
  std::string_view model;
  int64_t input;
  EXPECT_EQ(members.next(), 1);
  EXPECT_TRUE(json.readString(model));
  EXPECT_EQ(members.next(), 0);
  EXPECT_TRUE(json.readInteger(input));
  EXPECT_EQ(members.next(), -1);
  EXPECT_TRUE(json.finish());
  EXPECT_TRUE(members.has(0));

  std::string twice = R"({"input":1,"\u0069nput":2})";
  JsonReader again(twice);
  ASSERT_TRUE(again.enterObject());
  Members both(again, names);
  EXPECT_EQ(both.next(), 0);
  EXPECT_TRUE(again.readInteger(input));
  EXPECT_EQ(both.next(), -1);
  EXPECT_STREQ(again.problem(), "a member is there twice");
}

/// Whatever the bytes are, reading and skipping agree, and end.
TEST(JsonReader, ReadsAndSkipsMutatedTextsAlike) {
  const std::string seeds[] = {
      R"({"input":["a \"b\" \u00e9","\ud83d\ude00"],"n":[1,-2.5e-3,0]})",
      R"([[1,2,[]],{"a":{"b":[true,false,null]}},"x"])",
      "{\"t\":\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"}"};
  std::mt19937 random(7);
  int good = 0;
  for (int round = 0; round < 60'000; ++round) {
    std::string text = seeds[random() % 3];
    for (int edits = random() % 4; edits >= 0; --edits) {
      const size_t place = random() % text.size();
      switch (random() % 4) {
      case 0:
        text[place] = char(random());
        break;
      case 1:
        text.erase(place, 1 + random() % 3);
        break;
      case 2:
        text.insert(place, 1, "{}[],:\"\\u0eE-+.\xed\xf4"[random() % 18]);
        break;
      default:
        text.resize(place);
      }
      if (text.empty())
        text = " ";
    }
    // As the heap has it: a byte too far is seen by the sanitizers.
    std::vector<char> exact(text.begin(), text.end());
    exact.push_back('\0');
    JsonReader json({exact.data(), exact.size() - 1});
    json.skip();
    const bool isGood = json.finish();
    std::string problem =
        isGood ? "" : std::to_string(json.position()) + ": " + json.problem();
    std::string out = read(text);
    if (isGood)
      ++good;
    else
      EXPECT_EQ(out, problem) << text;
  }
  EXPECT_GT(good, 100);
}
