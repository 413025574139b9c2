/*===- image_model.c - A model that only looks -------------------*- C -*-===*\
|* Part of Emblem, under the Apache License v2.0. See LICENSE.                *|
\*===----------------------------------------------------------------------===*/

/* For image_ratios.py: all that embedding a picture costs is the way from its
   bytes to the pixels. The script sets what these are to be. */

#include "emblem/model_table.h"

/* Of libemblem_image.a. */
int64_t emblem_pictures_abi5(const EmblemPictureJob *job);

static int32_t look(EmblemSpan *arena, EmblemSpan *weights, EmblemSpan *ids,
                    EmblemSpan *sequences, EmblemSpan *offsets,
                    EmblemSpan *types, EmblemSpan *pixels, EmblemSpan *vectors,
                    int64_t row_begin, int64_t row_end, int64_t column_begin,
                    int64_t column_end) {
  (void)arena, (void)weights, (void)ids, (void)sequences, (void)offsets;
  (void)types, (void)column_begin, (void)column_end;
  for (int64_t s = row_begin; s < row_end; ++s)
    ((float *)vectors->aligned)[s] = ((float *)pixels->aligned)[0];
  return 0;
}

static const EmblemStage stages[] = {{.name = "look",
                                      .run = look,
                                      .rows = EMBLEM_ROWS_ARE_SEQUENCES,
                                      .columns = 1}};

__attribute__((visibility("default"))) EmblemImageInput emblem_image_input = {
    .height = 224,
    .width = 224,
    .channels = 3,
    .resize = EMBLEM_RESIZE_EXACT,
    .filter = EMBLEM_FILTER_BILINEAR,
    .resize_height = 224,
    .resize_width = 224,
    .scale = {1 / 58.f, 1 / 57.f, 1 / 57.f},
    .shift = {-2.1f, -2.0f, -1.8f}};

__attribute__((visibility("default")))
const EmblemModelTable emblem_model_table = {.magic = EMBLEM_MAGIC,
                                             .abi_version = EMBLEM_ABI_VERSION,
                                             .architecture =
                                                 EMBLEM_OWN_ARCHITECTURE,
                                             .name = "look",
                                             .target = "any",
                                             .precision = "f32",
                                             .dimension = 1,
                                             .vocabulary_size = 1,
                                             .max_tokens = 1,
                                             .max_positions = 1,
                                             .row_block = 1,
                                             .stages = stages,
                                             .stage_count = 1,
                                             .input = EMBLEM_TAKES_IMAGES,
                                             .image = &emblem_image_input,
                                             .pictures = emblem_pictures_abi5};
