//===- filter_table.h - Weights of the pixels under a pixel -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_IMAGE_FILTER_TABLE_H
#define EMBLEM_RUNTIME_IMAGE_FILTER_TABLE_H

#include <cstdint>
#include <cstdlib>

namespace emblem::image {

/// For each of some output pixels along one axis, the input pixels that it is a
/// weighted sum of. Weights have 22 fractional bits and sum to about 1; the
/// table has them four by four, as the loops that use it read them.
///
/// The numbers are those of Pillow (Resample.c), bit for bit: the filter is
/// stretched by the scale when the picture shrinks (antialiasing), weights are
/// computed in double, divided by their sum, and rounded half away from zero.
class FilterTable {
public:
  static constexpr int fractionBits = 22;

  /// Writes four words that say four weights.
  using PackWeights = void (*)(const int32_t *weights, int32_t *to);

  /// What an output pixel is made of: `count` inputs from `first` on. Every
  /// four, and the last ones with zeros behind them, have four words.
  struct Taps {
    int64_t first;
    int32_t count;
    const int32_t *weights;
  };

  FilterTable() = default;
  FilterTable(const FilterTable &) = delete;
  FilterTable &operator=(const FilterTable &) = delete;
  ~FilterTable() {
    std::free(outputs);
    std::free(weights);
  }

  /// For output pixels [begin, end) of `size`, of an axis of `inputs` pixels;
  /// `filter` is EMBLEM_FILTER_... but not nearest. In an aligned table every
  /// `first` and `count` is a multiple of four and all counts are the same, by
  /// weights of zero about the others, of which some may belong to no input.
  /// False: there is no memory.
  bool build(int filter, int64_t inputs, int64_t size, int64_t begin,
             int64_t end, bool aligned, PackWeights pack);

  /// [size()], from output pixel `begin` on.
  const Taps *taps() const { return outputs; }
  int64_t size() const { return length; }
  /// The inputs that any output needs: from firstInput() up to lastInput().
  int64_t firstInput() const { return outputs[0].first; }
  int64_t lastInput() const { return stop; }
  /// Taps of an output, at most.
  int64_t mostTaps() const { return most; }

private:
  Taps *outputs = nullptr;
  int32_t *weights = nullptr;
  int64_t length = 0, most = 0, stop = 0;
};

} // namespace emblem::image

#endif // EMBLEM_RUNTIME_IMAGE_FILTER_TABLE_H
