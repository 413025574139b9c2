//===- kernel_dialect.cpp - Registration of the kernel dialect ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "dialects/kernel/kernel_dialect.h"

#include "dialects/kernel/kernel_dialect.cpp.inc"
#include "dialects/kernel/kernel_enums.cpp.inc"
#include "dialects/kernel/kernel_interfaces.cpp.inc"

using namespace emblem::kernel;

void KernelDialect::initialize() {
  registerAttributes();
  addOperations<
#define GET_OP_LIST
#include "dialects/kernel/kernel_ops.cpp.inc"
      >();
}
