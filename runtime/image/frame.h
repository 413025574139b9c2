//===- frame.h - The part that a model sees ---------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_IMAGE_FRAME_H
#define EMBLEM_RUNTIME_IMAGE_FRAME_H

#include "emblem/model_table.h"

namespace emblem::image {

/// The picture is resized to width x height, and what the model takes is cut
/// out of its middle: from (left, top) on, which are negative where the model
/// takes more than there is; there, pixels are zero.
struct Frame {
  int64_t width, height;
  int64_t left, top;
};

/// For a picture of width x height. The long side is rounded down, as by
/// transformers' get_resize_output_image_size; an odd pixel that is cut off or
/// added lies where its center_crop has it.
Frame frameOf(const EmblemImageInput &input, int64_t width, int64_t height);

} // namespace emblem::image

#endif // EMBLEM_RUNTIME_IMAGE_FRAME_H
