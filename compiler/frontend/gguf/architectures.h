//===- architectures.h - llama.cpp's embedding models -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// An architecture of a GGUF file is the same table as one of Hugging Face's
// (../architecture/architecture.h): there its keys are those of config.json,
// here those of the file's metadata without the architecture's name before them
// ("attention.head_count" for "bert.attention.head_count"), and the weights are
// called as llama.cpp calls them. To add one, write a file like
// architectures/qwen3.cpp and add its line to architectures.def.
//
// Beside the metadata the config has "vocab_size" and "token_types": how many
// rows those tables have. What the metadata does not say is what llama.cpp does
// (github.com/ggml-org/llama.cpp, src/models and src/llama-model.cpp).
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_GGUF_ARCHITECTURES_H
#define EMBLEM_COMPILER_FRONTEND_GGUF_ARCHITECTURES_H

#include "compiler/frontend/architecture/architecture.h"

namespace emblem::frontend::gguf {

/// Every architecture, in alphabetical order of the files.
llvm::ArrayRef<const Architecture *> allArchitectures();

/// A row in which the keys, the names of the embedding tables and of the
/// layers' matrices are filled in; `modelType` is "general.architecture".
Architecture architectureNamed(llvm::StringRef modelType,
                               llvm::StringRef models);
/// The same for models that norm before each block, as Llama does: RMS norms, a
/// gate, shared keys and values, and a norm after the last layer.
Architecture preNormArchitecture(llvm::StringRef modelType,
                                 llvm::StringRef models);

/// How heads are turned: "rope.dimension_count", the base at `baseKey` (where
/// absent, `base`), and where `scaled` the linear factor of "rope.scaling".
/// Other scalings are refused.
llvm::Expected<Rotary> readRotary(const JsonObject &config,
                                  const Description &model,
                                  llvm::StringRef baseKey = "rope.freq_base",
                                  double base = 10000.0, bool scaled = true);

/// Gate and up in one tensor, "blk.{}.ffn_up": what goes through the
/// activation, and then what it is multiplied with.
void splitFeedForward(FeedForward &feedForward);

/// Which layers see only what is near: "attention.sliding_window_pattern" has a
/// flag for each, or a period, where absent `period`. One layer of a period
/// sees all, its last, or its first where `firstIsGlobal`.
llvm::Expected<std::vector<LayerKind>>
readLocalLayers(const JsonObject &config, int64_t layers, int64_t period,
                bool firstIsGlobal = false);

} // namespace emblem::frontend::gguf

#endif // EMBLEM_COMPILER_FRONTEND_GGUF_ARCHITECTURES_H
