//===- staged_weights_test.cpp - Weights that come as stages need them ----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/package/staged_weights.h"

#include "weight_section_fixture.h"

using namespace emblem;

namespace {

class StagedWeights : public WeightSection {
protected:
  /// Stages that gather rows of a table of `rows` by token ids, and then
  /// project them by a matrix.
  void open(int64_t rows) {
    files = {addFile("words", "F32", {rows, 8}),
             addFile("matrix", "F32", {8, 8}, 500)};
    std::string text = llvm::formatv(R"(
      %words = kernel.weight table ["words"] : tensor<{0}x8xf32>
      %matrix = kernel.weight matrix ["matrix"] : tensor<8x8xf32>
      %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
          table(%ids, %words : tensor<?xi32>, tensor<{0}x8xf32>)
          -> tensor<?x8xf32> {{stage = "embedding"}
      %1 = kernel.matmul %0, %matrix : tensor<?x8xf32>, tensor<8x8xf32>
          -> tensor<?x8xf32> {{stage = "project"})",
                                     rows);
    module = parse(text);
    store = llvm::cantFail(frontend::WeightStore::open(files));
    weights = llvm::cantFail(package::StagedWeights::plan(*module, *store));
  }

  float at(int64_t weight, int64_t index) {
    const package::PackedWeight &packed =
        weights->getSection().getWeights()[weight];
    float value;
    std::memcpy(&value, weights->data() + packed.getOffset() + index * 4,
                sizeof(value));
    return value;
  }

  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::unique_ptr<frontend::WeightStore> store;
  std::unique_ptr<package::StagedWeights> weights;
};

TEST_F(StagedWeights, NothingIsThereBeforeItsStage) {
  open(10);
  EXPECT_EQ(at(0, 0), 0);
  llvm::cantFail(weights->load(0, {}));
  EXPECT_EQ(at(0, 0), 1);
  EXPECT_EQ(at(0, 79), 80);
  EXPECT_EQ(at(1, 0), 0);
  llvm::cantFail(weights->load(1, {}));
  EXPECT_EQ(at(1, 0), 500);
}

TEST_F(StagedWeights, OfALargeTableTheRowsThatAreAskedFor) {
  constexpr int64_t rows = 600'000; // 19 MB
  open(rows);
  llvm::cantFail(weights->load(0, {3, int32_t(rows - 1), 3}));
  EXPECT_EQ(at(0, 3 * 8), 25);
  EXPECT_EQ(at(0, 3 * 8 + 7), 32);
  EXPECT_EQ(at(0, 4 * 8), 0);
  EXPECT_EQ(at(0, rows * 8 - 1), rows * 8);
}

TEST_F(StagedWeights, ItSaysWhatCannotBeRead) {
  open(10);
  // A file that has lost its end since it was looked at would be a signal; one
  // that never had the weight is a sentence.
  files.pop_back();
  store = llvm::cantFail(frontend::WeightStore::open(files));
  auto other = package::StagedWeights::plan(*module, *store);
  ASSERT_FALSE(bool(other));
  EXPECT_NE(llvm::toString(other.takeError()).find("weight 'matrix'"),
            std::string::npos);
}

} // namespace
