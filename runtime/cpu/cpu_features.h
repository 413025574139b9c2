//===- cpu_features.h - This CPU's features ---------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_CPU_CPU_FEATURES_H
#define EMBLEM_RUNTIME_CPU_CPU_FEATURES_H

#include "emblem/model_table.h"

#include <cstddef>
#include <cstdint>

namespace emblem::runtime {

/// The name of a number of model_table.h; of an unknown one a phrase.
const char *architectureName(int32_t architecture);

/// The EMBLEM_CPU_... bits (feature_bits.h of the architecture's folder) that
/// the CPU has and the operating system lets programs use. The environment variable EMBLEM_TEST_CPU, a mask
/// of bits, takes features away and never adds any.
uint64_t detectCpuFeatures();

/// Writes one sentence that names what of `needed` is not in `present`, and the
/// best target that `present` can run; `target` is what the program was
/// compiled for. Returns false, and writes nothing, where nothing is missing.
bool describeMissingCpuFeatures(uint64_t needed, uint64_t present,
                                const char *target, char *sentence,
                                size_t size);

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_CPU_CPU_FEATURES_H
