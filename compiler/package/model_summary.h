//===- model_summary.h - A model's facts for outside ------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_PACKAGE_MODEL_SUMMARY_H
#define EMBLEM_COMPILER_PACKAGE_MODEL_SUMMARY_H

#include <cstdint>
#include <string>
#include <vector>

namespace emblem::package {

/// What is told of a model outside it.
struct ModelSummary {
  std::string name;
  int64_t dimension = 0; // components of a vector
  int64_t maxTokens = 0; // where texts are cut
  int64_t vocabularySize = 0;
  bool pairs = false;    // it scores pairs of texts
  bool perToken = false; // its first output has a vector a token
  size_t outputs = 1;
  /// Height, width and channels of the images that it takes; empty: texts.
  std::vector<int64_t> image = {};
  bool texts = true; // it takes texts, or pairs of them; images beside, perhaps
};

} // namespace emblem::package

#endif // EMBLEM_COMPILER_PACKAGE_MODEL_SUMMARY_H
