//===- make_pixels.h - From pictures to what a model takes ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_IMAGE_MAKE_PIXELS_H
#define EMBLEM_RUNTIME_IMAGE_MAKE_PIXELS_H

#include "emblem/emblem.h"
#include "emblem/model_table.h"

/// Decodes and resizes pictures on a model's threads: several at once, or one
/// by all of them. The one symbol that this room has outside, for tables of
/// models that take images (EMBLEM_PICTURES_SYMBOL).
extern "C" int64_t emblem_pictures_abi5(const EmblemPictureJob *job);

#endif // EMBLEM_RUNTIME_IMAGE_MAKE_PIXELS_H
