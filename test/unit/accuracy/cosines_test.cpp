//===- cosines_test.cpp - Cosines of vectors to those of f32 --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/accuracy/cosines.h"

#include "gtest/gtest.h"

#include <cmath>
#include <limits>

using namespace emblem::accuracy;

static constexpr float infinity = std::numeric_limits<float>::infinity();

TEST(Cosine, IsOfTheAngleAndNotOfTheLengths) {
  EXPECT_EQ(cosine({3, 4}, {3, 4}), 1);
  EXPECT_EQ(cosine({3, 4}, {-6, -8}), -1);
  EXPECT_EQ(cosine({1, 0, 0}, {0, 5, 0}), 0);
  EXPECT_NEAR(cosine({1, 0}, {2, 2}), std::sqrt(0.5), 1e-15);
  EXPECT_NEAR(cosine({1, 2, 3}, {3, 2, 1}), 10.0 / 14, 1e-15);
}

TEST(Cosine, SeesWhatF32WouldNot) {
  double tangent = 1e-4;
  EXPECT_NEAR(cosine({1, 0}, {1, 1e-4f}), 1 / std::hypot(1, tangent), 1e-15);
  EXPECT_NEAR(cosine({1e30f, 0}, {1e30f, 1e30f}), std::sqrt(0.5), 1e-15);
  EXPECT_NEAR(cosine({1e-30f, 0}, {1e-30f, 1e-30f}), std::sqrt(0.5), 1e-15);
}

TEST(Cosine, OfAVectorAndItselfIsOne) {
  std::vector<float> vector;
  for (int i = 1; i <= 384; ++i) {
    vector.push_back(1.0f / i);
    EXPECT_EQ(cosine(vector, vector), 1);
  }
}

TEST(Cosine, IsNeverPastOne) {
  std::vector<float> a, b;
  for (int i = 1; i <= 384; ++i) {
    a.push_back(1.0f / i);
    b.push_back(3.0f / i);
    EXPECT_LE(cosine(a, b), 1);
    EXPECT_GE(cosine(a, b), 1 - 1e-14);
  }
}

TEST(Cosine, OfUselessVectorsIsZero) {
  EXPECT_EQ(cosine({0, 0}, {0, 0}), 1);
  EXPECT_EQ(cosine({1, 0}, {0, 0}), 0);
  EXPECT_EQ(cosine({0, 0}, {1, 0}), 0);
  EXPECT_EQ(cosine({1, 0}, {NAN, 0}), 0);
  EXPECT_EQ(cosine({1, 0}, {infinity, 0}), 0);
  EXPECT_EQ(cosine({NAN, 0}, {NAN, 0}), 0);
  EXPECT_EQ(cosine({0, 0}, {NAN, 0}), 0);
}

TEST(CompareVectors, GivesOneCosineAText) {
  Cosines cosines = compareVectors({1, 0, 0, 1, 3, 4}, {1, 0, 1, 0, -3, -4}, 2);
  EXPECT_EQ(cosines.each, (std::vector<double>{1, 0, -1}));
  EXPECT_EQ(cosines.minimum, -1);
  EXPECT_EQ(cosines.mean, 0);
}

TEST(FormatCosine, CutsAndNeverRoundsUp) {
  EXPECT_EQ(formatCosine(1), "1.000000");
  EXPECT_EQ(formatCosine(0.9999999), "0.999999");
  EXPECT_EQ(formatCosine(0.99949999), "0.999499");
  EXPECT_EQ(formatCosine(0.5), "0.500000");
  EXPECT_EQ(formatCosine(0), "0.000000");
  EXPECT_EQ(formatCosine(-0.25), "-0.250000");
  EXPECT_EQ(formatCosine(-1), "-1.000000");
  // Each bound reads as itself.
  for (double bound : {0.9995, 0.9999, 0.995, 0.998, 0.95, 0.98})
    EXPECT_EQ(std::stod(formatCosine(bound)), bound);
}

TEST(Cosines, OfScoresAreCorrelations) {
  // Of the first label the same but for scale and place, of the second the
  // opposite.
  Cosines cosines = compareScores({1, 1, 2, 2, 4, 4}, {3, 9, 5, 8, 9, 6}, 2);
  ASSERT_EQ(cosines.each.size(), 2u);
  EXPECT_NEAR(cosines.each[0], 1, 1e-6);
  EXPECT_NEAR(cosines.each[1], -1, 1e-6);
  EXPECT_EQ(cosines.minimum, cosines.each[1]);
  EXPECT_NEAR(cosines.mean, 0, 1e-6);
}
