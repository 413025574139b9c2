//===- json_file_test.cpp - Located errors and typed fields ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/json_file.h"
#include "test/unit/files/test_files.h"

using namespace emblem::frontend;
using namespace llvm;

TEST(JsonFile, ErrorsHaveFileLineAndColumn) {
  EXPECT_EQ(messageOf(parseJson("{\n  \"a\": 1,\n  b\n}", "x.json")),
            "x.json:3:3: not valid JSON: Expected object key");
  expectParts(messageOf(parseJson("", "x.json")), {"x.json:1:"});
  expectParts(messageOf(parseJson("\"\xff\"", "x.json")),
              {"x.json:1:", "UTF-8"});
}

TEST(JsonFile, RefusesDepthThatWouldExhaustTheStack) {
  expectParts(messageOf(parseJson(std::string(1 << 20, '['), "x.json")),
              {"'x.json'", "100 levels"});
  // Brackets in strings are no depth.
  EXPECT_TRUE(
      bool(parseJson("\"" + std::string(1 << 20, '[') + "\\\"\"", "x.json")));
}

TEST(JsonFile, RefusesWhatIsNoObject) {
  TestFolder folder;
  expectParts(messageOf(JsonObject::read(folder.write("x.json", "[]"))),
              {"x.json' must hold a JSON object"});
  expectParts(messageOf(JsonObject::read(folder.getPath() + "/none.json")),
              {"cannot read", "none.json"});
}

static JsonObject object(StringRef text) {
  return JsonObject("x.json", *cantFail(json::parse(text)).getAsObject());
}

TEST(JsonFile, ReadsFieldsByType) {
  JsonObject config =
      object(R"({"n": 3, "b": true, "x": 0.5, "s": "t", "null": null})");
  EXPECT_EQ(cantFail(config.size("n")), 3);
  EXPECT_TRUE(cantFail(config.boolean("b", false)));
  EXPECT_EQ(cantFail(config.number("x", 1)), 0.5);
  EXPECT_EQ(cantFail(config.string("s", "")), "t");
  EXPECT_EQ(cantFail(config.string("null", "fallback")), "fallback");
  EXPECT_EQ(config.find("null"), nullptr);
  EXPECT_TRUE(config.has("null"));
  EXPECT_FALSE(config.has("none"));
}

TEST(JsonFile, ANullIsNoAbsentKeyToDefaults) {
  JsonObject config = object(R"({"a": null, "b": 1})")
                          .withDefaults(R"({"a": 2, "b": 3, "c": 4})");
  expectParts(messageOf(config.size("a")), {"'x.json': 'a' is null"});
  EXPECT_EQ(cantFail(config.size("b")), 1);
  EXPECT_EQ(cantFail(config.size("c")), 4);
}

TEST(JsonFile, NamesTheKeyAndTheValue) {
  JsonObject config = object(R"({"s": "three", "zero": 0, "half": 0.5,
                                 "large": 3000000000})");
  expectParts(messageOf(config.size("n")), {"'x.json': 'n' is missing"});
  expectParts(messageOf(config.size("s")),
              {"'x.json': 's' is \"three\"", "integer from 1"});
  expectParts(messageOf(config.size("zero")), {"'zero' is 0"});
  expectParts(messageOf(config.size("half")), {"'half' is 0.5"});
  expectParts(messageOf(config.size("large")), {"'large' is 3000000000"});
  expectParts(messageOf(config.boolean("s", true)), {"true or false"});
  expectParts(messageOf(config.number("s", 1)), {"must be a number"});
  expectParts(messageOf(config.string("zero", "")), {"must be a string"});
}
