//===- resize.cpp - From decoded pixels to those that a model takes -------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/image/resize.h"

#include "emblem/model_table.h"
#include "runtime/parallel/heap_array.h"

#include <algorithm>
#include <cstring>

using namespace emblem::image;
using emblem::runtime::allocateFor;

/// Rows that are made along columns in one part.
static constexpr int64_t rowsDown = 8;
static_assert(rowsDown <= rowsAcross, "a part has memory for either");

Resize::~Resize() {
  std::free(nearestX);
  std::free(nearestY);
}

/// Which input each of [begin, begin + count) outputs takes. The position is
/// summed up step by step, as Pillow does, so that its rounding is the same.
static int64_t *nearestInputs(int64_t inputs, int64_t outputs, int64_t begin,
                              int64_t count) {
  int64_t *from = allocateFor<int64_t>(size_t(count));
  if (!from)
    return nullptr;
  const double step = double(inputs) / double(outputs);
  double at = step * 0.5;
  for (int64_t i = 0; i < begin + count; ++i, at += step)
    if (i >= begin)
      from[i - begin] = std::min(int64_t(at), inputs - 1);
  return from;
}

bool Resize::plan(const EmblemImageInput &asked, const PixelView &from,
                  const ResizeLoops &chosen) {
  input = &asked;
  loops = &chosen;
  picture = from;
  frame = frameOf(asked, from.width, from.height);
  top = std::max<int64_t>(frame.top, 0);
  left = std::max<int64_t>(frame.left, 0);
  rows = std::min(frame.top + asked.height, frame.height) - top;
  columns = std::min(frame.left + asked.width, frame.width) - left;

  middleTop = top;
  middleRows = rows;
  int64_t middleColumns = columns;
  if (asked.resize != EMBLEM_RESIZE_NONE &&
      asked.filter == EMBLEM_FILTER_NEAREST) {
    nearestX = nearestInputs(from.width, frame.width, left, columns);
    nearestY = nearestInputs(from.height, frame.height, top, rows);
    if (!nearestX || !nearestY)
      return false;
  } else {
    const int64_t lostRows = from.height - frame.height;
    const int64_t lostColumns = from.width - frame.width;
    if (lostColumns != 0 &&
        !across.build(asked.filter, from.width, frame.width, left,
                      left + columns, /*aligned=*/true, loops->packWeights))
      return false;
    if (lostRows != 0 &&
        !down.build(asked.filter, from.height, frame.height, top, top + rows,
                    /*aligned=*/false, loops->packWeights))
      return false;
    downFirst = lostColumns != 0 && lostRows > 0 && lostRows > 2 * lostColumns;
    if (downFirst) {
      middleColumns = across.lastInput() - across.firstInput();
    } else if (down.size() != 0) {
      middleTop = down.firstInput();
      middleRows = down.lastInput() - middleTop;
    }
  }
  middleStride = middleColumns * picture.channels;
  return true;
}

/// For the horizontal pass, and a part's rows of the second pass.
int64_t Resize::scratchBytes() const {
  const int64_t strip = std::max(stripPixels, (across.mostTaps() + 66) & ~63);
  return (strip + outputsAtOnce + columns) * picture.channels * rowsAcross;
}

/// Row `y` of the first pass where it resizes nothing along rows.
void Resize::copyRow(int64_t y, uint8_t *to) const {
  const int64_t channels = picture.channels;
  const uint8_t *from =
      picture.pixels +
      (nearestY ? nearestY[y] : middleTop + y) * picture.stride;
  if (!nearestX)
    std::memcpy(to, from + left * channels, size_t(columns * channels));
  else
    for (int64_t x = 0; x < columns; ++x, to += channels)
      std::memcpy(to, from + nearestX[x] * channels, size_t(channels));
}

/// Rows of a part of each pass.
int64_t Resize::firstRows() const { return downFirst ? rowsDown : rowsAcross; }
int64_t Resize::secondRows() const { return downFirst ? rowsAcross : rowsDown; }

int64_t Resize::firstParts() const {
  return (middleRows + firstRows() - 1) / firstRows();
}

void Resize::runFirst(int64_t part, uint8_t *scratch) {
  const int64_t begin = part * firstRows();
  const int64_t end = std::min(begin + firstRows(), middleRows);
  uint8_t *to = middle + begin * middleStride;
  if (!downFirst && across.size() != 0) {
    const uint8_t *pixels = picture.pixels;
    loops->horizontal(across.taps(), across.size(), picture.channels,
                      {pixels + (middleTop + begin) * picture.stride +
                           across.firstInput() * picture.channels,
                       picture.stride, end - begin,
                       pixels + (picture.height - 1) * picture.stride +
                           picture.width * picture.channels},
                      to, middleStride, scratch);
    return;
  }
  for (int64_t y = begin; y < end; ++y, to += middleStride)
    if (downFirst)
      loops->vertical(down.taps()[y],
                      picture.pixels + across.firstInput() * picture.channels,
                      picture.stride, middleStride, to);
    else
      copyRow(y, to);
}

int64_t Resize::secondParts() const {
  return (input->height + secondRows() - 1) / secondRows();
}

/// A row of what the model takes, from one of the resized picture, or from
/// null. Where there is no picture a byte is zero before it is scaled.
void Resize::fillRow(const uint8_t *from, float *to) const {
  const int channels = picture.channels;
  const int64_t before = from ? left - frame.left : input->width;
  const int64_t after = from ? before + columns : input->width;
  for (int64_t x = 0; x < input->width; ++x)
    if (x < before || x >= after)
      for (int c = 0; c < channels; ++c)
        to[x * channels + c] = input->shift[c];
  if (from)
    loops->toFloats(from, columns, channels, input->scale, input->shift,
                    to + before * channels);
}

void Resize::runSecond(int64_t part, uint8_t *scratch, float *pixels) const {
  const int64_t rowBytes = columns * picture.channels;
  uint8_t *resized = scratch + scratchBytes() - rowBytes * rowsAcross;
  const int64_t begin = part * secondRows();
  const int64_t end = std::min(begin + secondRows(), input->height);
  // Of the resized picture's rows that the model sees.
  const int64_t shown = frame.top - top;
  if (downFirst) {
    const int64_t first = std::max<int64_t>(begin + shown, 0);
    const int64_t last = std::min(end + shown, rows);
    if (first < last)
      loops->horizontal(across.taps(), across.size(), picture.channels,
                        {middle + first * middleStride, middleStride,
                         last - first, middle + middleRows * middleStride},
                        resized + (first - begin - shown) * rowBytes, rowBytes,
                        scratch);
  }
  for (int64_t y = begin; y < end; ++y) {
    float *to = pixels + y * input->width * picture.channels;
    const int64_t row = y + shown;
    if (row < 0 || row >= rows) {
      fillRow(nullptr, to);
    } else if (downFirst) {
      fillRow(resized + (y - begin) * rowBytes, to);
    } else if (down.size() == 0) {
      fillRow(middle + row * middleStride, to);
    } else {
      FilterTable::Taps taps = down.taps()[row];
      taps.first -= middleTop;
      loops->vertical(taps, middle, middleStride, middleStride, resized);
      fillRow(resized, to);
    }
  }
}
