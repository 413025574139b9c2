//===- packed_weight.h - One weight as kernels read it ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_PACKAGE_PACKED_WEIGHT_H
#define EMBLEM_COMPILER_PACKAGE_PACKED_WEIGHT_H

#include "compiler/package/layout_writers.h"
#include "compiler/package/weight_entry.h"
#include "compiler/weights/weight_store.h"

namespace emblem::package {

/// One entry of the weight section: its sources joined, then laid out. It is a
/// row of parts, each of as many bytes (a row of a table, a panel of a matrix,
/// a scale), which are written independently of one another: what is in memory
/// at once does not grow with the weight.
class PackedWeight {
public:
  /// The error names a source that is not there.
  static llvm::Expected<PackedWeight>
  create(const WeightEntry &entry, const frontend::WeightStore &store);

  int64_t getOffset() const { return entry.offset; }
  int64_t getParts() const { return division.parts; }
  int64_t getPartBytes() const { return partBytes; }
  int64_t getBytes() const { return division.parts * partBytes; }
  /// Values that are read to write one part.
  int64_t getPartValues() const { return division.partRows * division.width; }

  /// Writes parts `first` to `first + out.size() / getPartBytes() - 1`; `out`
  /// holds zeros.
  llvm::Error write(int64_t first, llvm::MutableArrayRef<char> out) const;

private:
  PackedWeight(const WeightEntry &entry, const frontend::WeightStore &store);

  /// How the weight is divided, from its sources' sizes.
  llvm::Error measure();
  llvm::Error checkDivision(int64_t values) const;
  llvm::Expected<int64_t> countValues(size_t source) const;
  llvm::Error readSource(size_t source, int64_t begin,
                         llvm::MutableArrayRef<float> values) const;
  /// Of all sources, one after the other, times the factor.
  llvm::Error readJoined(int64_t begin,
                         llvm::MutableArrayRef<float> values) const;
  /// Rows of the matrix that the sources make, as they are packed; fewer where
  /// they end.
  llvm::Expected<std::vector<float>> readRows(int64_t first,
                                              int64_t count) const;
  llvm::Error writeComputed(llvm::MutableArrayRef<char> out) const;
  /// Each row's channels from one after the other to side by side.
  void interleaveChannels(llvm::MutableArrayRef<float> values) const;
  /// Refuses what f16 does not hold, where that is what is written; the first
  /// value is the `begin`-th of all sources.
  llvm::Error checkRange(llvm::ArrayRef<float> values, int64_t begin) const;
  /// Divides the columns of a matrix by their factors.
  void smooth(llvm::MutableArrayRef<float> values) const;

  struct Source {
    mlir::Attribute attribute;
    frontend::WeightExpression weight; // where it is one
    int64_t values = 0;                // how many it has
  };

  WeightEntry entry;
  const LayoutWriter *writer;
  const frontend::WeightStore *store;
  std::vector<Source> sources;
  Division division;
  int64_t partBytes = 0;
};

} // namespace emblem::package

#endif // EMBLEM_COMPILER_PACKAGE_PACKED_WEIGHT_H
