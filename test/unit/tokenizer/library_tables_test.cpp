//===- library_tables_test.cpp - Tables beside transformers' own ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// test/fixtures/tokenizer/library/make_library_tables.py writes what
// transformers has.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/json_file.h"
#include "compiler/tokenizer/read/transformers/tokenizer_class.h"
#include "compiler/tokenizer/read/transformers/tokenizer_keys.h"

#include "llvm/ADT/StringSet.h"

#include "gtest/gtest.h"

using namespace emblem::frontend;
using namespace emblem::frontend::library;
using namespace llvm;

namespace {
class LibraryTables : public ::testing::Test {
protected:
  JsonObject tables =
      cantFail(JsonObject::read(TOKENIZER_FIXTURES "/library/tables.json"));
  const json::Object &object(StringRef key) {
    return *tables.find(key)->getAsObject();
  }
  const json::Array &list(StringRef key) {
    return *tables.find(key)->getAsArray();
  }
};
} // namespace

TEST_F(LibraryTables, HaveEachModelTypesClass) {
  for (const auto &[type, name] : object("model_types"))
    EXPECT_TRUE(findClassOfModelType(type) == name.getAsString()) << type.str();
  EXPECT_FALSE(findClassOfModelType("no-such-type"));
}

TEST_F(LibraryTables, HaveTheTypesThatNameTheWrongClass) {
  StringSet<> forced;
  for (const json::Value &type : list("forced"))
    forced.insert(*type.getAsString());
  for (const auto &[type, name] : object("model_types"))
    EXPECT_EQ(namesWrongClass(type), forced.contains(type)) << type.str();
}

TEST_F(LibraryTables, HaveEachClassName) {
  for (const auto &[name, known] : object("classes")) {
    // AutoTokenizer takes the other in its place.
    bool isBase = known.getAsString() == StringRef("PythonBackend");
    EXPECT_EQ(resolveClassName(name),
              isBase ? "TokenizersBackend" : *known.getAsString())
        << name.str();
    EXPECT_EQ(resolveClassName((StringRef(name) + "Fast").str()),
              resolveClassName(name))
        << name.str();
  }
  EXPECT_EQ(resolveClassName("NoSuchTokenizer"), "");
}

TEST_F(LibraryTables, KnowEveryKeyThatTheBaseClassesRead) {
  for (const json::Value &key : list("base_keys"))
    EXPECT_TRUE(findKeyEffect(*key.getAsString())) << key.getAsString()->str();
}

TEST_F(LibraryTables, KnowEveryArgumentOfTheClasses) {
  for (const auto &[name, arguments] : object("parameters"))
    if (findTokenizerClass(name)) {
      for (const json::Value &key : *arguments.getAsArray())
        EXPECT_TRUE(findKeyEffect(*key.getAsString()))
            << name.str() << ": " << key.getAsString()->str();
    }
}
