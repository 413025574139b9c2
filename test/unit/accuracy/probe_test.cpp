//===- probe_test.cpp - Inputs for comparing two precisions ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/accuracy/probe_pictures.h"
#include "compiler/accuracy/probe_texts.h"

#include "llvm/Support/ConvertUTF.h"
#include "gtest/gtest.h"

#include <cmath>
#include <set>

using namespace emblem::accuracy;

TEST(ProbeTexts, AreDifferentTextsOfSeveralLengthsInUtf8) {
  std::set<llvm::StringRef> texts;
  size_t shortest = SIZE_MAX, longest = 0;
  for (llvm::StringRef text : probeTexts()) {
    EXPECT_TRUE(texts.insert(text).second) << text.str();
    const auto *begin = reinterpret_cast<const llvm::UTF8 *>(text.begin());
    EXPECT_TRUE(llvm::isLegalUTF8String(
        &begin, reinterpret_cast<const llvm::UTF8 *>(text.end())))
        << text.str();
    shortest = std::min(shortest, text.size());
    longest = std::max(longest, text.size());
  }
  EXPECT_GE(texts.size(), 32u);
  EXPECT_LE(texts.size(), 64u);
  EXPECT_LT(shortest, 10u);
  EXPECT_GT(longest, 800u);
}

TEST(ProbePictures, AreOfBytesWhoseNeighboursAreAlikeAndTheSameEachTime) {
  EmblemImageInput image = {};
  image.height = 40;
  image.width = 56;
  image.channels = 3;
  for (int channel = 0; channel < 3; ++channel) {
    image.scale[channel] = 0.5f;
    image.shift[channel] = float(-channel);
  }
  std::vector<float> pictures = makeProbePictures(image);
  ASSERT_EQ(pictures.size(), kProbePictures * 40 * 56 * 3);
  EXPECT_EQ(pictures, makeProbePictures(image));
  std::set<std::vector<float>> different;
  for (size_t picture = 0; picture < kProbePictures; ++picture) {
    auto begin = pictures.begin() + ptrdiff_t(picture * 40 * 56 * 3);
    different.emplace(begin, begin + 40 * 56 * 3);
    // Beside what is far away, a pixel is like the one next to it.
    double near = 0, far = 0;
    for (size_t y = 0; y < 40; ++y)
      for (size_t x = 0; x < 28; ++x) {
        auto green = [&](size_t column) {
          return begin[ptrdiff_t((y * 56 + column) * 3 + 1)];
        };
        double byte = (green(x) + 1) * 2;
        EXPECT_EQ(byte, std::floor(byte));
        EXPECT_TRUE(byte >= 0 && byte <= 255) << byte;
        near += std::abs(green(x) - green(x + 1));
        far += std::abs(green(x) - green(x + 28));
      }
    EXPECT_GT(near, 0);
    EXPECT_LT(near, 0.8 * far) << picture;
  }
  EXPECT_EQ(different.size(), kProbePictures);
}
