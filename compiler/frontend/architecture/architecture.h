//===- architecture.h - From config.json to a description -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// An architecture is data: which field of its configuration holds what, which
// fields must have one value, and how the weights are called. The readers list
// theirs: ../transformers/architectures.h and ../gguf/architectures.h.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_ARCHITECTURE_H
#define EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_ARCHITECTURE_H

#include "compiler/description/description.h"
#include "compiler/files/json_file.h"
#include "compiler/frontend/architecture/classification_head.h"
#include "compiler/frontend/architecture/model_folders.h"

namespace emblem::frontend {

/// The keys of config.json. Most architectures call them as BERT does; an empty
/// one is a key that the architecture does not have.
struct ConfigKeys {
  llvm::StringRef vocabularySize = "vocab_size";
  llvm::StringRef hiddenSize = "hidden_size";
  llvm::StringRef embeddingSize = ""; // of the tables; empty: the hidden size
  llvm::StringRef layerCount = "num_hidden_layers";
  llvm::StringRef heads = "num_attention_heads";
  // Where empty, or absent from the file: what the sizes above say.
  llvm::StringRef headSize = "";
  llvm::StringRef keyValueHeads = "";
  llvm::StringRef innerSize = "intermediate_size";
  llvm::StringRef activation = "hidden_act";
  llvm::StringRef normEpsilon = "layer_norm_eps";
  llvm::StringRef positions = "max_position_embeddings";
  llvm::StringRef segments = "type_vocab_size";
};

/// A key of config.json that may be absent, and else has this value: JSON text,
/// such as "\"absolute\"" or "false".
struct RequiredValue {
  llvm::StringRef key;
  llvm::StringRef value;
};

struct Architecture {
  std::vector<llvm::StringRef> modelTypes; // config.json's "model_type"
  llvm::StringRef models;                  // what people know of it, for a list
  /// A key that only its files have, where others share the model type; and one
  /// that they have not.
  llvm::StringRef mark = "", unmark = "";
  ConfigKeys keys = {};
  /// Other names of keys, and the keys, in whose place they count.
  std::vector<std::pair<llvm::StringRef, llvm::StringRef>> aliases = {};
  /// What shared code of transformers reads of what a token sees.
  std::vector<RequiredValue> mask = {{"is_causal", "false"}};
  std::vector<RequiredValue> requiredValues = {};
  /// Keys of its own that change no vector. Where `knowsAllKeys`, or the folder
  /// brings code, one that is neither here, nor in the list of config_keys.cpp,
  /// nor read is refused; elsewhere it is ignored, as transformers does.
  std::vector<llvm::StringRef> ignoredKeys = {};
  bool knowsAllKeys = false;
  /// Whether files on the Hub name Python code that computes what this does.
  bool mayBringCode = false;
  /// What is taken where the key is absent and no default of transformers'
  /// (resolveConfig) is known.
  llvm::StringRef defaultActivation = "gelu";
  double defaultNormEpsilon = 1e-12;
  /// A description in which only the names of the weights are filled in.
  Description names;
  /// What the table cannot say, once the sizes are known; may be null.
  llvm::Error (*adjust)(const JsonObject &config, Description &model) = nullptr;
  /// What it makes of a text's ids, once the tokenizer is known; may be null.
  llvm::Error (*finishText)(const ModelFolders &folders,
                            const JsonObject &config,
                            Description &model) = nullptr;
  /// The head of its ForSequenceClassification; null: not supported.
  HeadReader head = nullptr;
  /// Whether its tokenizer tells a pair's first text from the second.
  bool pairTypes = true;
};

/// What a model is for: vectors of texts, scores of pairs by its head, those by
/// the words that it would write next, or vectors that it pools itself, in a
/// space of texts and images.
enum class Purpose {
  Embed,
  Score,         // pairs, by a head of transformers'
  Answer,        // pairs, by the logit of an answer
  Tower,         // of two that share a space
  ScoreByModules // pairs, by a head of modules
};

inline bool scoresPairs(Purpose purpose) {
  return purpose == Purpose::Score || purpose == Purpose::Answer ||
         purpose == Purpose::ScoreByModules;
}

/// The layer or norm whose weights are "name.weight" and "name.bias".
Linear linearNamed(llvm::StringRef name);
Norm normNamed(llvm::StringRef name);
/// The same without a bias; the norm is an RMS norm.
Linear weightNamed(llvm::StringRef name);
Norm rmsNormNamed(llvm::StringRef name);
/// Rows [first, last) of a layer that joins several.
Linear rowsOf(const Linear &joined, int64_t first, int64_t last);
/// What `config` says of a model of this architecture. Settings that change
/// what it computes are obeyed or refused.
llvm::Expected<Description> describe(const Architecture &architecture,
                                     const JsonObject &config,
                                     Purpose purpose = Purpose::Embed);

/// The error of the first key that nobody has asked for, but for those that
/// change no vector.
llvm::Error refuseUnknown(const JsonObject &config,
                          llvm::ArrayRef<llvm::StringRef> ignored);

/// Whether config.json names a class whose name ends so, such as
/// "ForSequenceClassification".
bool hasArchitecture(const JsonObject &config, llvm::StringRef ending);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_ARCHITECTURE_H
