//===- packed_weight.h - One weight as kernels read it ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_PACKAGE_PACKED_WEIGHT_H
#define EMBLEM_COMPILER_PACKAGE_PACKED_WEIGHT_H

#include "compiler/weights/weight_store.h"
#include "dialects/kernel/kernel_dialect.h"

#include "mlir/IR/BuiltinAttributes.h"

namespace emblem::package {

/// One entry of the weight section: its sources joined, then laid out. It is a
/// row of parts, each of as many bytes (a row of a table, a panel of a matrix,
/// a scale), which are written independently of one another: what is in memory
/// at once does not grow with the weight.
class PackedWeight {
public:
  /// `weight` has its place (pack-weights). The error names a source that is
  /// not there.
  static llvm::Expected<PackedWeight>
  create(kernel::WeightOp weight, const frontend::WeightStore &store);

  int64_t getOffset() const { return offset; } // bytes from the section's begin
  int64_t getParts() const { return parts; }
  int64_t getPartBytes() const { return partBytes; }
  int64_t getBytes() const { return parts * partBytes; }
  /// Values that are read to write one part.
  int64_t getPartValues() const { return partRows * width; }

  /// Writes parts `first` to `first + out.size() / getPartBytes() - 1`; `out`
  /// holds zeros.
  llvm::Error write(int64_t first, llvm::MutableArrayRef<char> out) const;

private:
  PackedWeight(kernel::WeightOp weight, const frontend::WeightStore &store);

  /// How the weight is divided, from its sources' sizes.
  llvm::Error measure();
  llvm::Expected<int64_t> countValues(size_t index) const;
  llvm::Error readSource(size_t index, int64_t begin,
                         llvm::MutableArrayRef<float> values) const;
  /// Of all sources, one after the other, times the factor.
  llvm::Error readJoined(int64_t begin,
                         llvm::MutableArrayRef<float> values) const;
  /// Rows of the matrix that the sources make, as they are packed; fewer where
  /// they end.
  llvm::Expected<std::vector<float>> readRows(int64_t first,
                                              int64_t count) const;
  llvm::Error writeComputed(llvm::MutableArrayRef<char> out) const;

  /// Writes one element in the weight's type, f32 or bf16.
  void put(char *out, int64_t index, float value) const;
  void writeRow(llvm::ArrayRef<float> row, char *out) const;
  void writeTable(llvm::ArrayRef<float> values, int64_t rowWidth,
                  char *out) const;
  void writePanels(llvm::ArrayRef<float> values, char *out) const;
  void writeInt4Panels(llvm::ArrayRef<float> values, char *out) const;
  void writeScales(llvm::ArrayRef<float> values, char *out) const;
  void writeGroupScales(llvm::ArrayRef<float> values, char *out) const;
  void writeCorrections(llvm::ArrayRef<float> values, char *out) const;
  /// Each row's channels from one after the other to side by side.
  void interleaveChannels(llvm::MutableArrayRef<float> values) const;
  /// Divides the columns of a matrix by their factors.
  void smooth(llvm::MutableArrayRef<float> values) const;

  kernel::Layout layout;
  mlir::ArrayAttr sources;
  mlir::RankedTensorType type;   // packed
  llvm::ArrayRef<int64_t> shape; // its sides
  mlir::IntegerAttr tableRow;
  mlir::FloatAttr factor;            // of every value, or null
  mlir::DenseElementsAttr smoothing; // a factor a column, or null
  mlir::IntegerAttr channels;        // of a matrix's rows, or null
  const frontend::WeightStore *store;
  int64_t offset;

  std::vector<frontend::WeightExpression> sourceWeights; // those that are
  std::vector<int64_t> sourceValues; // how many each source has
  int64_t rows = 1, width = 0;       // of the matrix that the sources make
  int64_t parts = 1, partRows = 1, partBytes = 0;
};

} // namespace emblem::package

#endif // EMBLEM_COMPILER_PACKAGE_PACKED_WEIGHT_H
