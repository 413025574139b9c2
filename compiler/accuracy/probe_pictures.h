//===- probe_pictures.h - Pictures to compare precisions on -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_ACCURACY_PROBE_PICTURES_H
#define EMBLEM_COMPILER_ACCURACY_PROBE_PICTURES_H

#include "emblem/model_table.h"

#include <cstddef>
#include <vector>

namespace emblem::accuracy {

inline constexpr size_t kProbePictures = 16;

/// Pixels as a model takes them, [kProbePictures, height, width, channels], the
/// same in every run. Like photographs they have as much in every octave of
/// scale (D. J. Field, Relations between the statistics of natural images and
/// the response properties of cortical cells, 1987: amplitudes fall as 1/f),
/// channels that mostly agree, edges, and a sensor's noise.
std::vector<float> makeProbePictures(const EmblemImageInput &image);

} // namespace emblem::accuracy

#endif // EMBLEM_COMPILER_ACCURACY_PROBE_PICTURES_H
