//===- emulated_function.h - Another architecture's code --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A function for another architecture, linked with call_function.c by a cross
// compiler and run by QEMU as a CPU that has what the target needs and no more,
// where there is such a one.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_UNIT_BACKEND_CPU_EMULATED_FUNCTION_H
#define EMBLEM_TEST_UNIT_BACKEND_CPU_EMULATED_FUNCTION_H

#include "argument.h"

#include "compiler/target/target_table.h"

#include "llvm/IR/Module.h"

#include <cstdio>
#include <sys/types.h>

namespace emblem::cpu {

/// Whether this machine has what links and runs the target's code.
bool isEmulated(const Target &target);

/// A process that lives as long as the object.
class EmulatedFunction {
public:
  /// `name`: a symbol of `program`.
  EmulatedFunction(const Target &target, llvm::Module &program,
                   llvm::StringRef name);
  ~EmulatedFunction();
  EmulatedFunction(const EmulatedFunction &) = delete;

  /// Buffers are copied there and back.
  void operator()(llvm::ArrayRef<Argument> arguments);

private:
  pid_t process = -1;
  std::FILE *calls = nullptr, *results = nullptr;
};

} // namespace emblem::cpu

#endif // EMBLEM_TEST_UNIT_BACKEND_CPU_EMULATED_FUNCTION_H
