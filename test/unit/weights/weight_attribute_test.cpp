//===- weight_attribute_test.cpp - Weights in IR --------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/weights/weight_attribute.h"

#include "test/unit/weights/weight_files.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/OwningOpRef.h"

using namespace emblem::frontend;
using namespace llvm;

namespace {
/// emb.weight "x" of a type, with or without its value in place.
class WeightOpTest : public testing::Test {
protected:
  WeightOpTest() : builder(&context) {
    context.loadDialect<emblem::emb::EmbDialect>();
  }
  emblem::emb::WeightOp weight(mlir::Type element,
                               mlir::ElementsAttr value = nullptr) {
    op =
        emblem::emb::WeightOp::create(builder, builder.getUnknownLoc(),
                                      mlir::RankedTensorType::get({2}, element),
                                      builder.getStringAttr("x"), value);
    return *op;
  }
  mlir::MLIRContext context;
  mlir::OpBuilder builder;
  mlir::OwningOpRef<emblem::emb::WeightOp> op;
};

} // namespace

TEST_F(WeightOpTest, ReadsAValueInPlace) {
  auto type = mlir::RankedTensorType::get({2}, builder.getF16Type());
  auto value = mlir::DenseElementsAttr::get(
      type, {APFloat(APFloat::IEEEhalf(), "0.5"),
             APFloat(APFloat::IEEEhalf(), "-65504")});
  auto values = readWeight(weight(builder.getF16Type(), value), *open({}));
  ASSERT_TRUE(bool(values)) << toString(values.takeError());
  EXPECT_EQ(*values, (std::vector<float>{0.5f, -65504.f}));
}

TEST_F(WeightOpTest, ReadsFromTheStoreOrRefuses) {
  TestFolder folder;
  auto store = open(
      {folder.write("a.safetensors",
                    fileOf("x", "F16", 2, StringRef("\x00\x3c\x00\xc0", 4)))});
  auto values = readWeight(weight(builder.getF32Type()), *store);
  ASSERT_TRUE(bool(values)) << toString(values.takeError());
  EXPECT_EQ(*values, (std::vector<float>{1, -2}));
  EXPECT_FALSE(bool(checkWeight(weight(builder.getF16Type()), *store)));
  expectParts(messageOf(checkWeight(weight(builder.getBF16Type()), *store)),
              {"weight 'x' is F16 in its file", "says bf16"});
}

// From IR and back.
TEST(WeightExpression, IsAnAttribute) {
  mlir::MLIRContext context;
  context.loadDialect<emblem::emb::EmbDialect>();
  Weight sum = Weight::lowRankSum("w", 0.1, Weight::rows("u", 1, 2), "d");
  for (const Weight &weight :
       {Weight("w"), Weight::rows(sum, 0, 4), Weight::onePlus("w"),
        Weight::scaledRows("w", "s"), Weight::difference("w", "v"),
        Weight::transposed("w"), Weight::resized("w", 4, 2, true)}) {
    mlir::Attribute attribute = toAttribute(weight, context);
    EXPECT_EQ(toWeight(attribute), weight) << weight.describe();
    EXPECT_EQ(toAttribute(weight, context), attribute);
    EXPECT_EQ(emblem::emb::getTensorName(attribute), "w");
  }
}

TEST(WeightExpression, SaysWhatItIs) {
  Weight sum = Weight::lowRankSum("w", 0.5, "u", "d");
  EXPECT_EQ(Weight("w").describe(), "weight 'w'");
  EXPECT_EQ(Weight::rows(sum, 0, 4).describe(),
            "weight 'w' (plus 0.5 times weight 'u' times weight 'd') (rows 0 "
            "to 4)");
  EXPECT_EQ(Weight::resized("p", 37, 16, false).describe(),
            "weight 'p' (resized from 37 x 37 to 16 x 16)");
  EXPECT_EQ(Weight::scaledRows("w", "s").describe(),
            "weight 'w' (rows times weight 's')");
}
