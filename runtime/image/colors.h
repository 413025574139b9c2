//===- colors.h - From one kind of color to another -------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

// The integer formulas of Pillow's Image.convert.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_IMAGE_COLORS_H
#define EMBLEM_RUNTIME_IMAGE_COLORS_H

#include <cstdint>

namespace emblem::image {

/// The luma of ITU-R 601 in 16 fractional bits, rounded.
inline uint8_t greyOf(uint8_t red, uint8_t green, uint8_t blue) {
  return uint8_t((red * 19595u + green * 38470u + blue * 7471u + 0x8000u) >>
                 16);
}

/// Writes a pixel of 1 channel or of 3.
inline void storePixel(uint8_t red, uint8_t green, uint8_t blue, int channels,
                       uint8_t *pixel) {
  if (channels == 1) {
    *pixel = greyOf(red, green, blue);
    return;
  }
  pixel[0] = red;
  pixel[1] = green;
  pixel[2] = blue;
}

/// An ink over black, of an inverted CMYK pixel: 255 is no ink.
inline uint8_t inkOver(uint8_t ink, uint8_t black) {
  const uint32_t product = uint32_t(255 - ink) * black + 128;
  return uint8_t(black - (((product >> 8) + product) >> 8));
}

} // namespace emblem::image

#endif // EMBLEM_RUNTIME_IMAGE_COLORS_H
