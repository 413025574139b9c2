//===- check_outputs.h - Whether vectors are numbers ------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Weights that are damaged or too large make numbers that are none. Nobody may
// take them for a vector: they are looked for in all that is returned, which
// costs nothing beside computing it.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_MODEL_CHECK_OUTPUTS_H
#define EMBLEM_RUNTIME_MODEL_CHECK_OUTPUTS_H

#include "runtime/table/outputs.h"

namespace emblem::runtime {

/// The first of `count` rows of `width` numbers with one that is not finite;
/// `count` where there is none.
size_t findNotFinite(const float *rows, size_t count, int64_t width);

/// EMBLEM_NOT_FINITE, and a sentence that names the first such row: "text 3".
EmblemStatus checkFinite(const float *rows, size_t count, int64_t width,
                         const char *noun);

/// The same of all outputs of sequences whose tokens `offsets` has.
EmblemStatus checkOutputs(const EmblemModelTable &table,
                          const OutputRows &outputs, const int64_t *offsets,
                          size_t sequences);

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_MODEL_CHECK_OUTPUTS_H
