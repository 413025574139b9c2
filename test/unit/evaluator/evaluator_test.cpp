//===- evaluator_test.cpp - The evaluator as a library --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The interface and its errors. What each operation computes is tested with
// whole models, in test/compiler/evaluator.
//
//===----------------------------------------------------------------------===//

#include "compiler/evaluator/evaluator.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace emblem;
using Ids = std::vector<int32_t>;
using Vectors = std::vector<std::vector<double>>;

namespace {

constexpr const char *bagOfWords = R"(
  emb.model @bag_of_words(%ids, %offsets) max_tokens 3 max_positions 3 {
    %table = emb.weight "table" : tensor<4x2xf32>
    %0 = emb.token_embedding %ids, %table : tensor<4x2xf32>
    %1 = emb.pool mean %0, %offsets : tensor<?x2xf32>
    emb.return %1 : tensor<?x2xf32>
  })";

class EvaluatorTest : public testing::Test {
protected:
  EvaluatorTest() {
    context.loadDialect<emb::EmbDialect, mlir::tensor::TensorDialect>();
  }

  llvm::Expected<Vectors> run(const char *text, const Ids &ids,
                              const Ids &offsets,
                              evaluator::WeightReader readWeight) {
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    auto model = *module->getOps<emb::ModelOp>().begin();
    return evaluator::evaluate(model, ids, offsets, readWeight);
  }

  /// The error for a batch of the bag of words.
  std::string errorOf(const Ids &ids, const Ids &offsets) {
    llvm::Expected<Vectors> vectors = run(bagOfWords, ids, offsets, table);
    return vectors ? "" : llvm::toString(vectors.takeError());
  }

  /// Row r is (r, 10 r).
  static llvm::Expected<std::vector<float>> table(emb::WeightOp) {
    return std::vector<float>{0, 0, 1, 10, 2, 20, 3, 30};
  }

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

TEST_F(EvaluatorTest, GivesOneVectorAText) {
  llvm::Expected<Vectors> vectors =
      run(bagOfWords, {1, 2, 3, 3}, {0, 3, 4}, table);
  ASSERT_TRUE(bool(vectors));
  EXPECT_EQ(*vectors, (Vectors{{2, 20}, {3, 30}}));
}

TEST_F(EvaluatorTest, GivesNothingForNoTexts) {
  llvm::Expected<Vectors> vectors = run(bagOfWords, {}, {0}, table);
  ASSERT_TRUE(bool(vectors));
  EXPECT_TRUE(vectors->empty());
}

TEST_F(EvaluatorTest, AsksForEachWeightByItsOp) {
  std::vector<std::string> asked;
  auto vectors = run(bagOfWords, {1}, {0, 1}, [&](emb::WeightOp op) {
    asked.push_back(op.getTensorName().str());
    return table(op);
  });
  ASSERT_TRUE(bool(vectors));
  EXPECT_EQ(asked, std::vector<std::string>{"table"});
}

TEST_F(EvaluatorTest, RefusesOffsetsThatDoNotSpanTheIds) {
  std::string error = "the offsets must begin with 0 and end with the number "
                      "of token ids, 2";
  EXPECT_EQ(errorOf({1, 2}, {}), error);
  EXPECT_EQ(errorOf({1, 2}, {1, 2}), error);
  EXPECT_EQ(errorOf({1, 2}, {0, 1}), error);
  EXPECT_EQ(errorOf({1, 2}, {0, 3}), error);
}

TEST_F(EvaluatorTest, RefusesATextThatIsEmptyOrRunsBackwards) {
  std::string error = "text 2 has no token ids: give each at least one";
  EXPECT_EQ(errorOf({1, 2}, {0, 1, 1, 2}), error);
  EXPECT_EQ(errorOf({1, 2}, {0, 2, 1, 2}), error);
}

TEST_F(EvaluatorTest, RefusesATextBeyondThePositions) {
  EXPECT_EQ(errorOf({1, 1, 1}, {0, 3}), "");
  EXPECT_EQ(errorOf({1, 1, 1, 1}, {0, 4}),
            "text 1 has 4 tokens, but the model has 3 positions");
}

TEST_F(EvaluatorTest, RefusesAnIdOutsideTheVocabulary) {
  EXPECT_EQ(errorOf({3}, {0, 1}), "");
  EXPECT_EQ(errorOf({4}, {0, 1}),
            "token id 4 is not in the vocabulary: ids go from 0 to 3");
  EXPECT_EQ(errorOf({-1}, {0, 1}),
            "token id -1 is not in the vocabulary: ids go from 0 to 3");
}

TEST_F(EvaluatorTest, PassesOnWhatTheReaderSays) {
  auto vectors = run(bagOfWords, {1}, {0, 1},
                     [](emb::WeightOp) -> llvm::Expected<std::vector<float>> {
                       return llvm::createStringError("the disk is gone");
                     });
  EXPECT_EQ(llvm::toString(vectors.takeError()), "the disk is gone");
}

TEST_F(EvaluatorTest, RefusesAWeightOfTheWrongSize) {
  auto vectors = run(bagOfWords, {1}, {0, 1},
                     [](emb::WeightOp) -> llvm::Expected<std::vector<float>> {
                       return std::vector<float>(7);
                     });
  EXPECT_EQ(llvm::toString(vectors.takeError()),
            "weight 'table' has 7 values, but its type says 8");
}

TEST_F(EvaluatorTest, RefusesAnOperationOfAnotherDialect) {
  auto vectors = run(R"(
    emb.model @cast(%ids, %offsets) max_tokens 3 max_positions 3 {
      %table = emb.weight "table" : tensor<4x2xf32>
      %0 = emb.token_embedding %ids, %table : tensor<4x2xf32>
      %1 = tensor.cast %0 : tensor<?x2xf32> to tensor<?x2xf32>
      %2 = emb.pool mean %1, %offsets : tensor<?x2xf32>
      emb.return %2 : tensor<?x2xf32>
    })",
                     {1}, {0, 1}, table);
  EXPECT_EQ(llvm::toString(vectors.takeError()),
            "cannot evaluate tensor.cast: only operations of emb have a "
            "reference");
}

} // namespace
