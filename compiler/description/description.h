//===- description.h - A model as one struct tree ---------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Every source (a Hugging Face folder, a GGUF file, a YAML description) fills
// this one struct for each of its models; `build_model.h` turns it into an
// `emb` module. The YAML description is this struct written down.
//
// A weight is the name of a tensor in the weight files, or is made of such
// (weight_expression.h). Names inside `Layer` hold `{}` where the layer's
// number goes: "encoder.layer.{}.output.dense.weight". A name without it is a
// weight that all layers share. An empty name means that the model has no such
// weight. Sizes count features, lengths count tokens.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DESCRIPTION_DESCRIPTION_H
#define EMBLEM_COMPILER_DESCRIPTION_DESCRIPTION_H

#include "compiler/tokenizer/pair_text.h"
#include "compiler/weights/weight_expression.h"
#include "dialects/emb/emb_dialect.h"
#include "dialects/emb/role.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace emblem::frontend {

using emb::Activation;
using emb::Distance;
using emb::Pool2dKind;
using emb::PoolKind;
using emb::PositionKind;
using emb::ResizeFilter;
using emb::ResizeKind;
using emb::Role;

/// x * transpose(weight) + bias.
struct Linear {
  WeightExpression weight; // [output size, input size]
  WeightExpression bias;   // [output size], or empty
};

enum class NormKind { Layer, Rms };

struct Norm {
  NormKind kind = NormKind::Layer;
  WeightExpression scale; // [features], or empty
  WeightExpression shift; // [features], or empty; never in an RMS norm
  double epsilon = 1e-12;
};

struct TokenEmbedding {
  int64_t vocabularySize = 0;
  WeightExpression table; // [vocabulary size, embedding size]
  double scale = 1.0;     // each row is multiplied by it
  /// One more token than the table has: a row of zeros, for texts whose tokens
  /// are all left out.
  bool zeroRow = false;
};

struct Position {
  PositionKind kind = PositionKind::Learned;
  int64_t count = 0;  // rows of the table; offset + the longest sequence
  int64_t offset = 0; // the first token's position
  /// An id: its tokens are at `offset - 1`, and move no other on.
  std::optional<int64_t> uncounted = {};
  WeightExpression table; // [count, embedding size]; empty where sinusoidal
};

struct Segment {
  int64_t count = 0;      // rows of the table
  WeightExpression table; // [count, embedding size]; empty: none
  /// Of pairs: each token's row is the type that the tokenizer gives it. Else
  /// every token's is the first.
  bool perToken = false;
};

/// Queries and keys are turned by their position; emb.attention has the
/// formula.
struct Rotary {
  int64_t size = 0;      // features of a head that are turned, from the first
  double base = 10000.0; // the slowest angle's length, over 2 pi
  double factor = 1.0;   // positions are divided by it
  bool interleaved = false;
  /// How far each pair turns from one position to the next, in place of what
  /// `base` and `factor` say; empty: as they say. Kept in float32.
  std::vector<double> frequencies = {}; // [size / 2]
  double amplitude = 1.0;               // what is turned is multiplied by it
  /// The longest text, in tokens, that is turned so; none: any.
  std::optional<int64_t> longest = {};
};

/// What a score gains by the distance from query to key, in T5's buckets.
struct PositionBias {
  WeightExpression table; // [buckets, heads]
  int64_t buckets = 0;
  int64_t maxDistance = 0; // where the last bucket begins
};

/// DeBERTa's positions: emb.attention has the formula. Keys and queries of
/// positions are linear layers over the rows of one table.
struct RelativePositions {
  WeightExpression table;             // [2 * span, hidden size]
  int64_t span = 0;                   // rows for distances to either side
  std::optional<int64_t> maxDistance; // where buckets end; else there are none
  std::optional<Norm> norm;           // a layer norm of the table's rows
  std::optional<Linear> key, query;   // at least one
};

