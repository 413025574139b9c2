//===- computed_layouts_test.cpp - Weights that layouts compute -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "weight_section_fixture.h"

#include <cmath>

using namespace emblem;

namespace {

using Rows = std::vector<Floats>;

class ComputedLayouts : public WeightSection {
protected:
  /// The true columns of the one weight that the layout makes, which is packed
  /// `width` wide.
  Rows computed(const std::string &layout, int64_t rows, int64_t columns,
                int64_t width) {
    auto text = llvm::formatv("%0 = kernel.weight {0} : tensor<{1}x{2}xf32>",
                              layout, rows, columns);
    Floats all = pack(text.str());
    Rows result;
    for (int64_t row = 0; row < rows; ++row) {
      auto begin = all.begin() + row * width;
      result.emplace_back(begin, begin + columns);
      EXPECT_EQ(Floats(begin + columns, begin + width), Floats(width - columns))
          << "what packing adds";
    }
    return result;
  }
};

Floats turned(double angle, double amplitude = 1) {
  return {static_cast<float>(amplitude * std::cos(angle)),
          static_cast<float>(amplitude * std::sin(angle))};
}

TEST_F(ComputedLayouts, RotaryTable) {
  EXPECT_EQ(
      computed("rotary<features = 2, base = 1.0e4, factor = 2.0>", 2, 2, 8),
      (Rows{turned(0), turned(0.5)}));
  EXPECT_EQ(computed("rotary<features = 2, frequencies = dense<0.25> : "
                     "tensor<1xf64>, amplitude = 2.0>",
                     2, 2, 8),
            (Rows{turned(0, 2), turned(0.25, 2)}));
}

// Columns are the distances -1, 0 and 1.
TEST_F(ComputedLayouts, ByDistance) {
  EXPECT_EQ(computed("alibi<positions = 2>", 1, 3, 24),
            (Rows{{-1.0f / 256, 0, -1.0f / 256}}));
  EXPECT_EQ(computed("position_rows<height = 4, positions = 2>", 1, 3, 24),
            (Rows{{3, 2, 1}}));
  EXPECT_EQ(computed("position_bias<table = dense<[[5.0], [6.0], [7.0], "
                     "[8.0]]> : tensor<4x1xf32>, max_distance = 8, "
                     "positions = 2>",
                     1, 3, 24),
            (Rows{{6, 5, 8}}));
}

TEST_F(ComputedLayouts, ProjectionTransposesATable) {
  files = {addFile("t", "F32", {2, 3})};
  EXPECT_EQ(computed(R"(projection<table = "t">)", 3, 2, 24),
            (Rows{{1, 4}, {2, 5}, {3, 6}}));
}

TEST_F(ComputedLayouts, ProjectionOfNormedRows) {
  EXPECT_EQ(computed("projection<table = dense<[[1.0, 3.0]]> : "
                     "tensor<1x2xf32>, scale = dense<[2.0, 4.0]> : "
                     "tensor<2xf32>, shift = dense<[1.0, 0.0]> : "
                     "tensor<2xf32>, epsilon = 0.0, "
                     "matrix = dense<[[1.0, 0.0], [1.0, 1.0]]> : "
                     "tensor<2x2xf32>, bias = dense<[0.0, 0.5]> : "
                     "tensor<2xf32>>",
                     2, 1, 24),
            (Rows{{-1}, {3.5}}));
}

TEST_F(ComputedLayouts, PatchPositions) {
  EXPECT_EQ(computed("patch_positions<features = 2, class_token = dense<[[1.0, "
                     "2.0]]> : tensor<1x2xf32>, positions = dense<[[10.0, "
                     "20.0], [30.0, 40.0]]> : tensor<2x2xf32>, "
                     "bias = dense<1.0> : tensor<2xf32>>",
                     2, 2, 8),
            (Rows{{10, 21}, {30, 40}}));
}

TEST_F(ComputedLayouts, ProbeQuery) {
  Floats got = pack("%0 = kernel.weight probe_query<probe = dense<[[1.0, 2.0]]>"
                    " : tensor<1x2xf32>, matrix = dense<[[1.0, 1.0], [0.0, "
                    "1.0], [2.0, 0.0]]> : tensor<3x2xf32>, bias = dense<[0.0, "
                    "0.0, 1.0]> : tensor<3xf32>> : tensor<3xf32>");
  EXPECT_EQ(Floats(got.begin(), got.begin() + 8),
            (Floats{3, 2, 3, 0, 0, 0, 0, 0}));
}

// What a layout names is the model's own, as sources are.
TEST_F(ComputedLayouts, NamedWeightsAreParameters) {
  files = {addFile("t", "F32", {2, 3})};
  pack(R"(%0 = kernel.weight projection<table = "t"> : tensor<3x2xf32>
          %1 = kernel.weight table ["t"] : tensor<2x3xf32>)");
  EXPECT_EQ(parameters, 6);
}

} // namespace
