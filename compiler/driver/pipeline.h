//===- pipeline.h - All passes, in order ------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_PIPELINE_H
#define EMBLEM_COMPILER_DRIVER_PIPELINE_H

#include "compiler/target/device/device_target.h"
#include "compiler/target/precision_table.h"
#include "compiler/target/target_table.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassManager.h"

namespace emblem {

/// Layers and stages that a low precision leaves in a higher one, named as
/// lower-precision has it.
struct KeptStages {
  llvm::SmallVector<std::string> names = {};
  Precision precision = Precision::Bf16;
};

struct PipelineOptions {
  const Target *target;
  Precision precision = Precision::F32;
  KeptStages kept = {};
  std::string kernels = "auto"; // as assign-providers has it
};

/// emb -> llvm dialect: the whole lowering.
void buildPipeline(mlir::OpPassManager &passes, const PipelineOptions &options);

/// emb -> kernels as functions, and kernels -> llvm dialect: its two halves.
void buildKernelPipeline(mlir::OpPassManager &passes,
                         const PipelineOptions &options);
void buildLoopPipeline(mlir::OpPassManager &passes,
                       const PipelineOptions &options);

/// The code of a device, beside that of the CPU or in its place.
struct DevicePipelineOptions {
  const DeviceTarget *target;
  Precision precision = Precision::F32;
  KeptStages kept = {};
  bool plainF32 = false; // DeviceBackendOptions has it
};

/// emb -> device stages, beside the functions of their kernels; and from there to
/// the device's code.
void buildDeviceStagePipeline(mlir::OpPassManager &passes,
                              const DevicePipelineOptions &options);
void buildDevicePipeline(mlir::OpPassManager &passes,
                         const DevicePipelineOptions &options);

/// Every dialect that a module passes through, with its translation to LLVM.
void registerPipelineDialects(mlir::DialectRegistry &registry);
void registerPipelineDialects(mlir::MLIRContext &context);

/// For emblem-opt: Emblem's passes by name, and the pipelines above as
/// --emblem-pipeline, --emblem-kernels and --emblem-loops.
void registerPipelines();

} // namespace emblem

#endif // EMBLEM_COMPILER_DRIVER_PIPELINE_H
