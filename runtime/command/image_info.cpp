//===- image_info.cpp - A picture's way into a model ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/image_commands.h"
#include "runtime/command/output_file.h"

#include <cinttypes>

namespace emblem::command {

/// What the model, or its partner, makes of a picture; or null.
static const EmblemImageInput *imageOf(const EmblemModelTable &table) {
  return table.image_tower ? table.image_tower->image : table.image;
}

static const char *filterOf(const EmblemImageInput &image) {
  static const char *const names[] = {"nearest", "bilinear", "bicubic",
                                      "lanczos"};
  return names[image.filter];
}

static void writeText(const EmblemImageInput &image, OutputFile &output) {
  output.print("%-18s%" PRId64 " x %" PRId64 ", %s; ", "image", image.width,
               image.height, image.channels == 1 ? "grey" : "RGB");
  if (image.resize == EMBLEM_RESIZE_EXACT)
    output.print("resized to %" PRId64 " x %" PRId64 " (%s)",
                 image.resize_width, image.resize_height, filterOf(image));
  else if (image.resize == EMBLEM_RESIZE_SHORTEST_EDGE)
    output.print("the shorter side resized to %" PRId64 " (%s)",
                 image.resize_height, filterOf(image));
  else
    output.print("not resized");
  output.write(image.resize == EMBLEM_RESIZE_EXACT &&
                       image.resize_width == image.width &&
                       image.resize_height == image.height
                   ? "\n"
                   : ", the middle cut out\n");
}

static void writeJson(const EmblemImageInput &image, OutputFile &output) {
  static const char *const resizes[] = {"none", "exact", "shortest_edge"};
  output.print("  \"image\": {\"height\": %" PRId64 ", \"width\": %" PRId64
               ", \"channels\": %" PRId64 ", \"resize\": \"%s\"",
               image.height, image.width, image.channels,
               resizes[image.resize]);
  if (image.resize != EMBLEM_RESIZE_NONE)
    output.print(", \"filter\": \"%s\", \"resize_height\": %" PRId64,
                 filterOf(image), image.resize_height);
  if (image.resize == EMBLEM_RESIZE_EXACT)
    output.print(", \"resize_width\": %" PRId64, image.resize_width);
  output.write("},\n");
}

void describeImage(const EmblemModelTable &table, bool json,
                   OutputFile &output) {
  const EmblemImageInput *image = imageOf(table);
  if (image)
    json ? writeJson(*image, output) : writeText(*image, output);
}

} // namespace emblem::command