struct Attention {
  int64_t heads = 0;
  int64_t headSize = 0;
  int64_t keyValueHeads = 0;     // 0: as many as heads
  std::optional<double> scale;   // of scores; else 1 / sqrt(head size)
  std::optional<double> softcap; // scores lie between -softcap and softcap
  std::optional<int64_t> before, after; // tokens that one sees; else all
  bool alibi = false;
  /// A token id that is seen by none where it ends a text (emb.attention).
  std::optional<int64_t> unattended;
  std::optional<Rotary> rotary;
  std::optional<PositionBias> positionBias;
  std::optional<RelativePositions> relativePositions;
  Linear query, key, value, output;
  std::optional<Norm> queryNorm, keyNorm; // RMS norms of each head
  Norm norm;
  std::optional<Norm> outputNorm; // of the block's result, before it is added
  int64_t firstNormed = 0;        // layers before it have no `norm` here
};

struct FeedForward {
  int64_t innerSize = 0;
  Activation activation = Activation::Gelu; // of the gate, where there is one
  Linear up, down;
  std::optional<Linear> gate;
  Norm norm;
  std::optional<Norm> outputNorm;
};

enum class LayerKind { Global, Local };

/// Layers whose attention differs from the others' in what a token sees and in
/// how it is turned.
struct LocalLayers {
  std::vector<LayerKind> pattern; // of the layers, over and over
  std::optional<int64_t> before = {}, after = {};
  std::optional<Rotary> rotary = {};
};

/// Where a layer's two norms stand (Xiong et al., "On Layer Normalization in
/// the Transformer Architecture", 2020).
enum class NormPlacement {
  Post, // x = norm(x + attention(x)), then x = norm(x + feed_forward(x))
  Pre   // x = x + attention(norm(x)), then x = x + feed_forward(norm(x))
};

struct Layer {
  NormPlacement normPlacement = NormPlacement::Post;
  Attention attention; // of all layers, but for what `local` says
  FeedForward feedForward;
  std::optional<LocalLayers> local;
};

/// What is added to a layer's result: its input, or a matrix times that.
struct Residual {
  WeightExpression weight; // [output size, input size], or empty
};

/// A layer over finished rows, and perhaps a norm after it: Sentence
/// Transformers' Dense and LayerNorm modules, or a part of a classifier.
struct Dense {
  int64_t inputSize = 0;
  int64_t outputSize = 0;
  bool normalizesInput = false; // it is scaled to length 1 before all else
  Activation activation = Activation::Identity;
  Linear linear; // without a weight there is none, and no activation
  std::optional<Residual> residual = {}; // added after the activation
  std::optional<Norm> norm;              // after that
  std::string weightsFile;     // its own file, relative to the description
  std::string normWeightsFile; // of the norm
};

/// What becomes one vector.
enum class InputKind {
  Texts,
  Pairs, // a query and what may answer it: the vector is the pair's scores
  Images
};

/// From a picture to pixels: it is resized, its middle is cropped to height and
/// width, and each channel's 8 bits become (value * rescale - mean) / std.
struct ImageInput {
  int64_t height = 0, width = 0;
  int64_t channels = 3; // or 1: grey
  ResizeKind resize = ResizeKind::Exact;
  int64_t resizeHeight = 0, resizeWidth = 0; // 0: height and width
  ResizeFilter filter = ResizeFilter::Bilinear;
  double rescale = 1.0 / 255;
  std::vector<double> mean = {}, std = {}; // one a channel; empty: 0 and 1
};

/// Squares of pixels become tokens (emb.patch_embedding).
struct Patches {
  int64_t size = 0;            // pixels to either side
  Linear linear;               // [hidden size, channels, size, size]
  WeightExpression classToken; // [hidden size], or empty
  int64_t registerCount = 0;
  WeightExpression registers; // [register count, hidden size]
  WeightExpression
      positions; // [class token and patches, hidden size], or empty
};

/// A convolution and an activation; or, with `pool`, a pooling of windows.
struct ImageLayer {
  std::optional<Pool2dKind> pool;
  int64_t size = 0; // of the window, to either side
  int64_t stride = 1;
  int64_t padding = 0;
  int64_t outputs = 0; // channels of a convolution's result
  Activation activation = Activation::Identity;
  Linear linear; // [outputs, channels, size, size]
};

/// A learned query sees a text's tokens, and a feed-forward block follows:
/// x + feed_forward(norm(x)) (emb.attention_pool).
struct AttentionPooling {
  int64_t heads = 0;
  WeightExpression probe; // [hidden size]
  Linear query, key, value, output;
  Norm norm;
  int64_t innerSize = 0;
  Activation activation = Activation::Gelu;
  Linear up, down;
};

