//===- backend.h - From kernels to code for a kind of machine ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A backend is a folder under compiler/backend, and a line in backends.cpp
// there. It has its own layouts, memory plan and kinds of code; what it is
// given, a kernel.program of fused kernels in a precision, is the same for all.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_INTERFACE_BACKEND_H
#define EMBLEM_COMPILER_BACKEND_INTERFACE_BACKEND_H

#include "compiler/target/device/device_target.h"
#include "compiler/target/target_table.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassManager.h"

#include <string>

namespace emblem {

struct BackendOptions {
  const Target *target;
  std::string kernels = "auto"; // whose; as assign-providers has it
};

struct Backend {
  llvm::StringLiteral name;
  /// Passes from a kernel.program of kernels to one of stages, beside the
  /// functions that run them.
  void (*addStagePasses)(mlir::OpPassManager &passes,
                         const BackendOptions &options);
  /// Passes from those functions to the dialect that is translated to code.
  void (*addCodePasses)(mlir::OpPassManager &passes,
                        const BackendOptions &options);
  /// The dialects that its passes write, with their translations.
  void (*registerDialects)(mlir::DialectRegistry &registry);
  /// Its passes by name, for emblem-opt.
  void (*registerPasses)();
};

struct DeviceBackendOptions {
  const DeviceTarget *target;
  bool plainF32 = false; // f32 is multiplied as it is, not in parts of tf32
};

/// The same for a device, whose code a program has beside that of the CPU or
/// in its place: from a kernel.program of fused kernels to one of device.stages.
struct DeviceBackend {
  llvm::StringLiteral name; // of its target
  void (*addStagePasses)(mlir::OpPassManager &passes,
                         const DeviceBackendOptions &options);
  void (*addCodePasses)(mlir::OpPassManager &passes,
                        const DeviceBackendOptions &options);
  void (*registerDialects)(mlir::DialectRegistry &registry);
  void (*registerPasses)();
};

} // namespace emblem

#endif // EMBLEM_COMPILER_BACKEND_INTERFACE_BACKEND_H
