//===- weight_section_test.cpp - The weights, packed ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Each test writes one kernel.weight, lets the passes give it its layout for
// x86-64-v2 (panels of 8 columns), and looks at the bytes.
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/weight_section.h"

#include "compiler/driver/pipeline.h"
#include "compiler/transforms/passes.h"
#include "test_files.h"

#include "mlir/Parser/Parser.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <cstring>

using namespace emblem;
using namespace emblem::frontend;

namespace {

using Floats = std::vector<float>;

class WeightSection : public testing::Test {
protected:
  WeightSection() {
    mlir::DialectRegistry registry;
    registerPipelineDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
  }

  /// A file of one tensor that holds first, first + 1, ... in its dtype.
  std::string addFile(const char *name, const char *dtype,
                      std::vector<int64_t> shape, float first = 1) {
    std::string data;
    for (int64_t i = 0; i < mlir::ShapedType::getNumElements(shape); ++i) {
      auto bits = llvm::bit_cast<uint32_t>(first + i);
      // Small whole numbers lose nothing as f16 and bf16.
      if (dtype == std::string("F16"))
        bits = (((bits >> 23) - 112) << 10) | ((bits >> 13) & 0x3ff);
      if (dtype == std::string("BF16"))
        bits >>= 16;
      size_t size = dtype == std::string("F32") ? 4 : 2;
      data.append(reinterpret_cast<char *>(&bits), size);
    }
    auto side = [](int64_t n) { return std::to_string(n); };
    std::string header =
        llvm::formatv(
            R"({{"{0}": {{"dtype": "{1}", "shape": [{2}], "data_offsets": [0, {3}]})",
            name, dtype, llvm::join(llvm::map_range(shape, side), ", "),
            data.size())
            .str() +
        "}";
    return folder.write(std::string(name) + ".safetensors",
                        safetensorsBytes(header, data));
  }

  /// The section of the weights that `text` writes, one op a line.
  llvm::Expected<codegen::WeightSection> tryPack(const std::string &text) {
    std::string module =
        "func.func @m(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) attributes "
        "{kernel.model = {}} {\n" +
        text + "\nreturn }";
    auto parsed = mlir::parseSourceString<mlir::ModuleOp>(module, &context);
    mlir::PassManager passes(&context);
    passes.addNestedPass<mlir::func::FuncOp>(createPackWeights({"x86-64-v2"}));
    passes.addNestedPass<mlir::func::FuncOp>(createPlanMemory({"x86-64-v2"}));
    passes.addPass(createOutlineStages({"x86-64-v2"}));
    EXPECT_TRUE(mlir::succeeded(passes.run(*parsed)));
    auto store = llvm::cantFail(WeightStore::open(files));
    return codegen::packWeights(*parsed, *store);
  }
  Floats pack(const std::string &text) {
    codegen::WeightSection section = llvm::cantFail(tryPack(text));
    parameters = section.parameters;
    Floats values(section.bytes.size() / sizeof(float));
    std::memcpy(values.data(), section.bytes.data(), section.bytes.size());
    return values;
  }

