//===- picture.cpp - Decoded pixels ---------------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/image/picture.h"

#include <cinttypes>
#include <cstdarg>
#include <cstdio>

using namespace emblem::image;

bool Problem::say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(sentence, sizeof(sentence), format, arguments);
  va_end(arguments);
  return false;
}

bool Picture::allocate(int64_t newWidth, int64_t newHeight, int newChannels,
                       Problem &problem) {
  std::free(pixels);
  pixels = nullptr;
  width = height = 0;
  if (newWidth < 1 || newHeight < 1)
    return problem.say("the picture has no pixels");
  if (newWidth > mostSide || newHeight > mostSide ||
      newWidth * newHeight > mostPixels)
    return problem.say("the picture has %" PRId64 " x %" PRId64
                       " pixels; at most %" PRId64 " a side and %" PRId64
                       " in all are decoded",
                       newWidth, newHeight, mostSide, mostPixels);
  pixels = static_cast<uint8_t *>(
      std::malloc(size_t(newWidth * newHeight * newChannels)));
  if (!pixels)
    return problem.say("there is no memory for a picture of %" PRId64
                       " x %" PRId64 " pixels",
                       newWidth, newHeight);
  width = newWidth;
  height = newHeight;
  channels = newChannels;
  return true;
}
