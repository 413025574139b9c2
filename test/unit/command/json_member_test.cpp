//===- json_member_test.cpp - One value of a JSON object ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/json_member.h"

#include "gtest/gtest.h"

using namespace emblem::command;

TEST(JsonMember, IsTheValueAsItIsWritten) {
  std::string_view object =
      R"( {"a": 1.50, "b" : {"c":[1,{"d":2}],"e":"}"} ,"f":"x\"y","g":null})";
  EXPECT_EQ(jsonMember(object, "a"), "1.50");
  EXPECT_EQ(jsonMember(object, "b"), R"({"c":[1,{"d":2}],"e":"}"})");
  EXPECT_EQ(jsonMember(object, "f"), R"("x\"y")");
  EXPECT_EQ(jsonMember(object, "g"), "null");
  EXPECT_EQ(jsonMember(jsonMember(object, "b"), "c"), R"([1,{"d":2}])");
}

TEST(JsonMember, LooksAtThisObjectAlone) {
  std::string_view object = R"({"text":"\"inner\": 1","deep":{"inner":2}})";
  EXPECT_EQ(jsonMember(object, "inner"), "");
  EXPECT_EQ(jsonMember(object, "missing"), "");
}

TEST(JsonMember, IsEmptyInWhatIsNoObject) {
  for (const char *text : {"", " ", "7", "[1]", "{", "{}", "{\"a\"", "{\"a\":",
                           "{\"a", "{\"a\\", "{a:1}", "{,}", "{\"b\" 1}"})
    EXPECT_EQ(jsonMember(text, "a"), "") << text;
}

TEST(JsonUnquoted, TakesTheQuotesOfAString) {
  EXPECT_EQ(jsonUnquoted("\"a b\""), "a b");
  EXPECT_EQ(jsonUnquoted("\"\""), "");
  EXPECT_EQ(jsonUnquoted("\""), "\"");
  EXPECT_EQ(jsonUnquoted("1.5"), "1.5");
}