  TestFolder folder;
  std::vector<std::string> files;
  mlir::MLIRContext context;
  int64_t parameters = 0;
};

/// `values`, then zeros.
Floats padded(Floats values, size_t size) {
  values.resize(size);
  return values;
}

// [3, 2]: the columns of a panel lie side by side, what is not there is zero.
TEST_F(WeightSection, PanelsTakeColumnsSideBySide) {
  files = {addFile("w", "F32", {3, 2})};
  EXPECT_EQ(pack(R"(%0 = kernel.weight matrix ["w"] : tensor<3x2xf32>)"),
            (Floats{1, 3, 5, 0, 0, 0, 0, 0, 2, 4, 6, 0, 0, 0, 0, 0}));
  EXPECT_EQ(parameters, 6);
}

TEST_F(WeightSection, PanelsGoOnWhereOneIsFull) {
  files = {addFile("w", "F32", {10, 1})};
  EXPECT_EQ(pack(R"(%0 = kernel.weight matrix ["w"] : tensor<10x1xf32>)"),
            padded({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 16));
}

TEST_F(WeightSection, SourcesAreJoined) {
  files = {addFile("q", "F32", {2, 1}), addFile("k", "F32", {1, 1}, 10),
           addFile("v", "F32", {3, 1}, 20)};
  EXPECT_EQ(
      pack(R"(%0 = kernel.weight matrix ["q", "k", "v"] : tensor<6x1xf32>)"),
      padded({1, 2, 10, 20, 21, 22}, 16));
  EXPECT_EQ(parameters, 6);
}

TEST_F(WeightSection, ZerosStandForAbsentBiases) {
  files = {addFile("b", "F32", {2})};
  EXPECT_EQ(pack(R"(%0 = kernel.weight row [2, "b", 1] : tensor<5xf32>)"),
            padded({0, 0, 1, 2}, 16));
  EXPECT_EQ(parameters, 2);
}

TEST_F(WeightSection, ValuesInPlace) {
  EXPECT_EQ(
      pack(
          R"(%0 = kernel.weight row [dense<[1.0, 2.0]> : tensor<2xf16>, dense<3.0> : tensor<2xf32>] : tensor<4xf32>)"),
      padded({1, 2, 3, 3}, 16));
  EXPECT_EQ(parameters, 4);
}

TEST_F(WeightSection, ATableKeepsItsRows) {
  files = {addFile("t", "F32", {2, 3})};
  Floats got = pack(R"(%0 = kernel.weight table ["t"] : tensor<2x3xf32>)");
  size_t width = got.size() / 2;
  EXPECT_EQ(Floats(got.begin(), got.begin() + width), padded({1, 2, 3}, width));
  EXPECT_EQ(Floats(got.begin() + width, got.end()), padded({4, 5, 6}, width));
}

TEST_F(WeightSection, ATableRowIsOneRow) {
  files = {addFile("t", "F32", {3, 2})};
  EXPECT_EQ(pack(R"(%0 = kernel.weight row ["t"] table_row 1 : tensor<2xf32>)"),
            padded({3, 4}, 16));
  EXPECT_EQ(
      pack(
          R"(%0 = kernel.weight row [dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>] table_row 1 : tensor<2xf32>)"),
      padded({3, 4}, 16));
}

TEST_F(WeightSection, SinusoidsOfAnOddWidth) {
  Floats got = pack(R"(%0 = kernel.weight sinusoid [3] : tensor<4x3xf32>)");
  size_t width = got.size() / 4;
  for (int position = 0; position < 4; ++position) {
    double slow = position / std::pow(10000.0, 2.0 / 3);
    Floats expected = {static_cast<float>(std::sin(position)),
                       static_cast<float>(std::cos(position)),
                       static_cast<float>(std::sin(slow))};
    auto row = got.begin() + position * width;
    EXPECT_EQ(Floats(row, row + width), padded(expected, width));
  }
  EXPECT_EQ(parameters, 0);
}

TEST_F(WeightSection, HalvesWiden) {
  files = {addFile("h", "F16", {4}), addFile("b", "BF16", {4}, 5)};
  EXPECT_EQ(pack(R"(%0 = kernel.weight row ["h", "b"] : tensor<8xf32>)"),
            padded({1, 2, 3, 4, 5, 6, 7, 8}, 16));
}

// Each weight begins on a cache line; one name in two places counts once.
TEST_F(WeightSection, WeightsFollowOneAnother) {
  files = {addFile("b", "F32", {2})};
  Floats got = pack("%0 = kernel.weight row [\"b\"] : tensor<2xf32>\n"
                    "%1 = kernel.weight row [\"b\", \"b\"] : tensor<4xf32>");
  EXPECT_EQ(got, padded({1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, //
                         1, 2, 1, 2},
                        32));
  EXPECT_EQ(parameters, 2);
}

TEST_F(WeightSection, AMissingWeightIsNamed) {
  expectParts(
      messageOf(tryPack(R"(%0 = kernel.weight row ["gone"] : tensor<2xf32>)")),
      {"'gone'"});
}

} // namespace
