//===- frame.cpp - The part of a picture that a model sees ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/image/frame.h"

#include <algorithm>

using namespace emblem::image;

/// Half, rounded down where it is negative too.
static int64_t halfOf(int64_t number) { return number >> 1; }

Frame emblem::image::frameOf(const EmblemImageInput &input, int64_t width,
                             int64_t height) {
  if (input.resize == EMBLEM_RESIZE_EXACT) {
    width = input.resize_width;
    height = input.resize_height;
  } else if (input.resize == EMBLEM_RESIZE_SHORTEST_EDGE) {
    int64_t &shorter = width <= height ? width : height;
    int64_t &longer = width <= height ? height : width;
    longer = int64_t(double(input.resize_height * longer) / double(shorter));
    shorter = input.resize_height;
  }
  return {width, height, halfOf(width - input.width),
          halfOf(height - input.height)};
}
