//===- tensor_core_builder.h - Products of the tensor cores -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A warp multiplies 16 rows by 8 columns, 32 bytes of each at a time: 16 bf16
// or f16, 32 bytes, or 8 f32. Seen as bytes all are alike: fragments lie in the same
// places of shared memory, and come by the same loads.
//
// A fragment is four registers. Of rows: lane l has row l / 4 and row l / 4 + 8 of
// the first 16 bytes, then of the second. Of columns: column l / 4 of the first
// 16 bytes and the second, then column l / 4 + 8. Sums: columns 2 (l % 4) and one
// more, of row l / 4 and of row l / 4 + 8.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CUDA_BUILDER_TENSOR_CORE_BUILDER_H
#define EMBLEM_COMPILER_BACKEND_CUDA_BUILDER_TENSOR_CORE_BUILDER_H

#include "compiler/backend/cuda/builder/device_builder.h"

#include <array>

namespace emblem::cuda {

/// What is multiplied, and what the sums are in.
enum class Product {
  Bf16, // bf16 by bf16: f32
  F16,  // f16 by f16: f32
  F32,  // f32 by f32: f32. Three products of tf32, see `multiply`
  // The same by multiply-adds of f32, which are not the tensor cores': who
  // multiplies reads rows and columns itself, and `sums` lie as theirs.
  PlainF32,
  Int8 // unsigned by signed bytes: i32, exact
};

/// Bytes of K that one product takes.
inline constexpr int64_t kStepBytes = 32;
inline constexpr int64_t kChunkBytes = 16;

/// Rows of equal length in shared memory, in chunks of 16 bytes. A chunk of
/// eight rows that follow each other lies in eight different places of the
/// banks: chunks are swapped within a row, or rows are an odd number of chunks
/// apart.
class SharedRows {
public:
  /// `apart`: always the latter. Every chunk of a row is then a constant away
  /// from its first, for a few bytes more.
  explicit SharedRows(int64_t rowBytes, bool apart = false);

  int64_t getChunks() const { return chunks; }
  bool areSwapped() const { return swapped > 1; }
  /// Bytes from a row to the next.
  int64_t getPitch() const { return pitch; }
  int64_t getBytes(int64_t rows) const { return rows * pitch; }
  /// Where a chunk lies, in bytes; eight rows further, eight pitches further.
  mlir::Value place(DeviceBuilder &b, mlir::Value row, mlir::Value chunk) const;

private:
  int64_t chunks, pitch;
  int64_t swapped;   // chunks that are swapped among each other
  int64_t alikeRows; // rows that follow each other with the same swap
};

/// How the threads of a block share the copy of rows: a few threads a row, each
/// with every so many-th chunk.
struct RowCopy {
  SharedRows rows;
  int64_t threadsPerRow, rowsPerRound;
  mlir::Value row, chunk; // the thread's first
  mlir::Value place;      // of that chunk in shared memory
  /// A chunk goes in pieces of so many bytes, a power of two from 2 on: what
  /// the rows are aligned to.
  int64_t pieceBytes = kChunkBytes;
};

class TensorCoreBuilder {
public:
  using Value = mlir::Value;
  using Fragment = std::array<Value, 4>;

  TensorCoreBuilder(DeviceBuilder &b, Value thread)
      : b(b), lane(b.rem(thread, 32)) {}

  Value getLane() const { return lane; }

  // Copies from global to shared memory, asynchronous.
  /// So that a round copies at most `mostRows` rows.
  RowCopy shareCopy(const SharedRows &rows, Value thread, int64_t threads,
                    int64_t mostRows);
  /// Copies `rowCount` rows to `to`, the thread's place in them; `from` is the
  /// thread's first chunk of rows that are `pitch` bytes apart. `bytes`, where
  /// given, says how many of a piece are there, in the thread's round-th row and
  /// `byte` bytes behind the begin of its first chunk; the others become zero,
  /// and are not read.
  void copyRows(
      const RowCopy &copy, Value to, Value from, int64_t rowCount,
      int64_t pitch,
      llvm::function_ref<Value(int64_t round, int64_t byte)> bytes = nullptr);
  /// What was copied since the last such group is one.
  void commitCopies();
  /// Until at most so many groups are on their way, of this thread alone: a
  /// barrier comes behind.
  void waitForCopies(int64_t groupsLeft);

  // Fragments from shared memory. The places are those of the lane, which
  // `load` takes.
  /// Of 16 rows from `row` on, of which lane l / 4 + 8 holds one; chunks
  /// `chunk` and `chunk` + 1.
  Value placeOfRows(const SharedRows &rows, Value row, int64_t chunk);
  /// Of 16 rows from `row` on that are columns of the right matrix.
  Value placeOfColumns(const SharedRows &rows, Value row, int64_t chunk);
  /// Of 16 rows from `row` on that are K of the right matrix, its columns being
  /// the 16 elements of 2 bytes at `chunk`; by `loadTransposed`.
  Value placeOfDepth(const SharedRows &rows, Value row, int64_t chunk) {
    return placeOfRows(rows, row, chunk);
  }
  Fragment load(Value pointer) { return loadMatrices(pointer, false); }
  Fragment loadTransposed(Value pointer) { return loadMatrices(pointer, true); }

  /// Eight columns of a fragment of sixteen, as `multiply` takes them; also of
  /// one that is split.
  static llvm::SmallVector<Value> getHalf(llvm::ArrayRef<Value> columns,
                                          int64_t half);

  // Products.
  /// sums += rows * half of a fragment of columns, by 8 columns each.
  void multiply(Product product, llvm::ArrayRef<Value> rows,
                llvm::ArrayRef<Value> columns,
                llvm::MutableArrayRef<Value> sums);
  /// The parts of four f32 that products of f32 take: eight registers, which
  /// `multiply` takes in the fragment's place.
  llvm::SmallVector<Value> split(llvm::ArrayRef<Value> f32Bits);

private:
  void copyPiece(Value to, Value from, int64_t pieceBytes, Value bytes);
  Fragment loadMatrices(Value pointer, bool transposed);
  void multiplyOnce(Product product, llvm::ArrayRef<Value> rows,
                    llvm::ArrayRef<Value> columns,
                    llvm::MutableArrayRef<Value> sums);

  DeviceBuilder &b;
  Value lane;
};

} // namespace emblem::cuda

#endif // EMBLEM_COMPILER_BACKEND_CUDA_BUILDER_TENSOR_CORE_BUILDER_H
