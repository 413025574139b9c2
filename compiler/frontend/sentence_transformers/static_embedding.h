//===- static_embedding.h - A table of token vectors, no layers -*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_STATIC_EMBEDDING_H
#define EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_STATIC_EMBEDDING_H

#include "compiler/files/json_file.h"
#include "compiler/frontend/architecture/model_choices.h"

#include "llvm/Support/Error.h"

namespace emblem::frontend {

/// Whether the folder is model2vec's StaticModel as that saves it itself: older
/// config.json files say so, and of others the table's name does. `config` is
/// the folder's.
llvm::Expected<bool> isModel2Vec(llvm::StringRef folder,
                                 const JsonObject &config);

/// The mean of the vectors of a text's tokens, without special tokens, as
/// Sentence Transformers' StaticEmbedding and model2vec have it. `root` is the
/// model's folder, `path` the table's own, relative to it; `isModule`: a
/// modules.json names it, and Sentence Transformers reads it, too.
///
/// The latter counts unknown tokens, and cuts texts where tokenizer.json says;
/// model2vec leaves them out, its config.json says whether vectors are
/// normalised and where texts are cut in tokens, and before that it cuts them
/// after so many times the median length of a token in characters. A table of
/// model2vec (by its name) that both read is cut as model2vec does, and what
/// they make of unknown tokens is an assumption.
llvm::Expected<Description>
describeStaticEmbedding(llvm::StringRef root, llvm::StringRef path,
                        const JsonObject &config, bool isModule,
                        const ModelChoices &choices);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_SENTENCE_TRANSFORMERS_STATIC_EMBEDDING_H
