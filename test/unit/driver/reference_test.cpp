//===- reference_test.cpp - The model in f32, run while it is compiled ----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/reference.h"

#include "compiler/driver/pipeline.h"
#include "compiler/evaluator/evaluator.h"

#include "mlir/Parser/Parser.h"
#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"

#include <cmath>

using namespace emblem;
using namespace emblem::driver;

namespace {

/// Rows of a layer norm, widened by a matmul with an activation and narrowed by
/// another; pooled at `pooled`.
std::string modelText(llvm::StringRef body, llvm::StringRef pooled,
                      int64_t dimension) {
  return llvm::formatv(R"(
emb.model @m(%ids, %offsets) max_tokens 8 max_positions 8 {{
  %table = emb.weight "table" = dense<[[0.5, -1.0, 2.0, 0.25],
      [1.5, 0.75, -0.5, -2.0], [-0.25, 1.0, 0.5, 3.0]]> : tensor<3x4xf32>
  %scale = emb.weight "scale" = dense<[2.0, 1.0, 0.5, -1.0]> : tensor<4xf32>
  %shift = emb.weight "shift" = dense<[0.0, 1.0, -1.0, 0.5]> : tensor<4xf32>
  %u = emb.weight "u" = dense<[[1.0, 0.5, 0.25, 2.0], [0.0, -1.0, 0.5, 0.25]]>
      : tensor<2x4xf32>
  %d = emb.weight "d" = dense<[[1.0, 0.5], [-2.0, 1.0], [0.0, 3.0]]>
      : tensor<3x2xf32>
  %x = emb.token_embedding %ids, %table : tensor<3x4xf32>
  %rows = emb.layer_norm %x scale(%scale : tensor<4xf32>)
      shift(%shift : tensor<4xf32>) epsilon 0.5 : tensor<?x4xf32>
  {0}
  %v = emb.pool cls {1}, %offsets : tensor<?x{2}xf32>
  emb.return %v : tensor<?x{2}xf32>
}
)",
                       body, pooled, dimension);
}

class ReferenceTest : public testing::Test {
protected:
  void SetUp() override {
    registerPipelineDialects(context);
    context.loadAllAvailableDialects();
    llvm::Expected<const Target *> native = findTarget("native");
    if (!native) {
      llvm::consumeError(native.takeError());
      GTEST_SKIP() << "no target runs here";
    }
    target = *native;
  }

  mlir::OwningOpRef<mlir::ModuleOp> parse(const std::string &text) {
    auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    EXPECT_TRUE(module);
    return module;
  }

  llvm::Expected<Reference> run(mlir::ModuleOp module,
                                llvm::StringRef calibrationFile = "") {
    store = llvm::cantFail(frontend::WeightStore::open({}));
    return runReference({module, *store, /*tokenizer=*/"", *target,
                         /*threads=*/1, /*calibrate=*/true,
                         /*ofAttention=*/false, calibrationFile});
  }

  /// What the evaluator has, [texts][dimension].
  std::vector<std::vector<double>> evaluate(mlir::ModuleOp module,
                                            const accuracy::TokenBatch &batch) {
    std::vector<int32_t> offsets(batch.offsets.begin(), batch.offsets.end());
    emb::ModelOp model = *module.getOps<emb::ModelOp>().begin();
    return llvm::cantFail(
        evaluator::evaluate(model, batch.ids, offsets, [&](emb::WeightOp op) {
          return frontend::readWeight(op, *store);
        }));
  }

  /// A batch in which every token of `batch` is a text.
  accuracy::TokenBatch split(const accuracy::TokenBatch &batch) {
    accuracy::TokenBatch single;
    for (int32_t id : batch.ids)
      single.add(id);
    return single;
  }

  /// Holds the range of a stage to the rows that the evaluator has there.
  void expectRange(const Reference &reference, llvm::StringRef stage,
                   const std::string &rowsModel) {
    auto rows =
        evaluate(*parse(rowsModel), split(reference.calibration->batch));
    for (mlir::NamedAttribute range : reference.inputRanges) {
      if (!range.getName().strref().ends_with(stage))
        continue;
      auto values = mlir::cast<mlir::DenseElementsAttr>(range.getValue());
      ASSERT_EQ(values.getNumElements(), int64_t(rows[0].size()));
      for (auto [column, value] : llvm::enumerate(values.getValues<float>())) {
        double largest = 0;
        for (const std::vector<double> &row : rows)
          largest = std::max(largest, std::abs(row[column]));
        EXPECT_NEAR(value, largest, largest / 256) << stage.str();
        EXPECT_GT(value, 0);
      }
      return;
    }
    ADD_FAILURE() << "no range of " << stage.str();
  }

  mlir::MLIRContext context;
  const Target *target = nullptr;
  std::unique_ptr<frontend::WeightStore> store;
};

constexpr llvm::StringLiteral feedForward =
    "%y = emb.feed_forward %rows gelu up(%u : tensor<2x4xf32>) "
    "down(%d : tensor<3x2xf32>) : tensor<?x4xf32> -> tensor<?x3xf32>";
constexpr llvm::StringLiteral up =
    "%y = emb.dense %rows gelu weight(%u : tensor<2x4xf32>) "
    ": tensor<?x4xf32> -> tensor<?x2xf32>";

TEST_F(ReferenceTest, HasTheVectorsOfTheEvaluator) {
  std::string text = modelText(feedForward, "%y", 3);
  llvm::Expected<Reference> reference = run(*parse(text));
  ASSERT_TRUE(bool(reference)) << llvm::toString(reference.takeError());
  EXPECT_EQ(reference->probe.kind, accuracy::Probe::Kind::RandomTexts);
  auto exact = evaluate(*parse(text), reference->probe.batch);
  ASSERT_EQ(reference->vectors.size(), exact.size() * 3);
  for (auto [text, vector] : llvm::enumerate(exact))
    for (auto [i, component] : llvm::enumerate(vector))
      EXPECT_NEAR(reference->vectors[text * 3 + i], component, 1e-5);
}

TEST_F(ReferenceTest, MeasuresWhatMatmulsRead) {
  llvm::Expected<Reference> reference =
      run(*parse(modelText(feedForward, "%y", 3)));
  ASSERT_TRUE(bool(reference)) << llvm::toString(reference.takeError());
  EXPECT_FALSE(reference->calibration->fromFile);
  EXPECT_EQ(reference->inputRanges.size(), 2u);
  expectRange(*reference, "feed_forward_up", modelText("", "%rows", 4));
  expectRange(*reference, "feed_forward_down", modelText(up, "%y", 2));
}

TEST_F(ReferenceTest, CannotReadTextsWithoutATokenizer) {
  llvm::Expected<Reference> reference =
      run(*parse(modelText(feedForward, "%y", 3)), "texts.txt");
  ASSERT_FALSE(bool(reference));
  EXPECT_EQ(llvm::toString(reference.takeError()),
            "the model takes token ids alone and cannot read the calibration "
            "texts 'texts.txt'; leave --calibrate out");
}

} // namespace
