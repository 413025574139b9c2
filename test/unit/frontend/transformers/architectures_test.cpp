//===- architectures_test.cpp - config.json of every family ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/model_file.h"
#include "compiler/frontend/transformers/architectures.h"
#include "test/unit/files/test_files.h"

using namespace emblem::frontend;
using namespace llvm;

/// What transformers writes for each family, by name.
static json::Object readConfigs() {
  auto file = cantFail(readTextFile(EMBLEM_FIXTURES "/configs/configs.json"));
  auto configs = parseJson(file->getBuffer(), "configs.json");
  EXPECT_TRUE(bool(configs)) << toString(configs.takeError());
  return *configs->getAsObject();
}

TEST(Architecture, TakesEveryFamilysOwnSettings) {
  for (const auto &[name, config] : readConfigs()) {
    auto model = describeTransformer(
        JsonObject(StringRef(name).str(), *config.getAsObject()));
    EXPECT_TRUE(bool(model)) << toString(model.takeError());
  }
}

TEST(Architecture, RefusesASettingThatNobodyKnows) {
  for (const auto &[name, config] : readConfigs()) {
    json::Object changed = *config.getAsObject();
    changed["attention_sharpness"] = 2;
    auto model = describeTransformer(
        JsonObject(StringRef(name).str(), std::move(changed)));
    expectParts(messageOf(std::move(model)),
                {"'attention_sharpness' is 2; this setting is not known"});
  }
}
