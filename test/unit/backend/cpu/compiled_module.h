//===- compiled_module.h - A target's code, run -----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Compiles functions over kernels or loops with the passes and for the target
// that a model is compiled with, and runs them in this process, or by an
// emulator where they are another architecture's.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_UNIT_BACKEND_CPU_COMPILED_MODULE_H
#define EMBLEM_TEST_UNIT_BACKEND_CPU_COMPILED_MODULE_H

#include "emulated_function.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <vector>

namespace emblem::cpu {

/// A function whose C interface takes a pointer to a Buffer for each memref, and
/// indices.
class CompiledFunction {
public:
  explicit CompiledFunction(void *address) : address(address) {}
  explicit CompiledFunction(std::shared_ptr<EmulatedFunction> emulated)
      : emulated(std::move(emulated)) {}

  void operator()(std::initializer_list<Argument> arguments) const;

private:
  void *address = nullptr;
  std::shared_ptr<EmulatedFunction> emulated;
};

class CompiledModule {
public:
  using Fill = std::function<void(mlir::ModuleOp)>;
  /// What `fill` puts into an empty module.
  CompiledModule(const Target &target, const Fill &fill);
  /// What `text` says.
  CompiledModule(const Target &target, const std::string &text);

  /// The function of this name; it has the attribute llvm.emit_c_interface.
  CompiledFunction find(const std::string &name) const;

private:
  void compile(mlir::ModuleOp module);

  const Target &target;
  std::unique_ptr<llvm::orc::LLJIT> jit; // none: an emulator runs it
  std::unique_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::Module> program; // where an emulator runs it
};

/// A test for each target that this machine can run; the others are skipped.
class OnEveryTarget : public testing::TestWithParam<const Target *> {
protected:
  void SetUp() override;
};
/// Also for those that an emulator can run, much slower.
class OnEmulatedTargets : public OnEveryTarget {
protected:
  void SetUp() override;
};
std::string targetName(const testing::TestParamInfo<const Target *> &parameter);
std::vector<const Target *> everyTarget();
/// Those, and x86-64-v3-vnni's code in AVX-512's encoding: few machines that
/// run tests have AVX-VNNI.
std::vector<const Target *> everyTargetAndEvex();

} // namespace emblem::cpu

#endif // EMBLEM_TEST_UNIT_BACKEND_CPU_COMPILED_MODULE_H
