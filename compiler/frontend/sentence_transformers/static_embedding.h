//===- static_embedding.h - A table of token vectors, no layers -*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_STATIC_EMBEDDING_H
#define EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_STATIC_EMBEDDING_H

#include "compiler/description/description.h"
#include "compiler/files/json_file.h"

#include "llvm/Support/Error.h"

namespace emblem::frontend {

/// Whether config.json is of model2vec's StaticModel; newer ones do not say.
bool isModel2Vec(const JsonObject &config);

/// The mean of the vectors of a text's tokens, without special tokens, as
/// Sentence Transformers' StaticEmbedding and model2vec have it. model2vec,
/// whose table has a name of its own, also leaves out unknown tokens, and its
/// config.json says whether vectors are normalised. `root` is the model's
/// folder, `path` the table's own, relative to it.
llvm::Expected<Description> describeStaticEmbedding(llvm::StringRef root,
                                                    llvm::StringRef path,
                                                    const JsonObject &config);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_STATIC_EMBEDDING_H
