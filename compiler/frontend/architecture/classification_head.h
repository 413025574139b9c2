//===- classification_head.h - Layers from a model to scores ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The heads of transformers' classes XForSequenceClassification: how a pair's
// rows become one, and the layers from there to the scores. An architecture
// names its head in its row; those of several architectures are here.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_CLASSIFICATION_HEAD_H
#define EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_CLASSIFICATION_HEAD_H

#include "compiler/description/description.h"
#include "compiler/files/json_file.h"

namespace emblem::frontend {

struct ClassificationHead {
  PoolKind pooling = PoolKind::Cls;
  /// Without their sizes: every layer takes the hidden size and gives it, but
  /// the last one, which gives as many scores as there are labels.
  std::vector<Dense> layers;
  /// The id that is left out of a text's end.
  std::optional<int32_t> trailingPadding = {};
};

/// `model` is described already, up to the head.
using HeadReader = llvm::Expected<ClassificationHead> (*)(
    const JsonObject &config, const Description &model);

/// The layer whose weights are "name.weight" and "name.bias".
Dense denseNamed(llvm::StringRef name,
                 Activation activation = Activation::Identity);

/// BERT's: the pooler of the first token, with tanh, and a classifier.
llvm::Expected<ClassificationHead> poolerHead(const JsonObject &,
                                              const Description &);
/// RoBERTa's, of the first token: a layer with tanh, and a projection.
llvm::Expected<ClassificationHead> tanhHead(const JsonObject &,
                                            const Description &);
/// Decoders': one layer without a bias, of the last token that is no padding.
llvm::Expected<ClassificationHead> lastTokenHead(const JsonObject &,
                                                 const Description &);

/// Fills in pooling, layers and their sizes, and that the model takes pairs.
llvm::Error addHead(HeadReader reader, const JsonObject &config,
                    Description &model);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_CLASSIFICATION_HEAD_H
