//===- probe_pictures.cpp - Pictures to compare precisions on -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/accuracy/probe_pictures.h"

#include <algorithm>
#include <cmath>
#include <random>

using namespace emblem::accuracy;

namespace {

/// One picture after the other, of bytes.
class Painter {
public:
  Painter(int64_t height, int64_t width, int64_t channels)
      : height(height), width(width), channels(channels) {}

  /// [height, width, channels], whole numbers from 0 to 255.
  std::vector<float> paint();

private:
  // The generator's numbers are the standard's; its distributions' are not.
  float between(float least, float most) {
    return least + (most - least) * float(generator() >> 40) / float(1 << 24);
  }
  int64_t below(int64_t end) { return int64_t(generator() % uint64_t(end)); }

  std::vector<float> field();
  void addSmooth(int64_t cell, std::vector<float> &to);
  void addEdges(std::vector<float> &to);

  std::mt19937_64 generator{6};
  const int64_t height, width, channels;
};

/// Random numbers at the corners of square cells, and between them what their
/// corners give.
void Painter::addSmooth(int64_t cell, std::vector<float> &to) {
  int64_t across = width / cell + 2, down = height / cell + 2;
  std::vector<float> corners(across * down);
  for (float &corner : corners)
    corner = between(-1, 1);
  for (int64_t y = 0; y < height; ++y)
    for (int64_t x = 0; x < width; ++x) {
      const float *corner = &corners[y / cell * across + x / cell];
      float right = float(x % cell) / float(cell);
      float low = float(y % cell) / float(cell);
      float top = corner[0] + (corner[1] - corner[0]) * right;
      float bottom =
          corner[across] + (corner[across + 1] - corner[across]) * right;
      to[y * width + x] += top + (bottom - top) * low;
    }
}

/// Rectangles, each brighter or darker than what it lies on.
void Painter::addEdges(std::vector<float> &to) {
  for (int64_t left = 3; left > 0; --left) {
    int64_t beginX = below(width), beginY = below(height);
    int64_t endX = beginX + 1 + below(width - beginX);
    int64_t endY = beginY + 1 + below(height - beginY);
    float step = between(-1, 1);
    for (int64_t y = beginY; y < endY; ++y)
      for (int64_t x = beginX; x < endX; ++x)
        to[y * width + x] += step;
  }
}

std::vector<float> Painter::field() {
  std::vector<float> values(height * width);
  for (int64_t cell = std::max(height, width); cell >= 2; cell /= 2)
    addSmooth(cell, values);
  return values;
}

std::vector<float> Painter::paint() {
  std::vector<float> brightness = field();
  addEdges(brightness);
  float mean = between(70, 180), contrast = between(12, 40);
  std::vector<float> pixels(height * width * channels);
  for (int64_t channel = 0; channel < channels; ++channel) {
    std::vector<float> own = field();
    float tint = between(-25, 25);
    for (int64_t i = 0; i < height * width; ++i) {
      float value = mean + tint + between(-3, 3) +
                    contrast * (brightness[i] + 0.25f * own[i]);
      pixels[i * channels + channel] =
          std::floor(std::clamp(value, 0.f, 255.f) + 0.5f);
    }
  }
  return pixels;
}

} // namespace

std::vector<float>
emblem::accuracy::makeProbePictures(const EmblemImageInput &image) {
  Painter painter(image.height, image.width, image.channels);
  std::vector<float> all;
  for (size_t picture = 0; picture < kProbePictures; ++picture) {
    std::vector<float> pixels = painter.paint();
    for (size_t i = 0; i < pixels.size(); ++i) {
      size_t channel = i % image.channels;
      all.push_back(pixels[i] * image.scale[channel] + image.shift[channel]);
    }
  }
  return all;
}
