//===- ranking_head.h - The head of a reranker in a GGUF file ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A file whose "pooling_type" is 4 (rank) scores pairs by the tensors "cls",
// "cls.norm" and "cls.output" (build_pooling of llama.cpp's src/llama-graph.cpp
// has the arithmetic); "classifier.output_labels" names the scores.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_GGUF_RANKING_HEAD_H
#define EMBLEM_COMPILER_FRONTEND_GGUF_RANKING_HEAD_H

#include "compiler/description/description.h"
#include "compiler/files/gguf/gguf_file.h"
#include "compiler/files/json_file.h"

namespace emblem::frontend {

inline constexpr llvm::StringLiteral labelsKey = "classifier.output_labels";

/// Whether the file says that it scores pairs.
bool isReranker(const JsonObject &config);

/// Fills in pooling, head, and how a pair becomes one text: of RoBERTa,
/// ModernBERT and Qwen 3, which answers yes or no. What the conversion has left
/// out of other heads is said in the error.
llvm::Error addRankingHead(const GgufFile &file, const JsonObject &config,
                           llvm::StringRef architecture, Description &model);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_GGUF_RANKING_HEAD_H
