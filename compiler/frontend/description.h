//===- description.h - What a model is, as one struct tree ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Every source of a model (a Hugging Face folder, a YAML description) fills
// this one struct; `build_model.h` turns it into an `emb` module. The YAML
// description is this struct written down.
//
// Names of weights are the names in the weight files. Inside `Layer` they hold
// `{}` where the layer's number goes: "encoder.layer.{}.output.dense.weight".
// A name without it is a weight that all layers share. An empty name means that
// the model has no such weight. "name[6:9]" is rows 6 to 8 of a weight that
// joins several, as PyTorch's in_proj_weight does. Sizes count features,
// lengths count tokens.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_DESCRIPTION_H
#define EMBLEM_COMPILER_FRONTEND_DESCRIPTION_H

#include "dialects/emb/emb_dialect.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace emblem::frontend {

using emb::Activation;
using emb::PoolKind;
using emb::PositionKind;

/// x * transpose(weight) + bias.
struct Linear {
  std::string weight; // [output size, input size]
  std::string bias;   // [output size], or empty
};

struct Norm {
  std::string scale; // [features], or empty
  std::string shift; // [features], or empty
  double epsilon = 1e-12;
};

struct TokenEmbedding {
  int64_t vocabularySize = 0;
  std::string table;  // [vocabulary size, embedding size]
  double scale = 1.0; // each row is multiplied by it
  /// One more token than the table has: a row of zeros, for texts whose tokens
  /// are all left out.
  bool zeroRow = false;
};

struct Position {
  PositionKind kind = PositionKind::Learned;
  int64_t count = 0;  // rows of the table; offset + the longest sequence
  int64_t offset = 0; // the first token's position
  std::string table;  // [count, embedding size]; empty where sinusoidal
};

struct Segment {
  int64_t count = 0; // rows of the table
  std::string table; // [count, embedding size]; empty: none
};

struct Attention {
  int64_t heads = 0;
  int64_t headSize = 0;
  Linear query, key, value, output;
  Norm norm;
};

struct FeedForward {
  int64_t innerSize = 0;
  Activation activation = Activation::Gelu;
  Linear up, down;
  Norm norm;
};

/// Where a layer's two norms stand (Xiong et al., "On Layer Normalization in
/// the Transformer Architecture", 2020).
enum class NormPlacement {
  Post, // x = norm(x + attention(x)), then x = norm(x + feed_forward(x))
  Pre   // x = x + attention(norm(x)), then x = x + feed_forward(norm(x))
};

struct Layer {
  NormPlacement normPlacement = NormPlacement::Post;
  Attention attention;
  FeedForward feedForward;
};

/// Sentence Transformers' Dense module, after pooling.
struct Dense {
  int64_t inputSize = 0;
  int64_t outputSize = 0;
  Activation activation = Activation::Identity;
  Linear linear;
  std::string weightsFile; // its own file, relative to the description
};

struct Prompt {
  std::string name;
  std::string text;
};

struct Description {
  std::string name; // a symbol: letters, digits, '_', '-', '.'
  std::vector<std::string> weightFiles; // relative to the description
  std::string tokenizerFile;            // relative to the description, or empty
  bool specialTokens = true; // whether the tokenizer puts them around a text
  bool unknownTokens = true; // whether what it does not know counts as a token
  int64_t hiddenSize = 0;
  int64_t embeddingSize = 0; // width of the embedding tables; 0: hiddenSize
  int64_t maxTokens = 0;     // where texts are cut, special tokens included

  // tokens + segment + position, normed, then projected to the hidden size.
  TokenEmbedding tokens;
  std::optional<Position> position; // none: a row says nothing of its place
  Segment segment;
  std::optional<Norm> embeddingNorm;
  std::optional<Linear> embeddingProjection; // [hidden size, embedding size]

  int64_t layerCount = 0;
  Layer layer;
  std::optional<Norm> finalNorm; // after the last layer

  PoolKind pooling = PoolKind::Mean;
  std::vector<Dense> dense;
  bool normalize = false;

  std::vector<Prompt> prompts; // by name, in alphabetical order
  std::string defaultPrompt;   // a prompt's name, or empty
};

/// What a description gets wrong, as a part of a sentence ("'heads' is 0, and
/// must be ..."), or the empty string. Sizes that only the weights can prove
/// are not looked at.
std::string findProblem(const TokenEmbedding &);
std::string findProblem(const Position &);
std::string findProblem(const Segment &);
std::string findProblem(const Norm &);
std::string findProblem(const Linear &);
std::string findProblem(const Attention &);
std::string findProblem(const FeedForward &);
std::string findProblem(const Dense &);
/// The whole, its parts included.
std::string findProblem(const Description &);

/// The longest sequence, in tokens, that the positions allow; without any, the
/// longest that there is.
int64_t getMaxPositions(const Description &);
/// The width of the embedding tables.
int64_t getEmbeddingSize(const Description &);

/// `text` with '_' for each character that a description's name may not have.
std::string symbolOf(llvm::StringRef text);

/// The name of a layer's weight: `{}` becomes the layer's number.
std::string expandLayer(llvm::StringRef name, int64_t layer);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_DESCRIPTION_H
