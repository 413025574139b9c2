//===- kernel_program.h - Device kernels, run on the CPU --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Compiles a kernel.program in its value form with the passes of a device, and
// runs its stages in order on the PTX machine, as the runtime launches them:
//
//   KernelProgram program(R"(
//     kernel.program @p(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
//       %x = kernel.weight table ["x"] : tensor<37x64xf32>
//       %0 = kernel.gather offsets(%offsets : tensor<?xi32>)
//           table(%ids, %x : tensor<?xi32>, tensor<37x64xf32>)
//           -> tensor<?x64xf32> {stage = "rows"}
//       kernel.output %0 width 64 : tensor<?x64xf32> {stage = "output"}
//     })");
//   program.setWeight("x", numbers(37 * 64));
//   Result result = program.run({.lengths = {1, 7}, .ids = count(8)});
//   EXPECT_EQ(result.faults, "");
//
// A gather of a table gives rows of any numbers. Each launch has a block of rows
// more than the batch needs, as the runtime's may have.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_KERNELS_KERNEL_PROGRAM_H
#define EMBLEM_TEST_GPU_KERNELS_KERNEL_PROGRAM_H

#include "compiler/target/device/device_target.h"
#include "dialects/device/device_dialect.h"
#include "test/gpu/ptx_machine/machine.h"

#include "mlir/IR/BuiltinOps.h"

#include <map>
#include <string>
#include <vector>

namespace emblem::gpu_test {

struct Batch {
  std::vector<int32_t> lengths; // of the texts, in tokens
  std::vector<int32_t> ids = {},
                       types = {}; // one a token; where there are none, zeros
  std::vector<float> pixels = {};  // of the images, one after the other

  int32_t countTokens() const;
};

/// An argument of a stage, read when the stage has run: 0 is the kernel's first
/// operand, results come behind the operands.
struct Watch {
  std::string stage;
  int argument = 0;
  int64_t pitch = 0;
};

struct RunOptions {
  /// The row class of each stage, as far as it has so many; -1: the one that
  /// the runtime takes for the batch.
  int rowClass = -1;
  /// What nobody has written in the arena may be read, and is NaNs.
  bool arenaIsReadable = false;
  /// Another number is another order of warps.
  uint32_t order = 1;
  Watch watch = {};
};

struct Result {
  std::vector<std::vector<float>> outputs;
  /// A line each, with the stage's name; empty where there are none. What an
  /// output lacks is one, too.
  std::string faults;
  /// Rows of the watched argument, as many as the batch has.
  std::vector<uint8_t> watched;
  uint64_t instructions = 0; // of warps
};

class KernelProgram {
public:
  /// The text of a module with one kernel.program; a mistake ends the process.
  /// `plainF32`: f32 is not multiplied in parts of tf32.
  explicit KernelProgram(const std::string &text, bool plainF32 = false);
  ~KernelProgram();

  /// The values of the weight whose first source has this name, or, where it
  /// is computed, whose layout has: in its shape in the text, row by row. They
  /// are narrowed to its type, and lie as on a device.
  void setWeight(const std::string &name, const std::vector<float> &values);

  Result run(const Batch &batch, const RunOptions &options = {});

private:
  struct Weight {
    int64_t rows, width; // in the text
    int64_t place, pitch;
    mlir::Type element;
  };
  struct Buffers;
  void noteText(mlir::ModuleOp module);
  void compile(mlir::ModuleOp module, bool plainF32);
  uint64_t getArgument(device::ArgumentAttr argument, const Buffers &buffers);
  void launch(device::StageOp stage, const Buffers &buffers, const Batch &batch,
              const RunOptions &options, Result &result);

  const DeviceTarget &target;
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::map<std::string, Weight> weights;
  std::vector<int64_t> outputWidths;
  int64_t arenaBytes, imagePixels = 0;
  ptx::GlobalMemory memory;
  std::map<std::string, ptx::Module> code;
  uint64_t weightsAddress = 0;
};

} // namespace emblem::gpu_test

#endif // EMBLEM_TEST_GPU_KERNELS_KERNEL_PROGRAM_H
