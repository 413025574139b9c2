//===- host_measurement.h - A device's precision, by a CPU ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// No device is needed to compile for one: what its precision costs a model, and
// which layers need a higher one, is measured with the code of a CPU.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_HOST_MEASUREMENT_H
#define EMBLEM_COMPILER_DRIVER_HOST_MEASUREMENT_H

#include "compiler/driver/sensitivity.h"
#include "compiler/target/narrow_arithmetic.h"

namespace emblem::driver {

/// Of the CPUs whose code runs here the one that multiplies most as the machine
/// does, and of those the most demanding; null where none runs.
const Target *findHost(const NarrowArithmetic &machine);

/// Whether `host` keeps more of the numbers that it multiplies in `precision`
/// than the machine does: what it measures is then better than the machine's.
bool roundsLess(const Target &host, const NarrowArithmetic &machine,
                Precision precision);

/// The precision in which a CPU stands for a device's: f16's is bf16, which has
/// fewer digits.
inline Precision getHostPrecision(Precision ofDevice) {
  return ofDevice == Precision::F16 ? Precision::Bf16 : ofDevice;
}

/// A model compiled for a CPU that runs here, to be measured.
class HostProgram {
public:
  static llvm::Expected<HostProgram> compile(const InProcessInputs &inputs,
                                             const PipelineOptions &options);

  /// How near the probe's vectors are to f32's; those of `dimension` numbers.
  llvm::Expected<accuracy::Cosines> compare(const InProcessInputs &inputs,
                                            const Reference &reference,
                                            int64_t dimension) const;
  PlainProgram asPlain() const;

private:
  HostProgram() = default;

  mlir::OwningOpRef<mlir::ModuleOp> module; // lowered
  llvm::SmallVector<char, 0> object;
  std::vector<accuracy::LiveValue> values;
};

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_HOST_MEASUREMENT_H