/// One weight a text for each token of the vocabulary: the head with which a
/// model fills in masked words, pooled over the text's tokens (Formal et al.,
/// "SPLADE v2", 2021).
struct Sparse {
  std::optional<Linear> transform; // [hidden size, hidden size]
  Activation transformActivation = Activation::Gelu;
  std::optional<Norm> norm; // of the transformed rows
  Linear decoder;           // [vocabulary size, hidden size]
  Activation activation = Activation::Log1pRelu; // of the logits
  PoolKind pooling = PoolKind::Max;              // or Sum
};

/// One number a token, relu(x * transpose(weight) + bias) (Chen et al., "BGE
/// M3-Embedding", 2024).
struct TokenWeights {
  Linear linear;                // [1, hidden size]
  std::string weightsFile;      // its own file, or empty
  std::vector<int32_t> skipped; // ids whose weights do not count
};

/// One vector a token, for late interaction (Khattab and Zaharia, "ColBERT",
/// 2020).
struct MultiVector {
  std::vector<Dense> dense;
  bool normalize = true;
  std::vector<int32_t> skipped; // ids whose vectors do not count
  bool skipsFirst = false;      // nor does a text's first vector
};

struct Prompt {
  std::string name;
  std::string text;
  int64_t maxTokens = 0;              // where texts are cut; 0: the model's own
  std::optional<int32_t> marker = {}; // a token id behind a text's first one
  std::optional<int32_t> expansion = {}; // one that fills up to maxTokens
  bool keepsAll = false;                 // all vectors of tokens count
};

/// Of an emb.model, an i64: how much of a text is read, in code points.
inline constexpr llvm::StringLiteral maxCharactersName = "emb.max_characters";
/// An i64, an id: at a text's end it is padding, which nothing sees.
inline constexpr llvm::StringLiteral trailingPaddingName =
    "emb.trailing_padding";
/// A unit: the tokens of a text's prompt are not pooled.
inline constexpr llvm::StringLiteral promptUnpooledName = "emb.prompt_unpooled";

/// What a source does not say, or what two libraries read in two ways, and what
/// it was taken for.
struct Assumption {
  std::string taken;   // "mean pooling"
  std::string warning; // a sentence, with what to do where that is wrong
};

struct Description {
  Role role = Role::Main;
  std::string name; // a symbol: letters, digits, '_', '-', '.'
  std::vector<std::string> weightFiles; // relative to the description
  /// Tensors of the files that are something else wherever they are named, such
  /// as their sum with what an adapter adds.
  std::map<std::string, WeightExpression> adapted;
  std::string tokenizerFile; // relative to the description, or empty
  /// A JSON object: the tokenizer's folder is read as transformers reads it,
  /// with these keys above those of its tokenizer_config.json.
  std::optional<std::string> tokenizerSettings;
  bool specialTokens = true; // whether the tokenizer puts them around a text
  bool unknownTokens = true; // whether what it does not know counts as a token
  std::optional<int32_t> endToken; // an id: a text ends with its first one
  std::optional<int32_t> padding;  // an id that fills a text up to maxTokens
  std::optional<int32_t> trailingPadding; // an id: at the end it is not seen
  InputKind input = InputKind::Texts;
  std::optional<PairText> pairText; // of pairs; else the tokenizer's template
  std::vector<std::string> labels;  // of pairs: what each score stands for
  /// Of a model of images, which has neither tokens, positions nor segments:
  /// patches that become tokens, or layers over the whole image.
  ImageInput image;
  std::optional<Patches> patches;
  std::vector<ImageLayer> convolutions;
  int64_t hiddenSize = 0;
  int64_t embeddingSize = 0; // width of the embedding tables; 0: hiddenSize
  int64_t maxTokens = 0;     // where texts are cut, special tokens included
  int64_t maxCharacters = 0; // of a text, in code points; 0: any number

  // tokens + segment + position, normed, then projected to the hidden size and
  // normed there.
  TokenEmbedding tokens;
  std::optional<Position> position; // none: a row says nothing of its place
  Segment segment;
  Segment task; // of ERNIE, added last: every token's is the first
  std::optional<Norm> embeddingNorm;
  std::optional<Linear> embeddingProjection; // [hidden size, embedding size]
  std::optional<Norm> projectionNorm;

