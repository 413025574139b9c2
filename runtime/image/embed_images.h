//===- embed_images.h - Vectors from pictures -------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_IMAGE_EMBED_IMAGES_H
#define EMBLEM_RUNTIME_IMAGE_EMBED_IMAGES_H

#include "emblem/emblem.h"
#include "runtime/image/picture.h"

namespace emblem::image {

/// Decodes and resizes `count` pictures into the pixels that the model takes,
/// on its threads: several at once, or one by all of them. The caller has the
/// model's turn. Returns how many, from the first, are done: all, or `problem`
/// says what is wrong with the next.
int64_t prepareImages(EmblemModel &model, const EmblemImage *images,
                      int64_t count, float *pixels, Problem &problem);

} // namespace emblem::image

#endif // EMBLEM_RUNTIME_IMAGE_EMBED_IMAGES_H
