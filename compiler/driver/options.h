//===- options.h - emblemc's command line -----------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_OPTIONS_H
#define EMBLEM_COMPILER_DRIVER_OPTIONS_H

#include "compiler/emit/emission.h"
#include "compiler/emit/link.h"
#include "compiler/frontend/architecture/model_choices.h"
#include "compiler/target/device/device_target.h"
#include "compiler/target/precision_table.h"
#include "compiler/target/target_table.h"

#include <optional>
#include <string>

namespace emblem::driver {

/// Whether a precision is fitted to the model's activations: int8 by their
/// ranges, f16 by those that it does not hold.
inline bool isCalibrated(Precision precision) {
  return precision == Precision::Int8 || precision == Precision::F16;
}

struct Options {
  std::string model;    // a folder, a file, or a name on the Hugging Face Hub
  std::string revision; // of such a name; empty: its main one
  frontend::ModelChoices choices; // where the model says nothing
  std::string output;             // "-" is standard output
  std::string symbol;             // what the model's table is called outside
  const emit::EmissionInfo *emission = nullptr; // what to write
  emit::Linkage linkage = emit::Linkage::Dynamic;
  bool serves = true;                   // the program has the command `serve`
  const Target *target = nullptr;       // the CPU's
  const DeviceTarget *device = nullptr; // beside the CPU, or null
  std::string chip;      // whose machine code the device's kernels have, too
  bool plainF32 = false; // on the device: no parts of tf32
  bool onCpu = true;     // false: on the device alone; `target` is its host's
  Precision precision = Precision::F32;
  std::string kernels =
      "auto";           // or a provider of kernels, or a file of choices
  std::string tuneFile; // where the choices by measurement go; empty: not asked
  std::optional<double> minimumCosine; // 0 to 1; none: the precision's bounds
  std::string calibrationFile; // a text a line; empty: the built-in texts
  unsigned threads = 0;        // for the compiler's own work; 0: one a CPU
  bool printPipeline = false;
  bool listModels = false;
  bool listTargets = false; // then nothing else is asked for

  /// Whether the compiler can run what it compiles, and compare its vectors.
  bool runsHere() const { return onCpu && emblem::runsHere(*target); }
  /// As --target has them, native by its own name.
  std::string targetNames() const;

  /// Whether `kernels` is a file that --tune wrote.
  bool hasKernelsFile() const {
    return llvm::StringRef(kernels).ends_with(".json");
  }
};

/// Reads the command line; also fills the options of MLIR's pass manager and
/// printer, which MLIR keeps itself. None where it does not make sense: one
/// sentence is then on standard error. --help and --version end the process.
std::optional<Options> parseOptions(int argc, char **argv);

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_OPTIONS_H
