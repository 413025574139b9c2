//===- choose_resize_loops.cpp - The loops for this CPU -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/cpu/cpu_features.h"
#include "runtime/cpu/x86/feature_bits.h"
#include "runtime/cpu/x86/resize_kinds.h"

using namespace emblem::image;

const ResizeLoops &emblem::image::resizeLoops() {
  const uint64_t features = emblem::runtime::detectCpuFeatures();
  if (features & EMBLEM_CPU_AVX512_VNNI)
    return resizeLoopsVNNI;
  if (features & EMBLEM_CPU_AVX512)
    return resizeLoopsV4;
  return features & EMBLEM_CPU_AVX2_FMA ? resizeLoopsV3 : resizeLoopsV2;
}
