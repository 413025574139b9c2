//===- precision_table.cpp - The precisions to compile in -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/target/precision_table.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace emblem;

// clang-format off
static constexpr PrecisionInfo precisions[] = {
    {Precision::F32,  "f32",  "weights and activations in f32",                             0.999999, 0.999999},
    {Precision::F16,  "f16",  "matmuls and attention in f16, sums in f32: for a device alone", 0.9995,   0.9999},
    {Precision::Bf16, "bf16", "matmuls and attention in bf16, sums in f32",                 0.9995,   0.9999},
    {Precision::Int8, "int8", "matmuls in int8, a scale a weight column and a token",       0.995,    0.998},
    {Precision::Int4, "int4", "weights in int4, a scale for every 32: the smallest program", 0.85,     0.93},
};
// clang-format on

llvm::ArrayRef<PrecisionInfo> emblem::allPrecisions() { return precisions; }

llvm::Expected<Precision> emblem::findPrecision(llvm::StringRef name) {
  for (const PrecisionInfo &row : precisions)
    if (row.name == name)
      return row.precision;
  return llvm::createStringError(
      "unknown precision '" + name + "'; known are " +
      llvm::join(llvm::map_range(
                     precisions,
                     [](const PrecisionInfo &row) { return row.name.str(); }),
                 ", "));
}
