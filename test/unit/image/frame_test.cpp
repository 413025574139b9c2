//===- frame_test.cpp - The part of a picture that a model sees -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/image/frame.h"

#include <gtest/gtest.h>

using namespace emblem::image;

static EmblemImageInput inputOf(int32_t resize, int64_t height, int64_t width,
                                int64_t resizeHeight, int64_t resizeWidth = 0) {
  EmblemImageInput input = {};
  input.height = height;
  input.width = width;
  input.channels = 3;
  input.resize = resize;
  input.filter = EMBLEM_FILTER_BICUBIC;
  input.resize_height = resizeHeight;
  input.resize_width = resizeWidth;
  return input;
}

static void expectFrame(Frame frame, Frame wanted) {
  EXPECT_EQ(frame.width, wanted.width);
  EXPECT_EQ(frame.height, wanted.height);
  EXPECT_EQ(frame.left, wanted.left);
  EXPECT_EQ(frame.top, wanted.top);
}

TEST(Frame, ShortestEdgeRoundsTheLongSideDown) {
  const auto clip = inputOf(EMBLEM_RESIZE_SHORTEST_EDGE, 224, 224, 224);
  expectFrame(frameOf(clip, 1920, 1080), {398, 224, 87, 0});
  expectFrame(frameOf(clip, 1080, 1920), {224, 398, 0, 87});
  expectFrame(frameOf(clip, 100, 100), {224, 224, 0, 0});
  expectFrame(frameOf(clip, 3, 2), {336, 224, 56, 0});
}

TEST(Frame, AnOddPixelIsCutOffAtTheEnd) {
  const auto none = inputOf(EMBLEM_RESIZE_NONE, 4, 4, 0);
  expectFrame(frameOf(none, 7, 5), {7, 5, 1, 0});
}

/// And added at the beginning.
TEST(Frame, ASmallPictureLiesInTheMiddle) {
  const auto none = inputOf(EMBLEM_RESIZE_NONE, 4, 10, 0);
  expectFrame(frameOf(none, 7, 1), {7, 1, -2, -2});
}

TEST(Frame, ExactIgnoresProportions) {
  const auto vit = inputOf(EMBLEM_RESIZE_EXACT, 30, 20, 30, 20);
  expectFrame(frameOf(vit, 999, 3), {20, 30, 0, 0});
}
