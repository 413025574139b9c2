//===- compile_device.cpp - A model's code for a device -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/compilation.h"
#include "compiler/emit/weight_file.h"

#include "mlir/Pass/PassManager.h"

using namespace emblem;
using namespace emblem::driver;

llvm::Error Compilation::lowerForDevice(frontend::LoadedModel &source,
                                        LoweredModel &lowered) {
  LoweredDevice &device = lowered.device.emplace();
  device.module = source.module->clone();
  auto addPasses = [&](mlir::PassManager &passes) {
    buildDevicePipeline(
        passes, {options.device, options.precision, kept, options.plainF32});
  };
  if (llvm::Error error = runPasses(*device.module, addPasses))
    return error;
  if (llvm::Error error =
          device::takeCode(*device.module).moveInto(device.code))
    return error;
  if (!options.chip.empty())
    if (llvm::Error error = device::assemble(device.code, options.chip))
      return error;
  if (llvm::Error error =
          package::WeightSection::plan(*device.module, *source.weights)
              .moveInto(device.weights))
    return error;
  device.placement =
      device::placeWeights(kernel::getProgram(*device.module),
                           lowered.module ? kernel::getProgram(*lowered.module)
                                          : kernel::ProgramOp(),
                           lowered.getDeviceWeights());
  return llvm::Error::success();
}

namespace {
/// Bytes go elsewhere than the device has them.
struct ShiftedSink : package::WeightSink {
  ShiftedSink(package::WeightSink &sink, int64_t by) : sink(sink), by(by) {}
  llvm::Error write(int64_t offset, llvm::ArrayRef<char> bytes) override {
    return sink.write(offset + by, bytes);
  }

  package::WeightSink &sink;
  int64_t by;
};
} // namespace

/// What the CPU has not, from `place` in the file on.
llvm::Error Compilation::writeDeviceWeights(const LoweredDevice &device,
                                            uint64_t place) {
  emit::WeightFile file(*output, place);
  for (const device::OwnWeight &own : device.placement.own) {
    ShiftedSink sink(file, own.source - own.place);
    if (llvm::Error error = device.weights.write(own.index, sink, context))
      return error;
  }
  return llvm::Error::success();
}
