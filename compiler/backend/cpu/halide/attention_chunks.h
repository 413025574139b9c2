//===- attention_chunks.h - A head's queries, chunk by chunk ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What generator/attention_kernel.cpp writes computes one chunk of keys. Maxima
// and totals go from chunk to chunk on the stack, the sums of values in the
// result itself.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_HALIDE_ATTENTION_CHUNKS_H
#define EMBLEM_COMPILER_BACKEND_CPU_HALIDE_ATTENTION_CHUNKS_H

#include "compiler/backend/cpu/halide/part.h"

namespace emblem::halide {

/// Queries of one head, and where their keys and values lie.
struct AttentionHead {
  BufferArgument queries, result; // [feature, query]
  mlir::Value queryCount;
  mlir::Value input; // of keys and values
  mlir::Value keyColumn, valueColumn;
};

class AttentionChunks {
public:
  /// Whether what a chunk's call keeps on its stack is at most kStackBytes:
  /// half of the stack of the runtime's threads.
  static constexpr int64_t kStackBytes = 512 * 1024;
  static bool fitStack(const Target &target, int64_t headSize,
                       int64_t positionTables = 0);

  /// For the heads of a function of its own.
  AttentionChunks(mlir::func::FuncOp function, IndexBuilder b,
                  CallWriter &calls, RequestLine request, int64_t headSize);

  /// What the call of a chunk takes besides, given the rows of its keys.
  using Tables =
      llvm::function_ref<void(Part keys, llvm::SmallVectorImpl<Argument> &)>;

  const HalideAttentionTiles &tiles() const {
    return calls.target.halideAttention;
  }

  /// At most a block of queries against rows [begin, end) of keys. Chunks
  /// begin at `begin`; those are passed over that do not meet [from, to), of
  /// which `from` begins one. `row` is that of the first query.
  void call(const AttentionHead &head, mlir::Value row, mlir::Value begin,
            mlir::Value end, mlir::Value from, mlir::Value to, Tables tables);

private:
  IndexBuilder b;
  CallWriter &calls;
  RequestLine request;
  int64_t headSize;
  mlir::Value maxima, totals; // [2 * query block]: of every other chunk
};

/// The fields that each request has.
RequestLine describeAttention(const Target &target, int64_t headSize,
                              const llvm::APFloat &scale, mlir::Value input,
                              mlir::Value out);

} // namespace emblem::halide

#endif // EMBLEM_COMPILER_BACKEND_CPU_HALIDE_ATTENTION_CHUNKS_H
