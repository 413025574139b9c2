//===- kernel_choices.h - The provider of each kernel -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What --tune found on one machine, in a file that makes the same program on
// another:
//
//   {"target": "NAME", "kernels": {
//     "layer.*.feed_forward_up": {"provider": "halide", "speed": 1.04}}}
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_KERNEL_CHOICES_H
#define EMBLEM_COMPILER_DRIVER_KERNEL_CHOICES_H

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <string>
#include <vector>

namespace emblem::driver {

struct KernelChoice {
  std::string stages;   // of all layers: "layer.*.feed_forward_up"
  std::string provider; // the faster one
  double speed = 1;     // how many times that of the other
};

struct KernelChoices {
  std::string target;
  std::vector<KernelChoice> kernels;

  /// As assign-providers takes them.
  mlir::DictionaryAttr asAttribute(mlir::MLIRContext *context) const;
};

llvm::Expected<KernelChoices> readKernelChoices(llvm::StringRef path);
/// The file's text; the kernels alone are an attribute of `json`.
void writeKernelChoices(const KernelChoices &choices, llvm::raw_ostream &out);
void writeKernels(const KernelChoices &choices, llvm::json::OStream &json);

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_KERNEL_CHOICES_H
