//===- blocks_test.cpp - Blocks are decoded to the bit --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// test/fixtures/gguf/make_gguf.py wrote random blocks of each type, and the
// floats that the Python package `gguf` makes of them.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/gguf/blocks.h"
#include "compiler/weights/weight_store.h"

#include <bit>
#include <gtest/gtest.h>

using namespace emblem::frontend;
using namespace llvm;

static std::vector<float> read(const WeightStore &store,
                               const WeightExpression &weight) {
  return cantFail(store.read(weight, cantFail(store.find(weight)).shape));
}

class GgufBlocks : public testing::TestWithParam<ElementType> {
protected:
  std::unique_ptr<WeightStore> store =
      cantFail(WeightStore::open(std::string(GGUF_FIXTURES) + "/blocks.gguf"));
  std::string name = getInfo(GetParam()).name.str();
};

TEST_P(GgufBlocks, AreWhatTheReferenceMakesOfThem) {
  EXPECT_EQ(cantFail(store->find(name)).type, GetParam());
  std::vector<float> values = read(*store, name);
  std::vector<float> expected = read(*store, name + ".values");
  ASSERT_EQ(values.size(), expected.size());
  for (size_t i = 0; i < values.size(); ++i)
    ASSERT_EQ(std::bit_cast<uint32_t>(values[i]),
              std::bit_cast<uint32_t>(expected[i]))
        << name << " at " << i << ": " << values[i] << ", " << expected[i];
}

TEST_P(GgufBlocks, RowsOfATensorAreItsOwn) {
  std::vector<float> whole = read(*store, name);
  int64_t width = cantFail(store->find(name)).shape[1];
  std::vector<float> rows = read(*store, WeightExpression::rows(name, 1, 3));
  ASSERT_EQ(rows.size(), size_t(2 * width));
  for (size_t i = 0; i < rows.size(); ++i)
    ASSERT_EQ(std::bit_cast<uint32_t>(rows[i]),
              std::bit_cast<uint32_t>(whole[width + i]));
}

// A column crosses blocks.
TEST_P(GgufBlocks, MayBeTransposed) {
  std::vector<float> whole = read(*store, name);
  auto shape = cantFail(store->find(name)).shape;
  std::vector<float> transposed =
      read(*store, WeightExpression::transposed(name));
  for (int64_t row = 0; row < shape[0]; ++row)
    for (int64_t column = 0; column < shape[1]; ++column)
      ASSERT_EQ(transposed[column * shape[0] + row],
                whole[row * shape[1] + column]);
}

INSTANTIATE_TEST_SUITE_P(
    All, GgufBlocks,
    testing::Values(ElementType::Q4_0, ElementType::Q4_1, ElementType::Q5_0,
                    ElementType::Q5_1, ElementType::Q8_0, ElementType::IQ4_NL,
                    ElementType::Q2_K, ElementType::Q3_K, ElementType::Q4_K,
                    ElementType::Q5_K, ElementType::Q6_K, ElementType::IQ4_XS),
    [](const auto &info) { return getInfo(info.param).name.str(); });
