//===- generic_address.h - Windows of the generic space ---------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_PTX_MACHINE_GENERIC_ADDRESS_H
#define EMBLEM_TEST_GPU_PTX_MACHINE_GENERIC_ADDRESS_H

#include "test/gpu/ptx_machine/program.h"

namespace emblem::ptx {

/// Above all of global memory.
constexpr uint64_t kSharedWindow = 0xFE00000000000000;
constexpr uint64_t kParameterWindow = 0xFF00000000000000;

inline uint64_t windowOf(Space space) {
  return space == Space::Shared      ? kSharedWindow
         : space == Space::Parameter ? kParameterWindow
                                     : 0;
}
inline uint64_t toGeneric(Space space, uint64_t address) {
  return windowOf(space) + address;
}
inline uint64_t fromGeneric(Space space, uint64_t address) {
  return address - windowOf(space);
}
inline Space spaceOf(uint64_t genericAddress) {
  return genericAddress >= kParameterWindow ? Space::Parameter
         : genericAddress >= kSharedWindow  ? Space::Shared
                                            : Space::Global;
}

} // namespace emblem::ptx

#endif // EMBLEM_TEST_GPU_PTX_MACHINE_GENERIC_ADDRESS_H
