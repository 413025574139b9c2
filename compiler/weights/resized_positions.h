//===- resized_positions.h - Positions for another size ---------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_WEIGHTS_RESIZED_POSITIONS_H
#define EMBLEM_COMPILER_WEIGHTS_RESIZED_POSITIONS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace emblem::frontend {

/// "resized(table, 37x37 to 16x16)": the rows of a table, the last 37 * 37 of
/// which are places of a square, for a square of another size; the rows before
/// them stay. Between places stands a bicubic curve, PyTorch's `interpolate`
/// with `align_corners=False`; "antialiased" is its option of that name.
struct ResizedPositions {
  llvm::StringRef table;
  int64_t from, to; // places along a side
  bool antialiased;

  static std::optional<ResizedPositions> parse(llvm::StringRef name);
  std::string name() const;

  /// `values` are the rows of the table, `width` wide.
  std::vector<float> resize(llvm::ArrayRef<float> values, int64_t width) const;
};

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_WEIGHTS_RESIZED_POSITIONS_H
