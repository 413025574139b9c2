//===- layer_trials_test.cpp - Chains of several programs' stages ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/layer_trials.h"

#include "compiler/driver/live_value_collector.h"
#include "compiler/frontend/load_model.h"

#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"

using namespace emblem;
using namespace emblem::driver;

namespace {

struct Case {
  const char *model; // of several layers
  Precision precision, higher;
};

class LayerTrialsTest : public testing::TestWithParam<Case> {
protected:
  void SetUp() override {
    registerPipelineDialects(context);
    llvm::Expected<const Target *> native = findTarget("native");
    if (!native) {
      llvm::consumeError(native.takeError());
      GTEST_SKIP() << "no target runs here";
    }
    options = {*native, GetParam().precision};
    auto models = llvm::cantFail(frontend::loadModels(
        std::string(EMBLEM_FIXTURES "/models/") + GetParam().model,
        /*choices=*/{}, context));
    model = std::move(models.front());
  }

  /// Ids of a few lengths, so that runs and rows have several sizes.
  accuracy::TokenBatch makeBatch() {
    accuracy::TokenBatch batch;
    int32_t id = 0;
    for (size_t length : {5, 1, 14, 9}) {
      std::vector<int32_t> ids(length);
      for (int32_t &token : ids)
        token = id = (id * 7 + 3) % 29;
      batch.add(ids);
    }
    return batch;
  }

  InProcessInputs inputsOf(mlir::ModuleOp module) {
    return {module, *model.weights, /*tokenizer=*/"", /*threads=*/1};
  }

  static std::vector<std::string>
  layersOf(llvm::ArrayRef<accuracy::LiveValue> values) {
    std::vector<std::string> layers;
    for (const accuracy::LiveValue &value : values)
      if (std::string next = llvm::formatv("layer.{0}.", layers.size());
          llvm::StringRef(value.name).starts_with(next))
        layers.push_back(next.substr(0, next.size() - 1));
    return layers;
  }

  /// The program that has these layers kept, compiled as a whole.
  std::vector<float> runWhole(std::vector<std::string> kept,
                              const accuracy::TokenBatch &batch) {
    mlir::OwningOpRef<mlir::ModuleOp> module = model.module->clone();
    PipelineOptions keeping = options;
    keeping.kept = {{kept.begin(), kept.end()}, GetParam().higher};
    auto program = llvm::cantFail(compileInProcess(inputsOf(*module), keeping));
    return llvm::cantFail(program.embed(batch));
  }

  mlir::MLIRContext context;
  PipelineOptions options;
  frontend::LoadedModel model; // the only one
};

TEST_P(LayerTrialsTest, HaveTheBitsOfWholePrograms) {
  mlir::OwningOpRef<mlir::ModuleOp> lowered = model.module->clone();
  std::vector<accuracy::LiveValue> values;
  auto object = llvm::cantFail(compileObject(
      inputsOf(*lowered), options,
      std::make_unique<LiveValueCollector>(*options.target, values)));
  std::vector<std::string> layers = layersOf(values);
  ASSERT_GE(layers.size(), 3u); // of two, each chain is one program
  LayerTrials trials(inputsOf(*model.module), options,
                     {llvm::StringRef(object.data(), object.size()), *lowered,
                      values, EMBLEM_MODEL_SYMBOL},
                     GetParam().higher, layers);
  std::vector<llvm::BitVector> kept;
  for (unsigned bits = 0; bits < 1u << layers.size(); ++bits) {
    kept.emplace_back(layers.size());
    for (unsigned layer = 0; layer < layers.size(); ++layer)
      if (bits >> layer & 1)
        kept.back().set(layer);
  }
  accuracy::TokenBatch batch = makeBatch();
  auto vectors = llvm::cantFail(trials.run(kept, batch));
  EXPECT_EQ(trials.getCompilations(), 3);
  EXPECT_NE(vectors.front(), vectors.back());
  // Those that are no program of their own.
  for (unsigned bits : {1u, 6u}) {
    std::vector<std::string> names;
    for (unsigned layer : kept[bits].set_bits())
      names.push_back(layers[layer]);
    EXPECT_EQ(vectors[bits], runWhole(names, batch)) << bits;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Models, LayerTrialsTest,
    testing::Values(Case{"modernbert", Precision::Int8, Precision::Bf16},
                    Case{"deberta-v3", Precision::Int8, Precision::Bf16},
                    Case{"qwen3", Precision::Int4, Precision::Bf16},
                    Case{"t5-gated", Precision::Bf16, Precision::F32}));

} // namespace
