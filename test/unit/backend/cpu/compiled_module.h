//===- compiled_module.h - A target's code, run here ------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Compiles functions over kernels or loops with the passes and for the target
// that a model is compiled with, and runs them in this process.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_UNIT_CODEGEN_COMPILED_MODULE_H
#define EMBLEM_TEST_UNIT_CODEGEN_COMPILED_MODULE_H

#include "compiler/target/target_table.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace emblem::cpu {

/// A memref as the C interface of a function takes it.
template <typename T, size_t Rank> struct Buffer {
  T *allocated;
  T *aligned;
  int64_t offset = 0;
  int64_t sizes[Rank];
  int64_t strides[Rank];

  /// All of `elements`, row by row.
  Buffer(std::vector<T> &elements, std::array<int64_t, Rank> shape)
      : allocated(elements.data()), aligned(elements.data()) {
    int64_t stride = 1;
    for (size_t i = Rank; i-- > 0; stride *= shape[i]) {
      sizes[i] = shape[i];
      strides[i] = stride;
    }
    EXPECT_EQ(size_t(stride), elements.size());
  }
};

class CompiledModule {
public:
  using Fill = std::function<void(mlir::ModuleOp)>;
  /// What `fill` puts into an empty module.
  CompiledModule(const Target &target, const Fill &fill);
  /// What `text` says.
  CompiledModule(const Target &target, const std::string &text);

  /// The function of this name; it has the attribute llvm.emit_c_interface, and
  /// takes a pointer to a Buffer for each memref.
  template <typename Function> Function *find(const std::string &name) const {
    return llvm::cantFail(jit->lookup("_mlir_ciface_" + name))
        .template toPtr<Function *>();
  }

private:
  void compile(const Target &target, mlir::ModuleOp module);

  std::unique_ptr<llvm::orc::LLJIT> jit;
};

/// A test for each target that this machine can run; the others are skipped.
class OnEveryTarget : public testing::TestWithParam<const Target *> {
protected:
  void SetUp() override;
};
std::string targetName(const testing::TestParamInfo<const Target *> &parameter);
std::vector<const Target *> everyTarget();
/// Those, and x86-64-v3-vnni's code in AVX-512's encoding: few machines that
/// run tests have AVX-VNNI.
std::vector<const Target *> everyTargetAndEvex();

} // namespace emblem::cpu

#endif // EMBLEM_TEST_UNIT_CODEGEN_COMPILED_MODULE_H
