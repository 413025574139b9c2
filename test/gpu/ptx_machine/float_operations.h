//===- float_operations.h - Operations for each format ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// An operation is written once, for float and double. Narrow numbers are
// computed in double and rounded once.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_PTX_MACHINE_FLOAT_OPERATIONS_H
#define EMBLEM_TEST_GPU_PTX_MACHINE_FLOAT_OPERATIONS_H

#include "test/gpu/ptx_machine/element_types.h"

namespace emblem::ptx {

inline Half narrowTo(Half, double value) { return toHalf(value); }
inline Brain narrowTo(Brain, double value) { return toBrain(value); }

/// Subnormal sources and results are zeros.
template <typename Operation> struct Flushing {
  template <typename... T> float operator()(T... sources) const {
    return flushed(Operation()(flushed(sources)...));
  }
};

/// The result lies between 0 and 1; a NaN becomes 0.
template <typename Operation> struct Saturating {
  template <typename... T> float operator()(T... sources) const {
    float value = Operation()(sources...);
    return value > 0 ? (value < 1 ? value : 1) : 0;
  }
};

template <typename Operation> struct Narrow {
  template <typename T, typename... Rest>
  T operator()(T first, Rest... rest) const {
    return narrowTo(first, Operation()(static_cast<double>(first),
                                       static_cast<double>(rest)...));
  }
};

/// Two narrow numbers in a register.
template <typename Operation, typename T> struct Pair {
  template <typename... Sources> uint32_t operator()(Sources... sources) const {
    T low = Narrow<Operation>()(T(static_cast<uint16_t>(sources))...);
    T high = Narrow<Operation>()(T(static_cast<uint16_t>(sources >> 16))...);
    return low.bits | static_cast<uint32_t>(high.bits) << 16;
  }
};

/// nullptr for a type that is no floating-point one.
template <typename Operation, int kSources>
Handler floatHandler(Type type, bool flushes, bool saturates = false) {
  switch (type) {
  case Type::F32:
    if (saturates)
      return flushes
                 ? sameTypeHandler<Saturating<Flushing<Operation>>, float,
                                   kSources>()
                 : sameTypeHandler<Saturating<Operation>, float, kSources>();
    return flushes ? sameTypeHandler<Flushing<Operation>, float, kSources>()
                   : sameTypeHandler<Operation, float, kSources>();
  case Type::F64:
    return sameTypeHandler<Operation, double, kSources>();
  case Type::F16:
    return sameTypeHandler<Narrow<Operation>, Half, kSources>();
  case Type::BF16:
    return sameTypeHandler<Narrow<Operation>, Brain, kSources>();
  case Type::F16x2:
    return sameTypeHandler<Pair<Operation, Half>, uint32_t, kSources>();
  case Type::BF16x2:
    return sameTypeHandler<Pair<Operation, Brain>, uint32_t, kSources>();
  default:
    return nullptr;
  }
}

} // namespace emblem::ptx

#endif // EMBLEM_TEST_GPU_PTX_MACHINE_FLOAT_OPERATIONS_H
