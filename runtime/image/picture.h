//===- picture.h - Decoded pixels -------------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_IMAGE_PICTURE_H
#define EMBLEM_RUNTIME_IMAGE_PICTURE_H

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace emblem::image {

/// One sentence, without the file's name and without its end; empty: nothing is
/// wrong.
struct Problem {
  char sentence[256] = "";

  /// Keeps a sentence (printf's format), and returns false.
  [[gnu::format(printf, 2, 3)]] bool say(const char *format, ...);
};

/// Pixels as bytes, rows from the top, each `stride` bytes from the next,
/// channels together: grey, RGB, or RGB and a fourth byte that is not read.
struct PixelView {
  const uint8_t *pixels = nullptr;
  int64_t width = 0, height = 0;
  int channels = 0; // 1, 3 or 4
  int64_t stride = 0;
};

/// A decoded picture, which owns its pixels.
class Picture {
public:
  Picture() = default;
  Picture(const Picture &) = delete;
  Picture &operator=(const Picture &) = delete;
  ~Picture() { std::free(pixels); }

  /// Makes room for a picture, in place of what was there. False: there is no
  /// memory, or not for a picture of no or far too many pixels; `problem` says
  /// which.
  bool allocate(int64_t width, int64_t height, int channels, Problem &problem);

  uint8_t *row(int64_t y) { return pixels + y * width * channels; }
  PixelView view() const {
    return {pixels, width, height, channels, width * channels};
  }

private:
  uint8_t *pixels = nullptr;
  int64_t width = 0, height = 0;
  int channels = 0;
};

/// A picture of more is refused, as a small file may claim any size: in all
/// where Pillow's Image.open refuses, and a side where libpng does.
constexpr int64_t mostPixels = 178'956'970, mostSide = 1'000'000;

} // namespace emblem::image

#endif // EMBLEM_RUNTIME_IMAGE_PICTURE_H
