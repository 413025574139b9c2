//===- decode.cpp - The decoder of a file ---------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/image/decode.h"

#include <cstring>

using namespace emblem::image;

namespace {

struct Signature {
  const char *kind;
  const char *bytes; // at `offset`
  size_t size, offset;
};

/// What else people have, so that the sentence can name it.
constexpr Signature others[] = {
    {"a GIF", "GIF8", 4, 0},
    {"a WebP", "WEBP", 4, 8},
    {"a BMP", "BM", 2, 0},
    {"a TIFF", "II*\0", 4, 0},
    {"a TIFF", "MM\0*", 4, 0},
    {"an AVIF", "ftypavif", 8, 4},
    {"a HEIC", "ftypheic", 8, 4},
    {"a JPEG XL", "\xff\x0a", 2, 0},
    {"a JPEG 2000", "\0\0\0\x0cjP", 6, 0},
    {"a PDF", "%PDF", 4, 0},
    {"an SVG", "<svg", 4, 0},
};

bool startsWith(FileBytes file, const char *bytes, size_t size,
                size_t offset = 0) {
  return file.size >= offset + size &&
         std::memcmp(file.data + offset, bytes, size) == 0;
}

} // namespace

bool emblem::image::decode(FileBytes file, int channels, Picture &picture,
                           Problem &problem) {
  if (file.size == 0)
    return problem.say("the file is empty");
  if (startsWith(file, "\x89PNG\r\n\x1a\n", 8))
    return decodePng(file, channels, picture, problem);
  if (startsWith(file, "\xff\xd8\xff", 3))
    return decodeJpeg(file, channels, picture, problem);
  for (const Signature &other : others)
    if (startsWith(file, other.bytes, other.size, other.offset))
      return problem.say("this is %s file; convert it to PNG or JPEG",
                         other.kind);
  return problem.say("this is neither a PNG nor a JPEG file");
}

/// What libpng and libjpeg have in place of stderr (CMakeLists.txt): their own
/// messages, which the decoders replace by sentences, are the only use.
extern "C" {
void *emblem_image_stderr;
}
