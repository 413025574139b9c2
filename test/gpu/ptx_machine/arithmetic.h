//===- arithmetic.h - Instructions of integers and of others ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_PTX_MACHINE_ARITHMETIC_H
#define EMBLEM_TEST_GPU_PTX_MACHINE_ARITHMETIC_H

#include "test/gpu/ptx_machine/decoder.h"

namespace emblem::ptx {

/// add, sub, mul and so on, by the type.
void decodeIntegerArithmetic(Decoder &decoder);
void decodeFloatArithmetic(Decoder &decoder);

} // namespace emblem::ptx

#endif // EMBLEM_TEST_GPU_PTX_MACHINE_ARITHMETIC_H
