//===- element_types.h - Handlers by the type of an opcode ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_PTX_MACHINE_ELEMENT_TYPES_H
#define EMBLEM_TEST_GPU_PTX_MACHINE_ELEMENT_TYPES_H

#include "test/gpu/ptx_machine/lanes.h"

namespace emblem::ptx {

/// An operation whose sources, one to three, have the result's type.
template <typename Operation, typename T, int kSources>
constexpr Handler sameTypeHandler() {
  if constexpr (kSources == 1)
    return elementwise<Operation, T, T>;
  else if constexpr (kSources == 2)
    return elementwise<Operation, T, T, T>;
  else
    return elementwise<Operation, T, T, T, T>;
}

/// Of integers; nullptr for another type.
template <typename Operation, int kSources> Handler integerHandler(Type type) {
  switch (type) {
  case Type::B16:
  case Type::U16:
    return sameTypeHandler<Operation, uint16_t, kSources>();
  case Type::S16:
    return sameTypeHandler<Operation, int16_t, kSources>();
  case Type::B32:
  case Type::U32:
    return sameTypeHandler<Operation, uint32_t, kSources>();
  case Type::S32:
    return sameTypeHandler<Operation, int32_t, kSources>();
  case Type::B64:
  case Type::U64:
    return sameTypeHandler<Operation, uint64_t, kSources>();
  case Type::S64:
    return sameTypeHandler<Operation, int64_t, kSources>();
  default:
    return nullptr;
  }
}

} // namespace emblem::ptx

#endif // EMBLEM_TEST_GPU_PTX_MACHINE_ELEMENT_TYPES_H
