//===- stage_writer.h - The device functions of one kernel ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A kernel op in its value form becomes one function or several, a row class
// each. A function's parameters are pointers to device memory: the batch's shape,
// then the op's operands and results in their order, then each token's text and
// the query tiles. Functions know sizes and types, not places: kernels that are
// alike but for those share them.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_STAGE_WRITER_H
#define EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_STAGE_WRITER_H

#include "compiler/backend/cuda/builder/device_builder.h"
#include "compiler/backend/cuda/builder/row_layout.h"
#include "compiler/backend/cuda/builder/tensor_core_builder.h"

#include "dialects/device/device_dialect.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace emblem::cuda {

/// How a function is launched, and for which batches.
struct KernelShape {
  int64_t mostRows = 0; // 0: any number
  int64_t blockRows = 1;
  int64_t gridX = 1;
  int64_t threads;
  int64_t sharedBytes = 0;   // dynamic
  int64_t mostRegisters = 0; // of a thread; 0: as many as it may have
};

/// The function of one row class, while it is written.
class KernelFunction : public DeviceBuilder {
public:
  KernelFunction(mlir::OpBuilder &builder, kernel::KernelOpInterface op,
                 mlir::gpu::GPUFuncOp function, const DeviceTarget &target);

  const DeviceTarget &getTarget() const { return target; }
  /// Where an operand or a result of the op begins.
  Value of(Value value);
  /// Where a row of them begins; a row of weights has but one.
  Value ofRow(Value value, Value row);
  /// An index of a token or a text.
  Value indexOf(Value indices, Value row);
  /// The token's text, as a number; and its place there.
  Value textOf(Value token);
  Value positionOf(Value token, Value offsets);
  /// Of an output: the caller's vectors.
  Value output();
  /// Counts of the batch: loads, to be made once.
  Value tokens();
  Value texts();
  /// int32 [T]: each token's text.
  Value sequences();
  Value countQueryTiles();
  /// Two int32, text and first query, for each block in y.
  Value queryTiles();
  /// The block's dynamic shared memory, 1024-byte aligned.
  Value sharedMemory();

private:
  Value shape(int64_t place);

  kernel::KernelOpInterface op;
  mlir::gpu::GPUFuncOp function;
  const DeviceTarget &target;
};

/// What all kernels are written for.
struct StageOptions {
  const DeviceTarget &target;
  bool plainF32; // f32 is multiplied as it is, not in parts of tf32
};

/// What a kernel's grid counts in y and z.
enum class Grid { Tokens, Texts, QueryTiles };

class StageWriter {
public:
  StageWriter(mlir::OpBuilder &builder, kernel::KernelOpInterface op,
              bool rowsAreTexts, const StageOptions &options,
              mlir::SymbolTable &symbols)
      : builder(builder), op(op), options(options), symbols(symbols),
        grid(rowsAreTexts ? Grid::Texts : Grid::Tokens) {}

  const DeviceTarget &getTarget() const { return options.target; }
  /// How products of f32 are made.
  Product getF32Product() const {
    return options.plainF32 ? Product::PlainF32 : Product::F32;
  }
  /// What the rows of the result (of an output: of its input) are, unless
  /// a kernel sets another.
  Grid getGrid() const { return grid; }
  void setGrid(Grid newGrid) { grid = newGrid; }

  /// Adds a function, in a gpu.module of its own; in rising order of their
  /// rows.
  void addKernel(const KernelShape &shape,
                 llvm::function_ref<void(KernelFunction &)> body);

  llvm::ArrayRef<device::KernelAttr> getKernels() const { return kernels; }

private:
  mlir::OpBuilder &builder;
  kernel::KernelOpInterface op;
  StageOptions options;
  mlir::SymbolTable &symbols;
  Grid grid;
  llvm::SmallVector<device::KernelAttr> kernels;
};

/// The functions of each kernel: a file a kernel, kernels.def lists them. Fails with
/// an error that says what the device has no code for.
#define EMBLEM_CUDA_KERNEL(NAME)                                               \
  mlir::LogicalResult write##NAME(kernel::NAME##Op op, StageWriter &stage);
#include "compiler/backend/cuda/kernels/kernels.def"

} // namespace emblem::cuda

#endif // EMBLEM_COMPILER_BACKEND_CUDA_KERNELS_STAGE_WRITER_H
