//===- similarity.h - Similarity of a folder's vectors ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_SIMILARITY_H
#define EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_SIMILARITY_H

#include "compiler/description/description.h"
#include "compiler/files/json_file.h"

namespace emblem::frontend {

/// How the model's vectors are compared: `similarity_fn_name` of
/// config_sentence_transformers.json, where it is one that Sentence
/// Transformers 6.2 has for such a model, else what it takes without. The
/// outputs are there already.
void addSimilarity(const JsonObject &settings, Description &model);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_SIMILARITY_H