  int64_t layerCount = 0;
  Layer layer;
  std::optional<Norm> finalNorm; // after the last layer

  // What is returned: a dense vector, and what else there is. The dense one is
  // the rows of tokens through `tokenDense`, the poolings of these side by side,
  // normed, through `dense`, and normalised.
  std::vector<Dense> tokenDense;
  std::vector<PoolKind> pooling = {PoolKind::Mean}; // empty: no dense vector
  bool poolsPrompt = true; // whether a prompt's tokens count
  std::optional<AttentionPooling> attentionPooling; // in place of `pooling`
  std::optional<Norm> poolingNorm;
  std::string poolingNormWeightsFile; // its own file, or empty
  std::vector<Dense> dense;
  bool normalize = false;
  Distance distance = Distance::Cosine; // how vectors are compared
  std::optional<double> threshold;      // of a pair that belongs together
  std::optional<Sparse> sparse;
  std::optional<TokenWeights> tokenWeights;
  std::optional<MultiVector> multiVector;

  std::vector<Prompt> prompts; // by name, in alphabetical order
  std::string defaultPrompt;   // a prompt's name, or empty

  std::vector<Assumption> assumptions; // no part of YAML or IR
};

/// What a description gets wrong, as a part of a sentence ("'heads' is 0, and
/// must be ..."), or the empty string. Sizes that only the weights can prove
/// are not looked at.
std::string findProblem(const TokenEmbedding &);
std::string findProblem(const Position &);
std::string findProblem(const Segment &);
std::string findProblem(const Norm &);
std::string findProblem(const Linear &);
std::string findProblem(const Rotary &);
std::string findProblem(const PositionBias &);
std::string findProblem(const RelativePositions &);
std::string findProblem(const Attention &);
std::string findProblem(const FeedForward &);
std::string findProblem(const LocalLayers &);
std::string findProblem(const Dense &);
std::string findProblem(const ImageInput &);
std::string findProblem(const Patches &);
std::string findProblem(const ImageLayer &);
std::string findProblem(const AttentionPooling &);
std::string findProblem(const Sparse &);
std::string findProblem(const TokenWeights &);
std::string findProblem(const MultiVector &);
std::string findProblem(const Prompt &);
/// The whole, its parts included.
std::string findProblem(const Description &);
/// A source's models, the main one first: each, and how they go together.
std::string findProblem(llvm::ArrayRef<Description> models);

/// The longest sequence, in tokens, that the positions allow; without any, the
/// longest that there is; of images, the tokens that each has.
int64_t getMaxPositions(const Description &);
/// Features of an image behind the convolutions; none where a window does not
/// fit.
std::optional<int64_t> getConvolvedSize(const Description &);
/// The width of the embedding tables.
int64_t getEmbeddingSize(const Description &);
/// Features of a token's row that is pooled.
int64_t getTokenSize(const Description &);
/// Features of what is pooled, before the modules behind it.
int64_t getPooledSize(const Description &);
/// Components of the dense vector, where there is one.
int64_t getDimension(const Description &);

/// Gives each of a source's models its role and its name: the first is the main
/// one, of that name, and the other is of images.
void assignRoles(llvm::MutableArrayRef<Description> models,
                 llvm::StringRef name);

/// `text` with '_' for each character that a description's name may not have.
std::string symbolOf(llvm::StringRef text);

/// Whether the layer is one of `layer.local`.
bool isLocal(const Description &, int64_t layer);

/// Whether no token of any layer sees those after it.
bool seesNoneAfter(const Description &);

/// Every weight, those that are not there too, but for those of modules after
/// the transformer, which may be in files of their own.
void forEachWeight(Description &,
                   llvm::function_ref<void(WeightExpression &)> visit);
void forEachWeight(Dense &, llvm::function_ref<void(WeightExpression &)> visit);

/// Every file of weights that belongs to one module alone; some may be empty.
void forEachModuleFile(Description &,
                       llvm::function_ref<void(std::string &)> visit);

/// Makes the paths relative to the folder `to`, in place of `from`.
void rebasePaths(Description &, llvm::StringRef from, llvm::StringRef to);

/// The name of a layer's tensor: `{}` becomes the layer's number.
std::string expandLayer(llvm::StringRef name, int64_t layer);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_DESCRIPTION_DESCRIPTION_H
