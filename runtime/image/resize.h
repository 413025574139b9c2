//===- resize.h - From decoded pixels to a model's --------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_IMAGE_RESIZE_H
#define EMBLEM_RUNTIME_IMAGE_RESIZE_H

#include "runtime/image/filter_table.h"
#include "runtime/image/frame.h"
#include "runtime/image/picture.h"
#include "runtime/image/resize_loops.h"

namespace emblem::image {

/// One picture, resized, cut and scaled as an EmblemImageInput says, in two
/// passes whose parts may run on any threads. Resized bytes are exactly those
/// of Pillow's Image.resize: along rows, rounded to bytes, and then along
/// columns, or the other way where a picture loses more than twice as many rows
/// as columns (Pillow 13; before that it always began along rows). Only what
/// the model sees is computed.
class Resize {
public:
  Resize() = default;
  Resize(const Resize &) = delete;
  Resize &operator=(const Resize &) = delete;
  ~Resize();

  /// The picture outlives this, and has as many channels as the model takes.
  /// Once only. False: there is no memory.
  bool plan(const EmblemImageInput &input, const PixelView &picture,
            const ResizeLoops &loops = resizeLoops());

  /// What is between the passes, for all parts of both.
  int64_t middleBytes() const { return middleRows * middleStride; }
  void useMiddle(uint8_t *memory) { middle = memory; }

  /// For each thread, which uses it for its parts of either pass.
  int64_t scratchBytes() const;

  /// The first pass: parts [0, firstParts()).
  int64_t firstParts() const;
  void runFirst(int64_t part, uint8_t *scratch);

  /// The second, after the whole first one: parts [0, secondParts()). `pixels`:
  /// height * width * channels of the input, for all parts.
  int64_t secondParts() const;
  void runSecond(int64_t part, uint8_t *scratch, float *pixels) const;

private:
  int64_t firstRows() const;
  int64_t secondRows() const;
  void copyRow(int64_t y, uint8_t *to) const;
  void fillRow(const uint8_t *from, float *to) const;

  const EmblemImageInput *input = nullptr;
  const ResizeLoops *loops = nullptr;
  PixelView picture;
  Frame frame = {};
  // The part of the resized picture that the model sees.
  int64_t top = 0, left = 0, rows = 0, columns = 0;
  FilterTable across, down; // of that part; empty: this side stays as it is
  int64_t *nearestX = nullptr, *nearestY = nullptr; // or null
  bool downFirst = false;
  // What the first pass makes: rows from `middleTop` on, of the picture or of
  // the resized one.
  int64_t middleTop = 0, middleRows = 0, middleStride = 0;
  uint8_t *middle = nullptr;
};

} // namespace emblem::image

#endif // EMBLEM_RUNTIME_IMAGE_RESIZE_H
