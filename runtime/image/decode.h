//===- decode.h - From a picture file to pixels -----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_IMAGE_DECODE_H
#define EMBLEM_RUNTIME_IMAGE_DECODE_H

#include "runtime/image/picture.h"

namespace emblem::image {

/// The bytes of a whole file.
struct FileBytes {
  const uint8_t *data;
  size_t size;
};

/// Decodes a PNG or JPEG file into `channels` of 8 bits each: 3 as Pillow's
/// Image.open(...).convert("RGB") does, or 1 as convert("L"). So alpha and tRNS
/// are dropped, not blended; 16 bits a channel lose their lower 8, but plain
/// grey of 16 bits is clipped at 255; CMYK is read inverted, as Adobe writes
/// it; color profiles and the EXIF orientation do nothing. Of an animation it
/// takes the first picture.
///
/// False: `problem` says what is wrong. A file that is cut off, or damaged so
/// that pixels are missing, is refused. Thread-safe.
bool decode(FileBytes file, int channels, Picture &picture, Problem &problem);

bool decodePng(FileBytes file, int channels, Picture &picture,
               Problem &problem);
bool decodeJpeg(FileBytes file, int channels, Picture &picture,
                Problem &problem);

} // namespace emblem::image

#endif // EMBLEM_RUNTIME_IMAGE_DECODE_H
