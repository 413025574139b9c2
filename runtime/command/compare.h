//===- compare.h - Likeness of two vectors ----------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_COMPARE_H
#define EMBLEM_RUNTIME_COMMAND_COMPARE_H

#include "emblem/emblem.h"
#include "emblem/model_table.h"
#include "runtime/command/output_file.h"

namespace emblem::command {

/// Of an EmblemSimilarity, for people.
const char *similarityName(int32_t similarity);

/// 0 where a vector is zero.
double cosine(const float *a, const float *b, int64_t dimension);

/// One line: the similarity of two vectors that the model is made for, or their
/// distance; and whether the two belong together, where it knows from where
/// on: "0.912345", or a tab and "same" or "different" behind it.
void writeComparison(const EmblemModelTable &table, const float *a,
                     const float *b, int64_t dimension, OutputFile &output);

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_COMPARE_H
