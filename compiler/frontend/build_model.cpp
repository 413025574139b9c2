//===- build_model.cpp - From a description to an emb module --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/build_model.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using mlir::RankedTensorType;
using mlir::Value;

namespace {

/// Appends the operations of one model to a block. `place` names the locations.
class ModelBuilder {
public:
  ModelBuilder(const Description &description, emb::ModelOp model)
      : description(description),
        builder(mlir::OpBuilder::atBlockEnd(&model.getBody().front())),
        ids(model.getTokenIds()), offsets(model.getSequenceOffsets()) {}

  void build() {
    Value rows = embed();
    for (int64_t layer = 0; layer < description.layerCount; ++layer)
      rows = encode(rows, layer);
    if (description.finalNorm)
      rows = norm("final_norm", rows, *description.finalNorm, 0);
    Value vectors = finish(rows);
    emb::ReturnOp::create(builder, at("vectors"), vectors);
  }

private:
  mlir::Location at(const Twine &place) {
    return mlir::NameLoc::get(builder.getStringAttr(place));
  }
  RankedTensorType rowsOf(int64_t features) {
    return RankedTensorType::get({mlir::ShapedType::kDynamic, features},
                                 builder.getF32Type());
  }

  /// The weight of this name, or a null value where the name is empty.
  Value weight(StringRef name, ArrayRef<int64_t> shape) {
    if (name.empty())
      return nullptr;
    return emb::WeightOp::create(
        builder, at(name), RankedTensorType::get(shape, builder.getF32Type()),
        builder.getStringAttr(name), /*value=*/nullptr);
  }
  Value layerWeight(StringRef name, int64_t layer, ArrayRef<int64_t> shape) {
    return weight(expandLayer(name, layer), shape);
  }

  Value norm(const Twine &place, Value rows, const Norm &norm, int64_t layer) {
    int64_t features =
        mlir::cast<RankedTensorType>(rows.getType()).getDimSize(1);
    Value scale = layerWeight(norm.scale, layer, {features});
    Value shift = layerWeight(norm.shift, layer, {features});
    return emb::LayerNormOp::create(builder, at(place), rows, scale, shift,
                                    builder.getF64FloatAttr(norm.epsilon));
  }

  Value embed();
  Value encode(Value rows, int64_t layer);
  Value attend(StringRef place, Value rows, int64_t layer);
  Value feedForward(StringRef place, Value rows, int64_t layer);
  Value finish(Value rows);

  const Description &description;
  mlir::OpBuilder builder;
  Value ids, offsets;
};

} // namespace

Value ModelBuilder::embed() {
  int64_t size = getEmbeddingSize(description);
  const TokenEmbedding &tokens = description.tokens;
  Value table = weight(tokens.table, {tokens.vocabularySize, size});
  Value rows =
      emb::TokenEmbeddingOp::create(builder, at("token_embedding"), ids, table,
                                    APFloat(tokens.scale), tokens.zeroRow);

  // BERT sums in this order, and float addition heeds it.
  if (const Segment &segment = description.segment; !segment.table.empty()) {
    Value table = weight(segment.table, {segment.count, size});
    rows = emb::SegmentEmbeddingOp::create(builder, at("segment_embedding"),
                                           rows, table, /*segment=*/0);
  }
  if (const std::optional<Position> &position = description.position) {
    Value positions = weight(position->table, {position->count, size});
    rows = emb::PositionalEncodingOp::create(builder, at("positional_encoding"),
                                             position->kind, rows, offsets,
                                             positions, position->offset);
  }
  if (description.embeddingNorm)
    rows = norm("embedding_norm", rows, *description.embeddingNorm, 0);
  if (const auto &projection = description.embeddingProjection) {
    int64_t hidden = description.hiddenSize;
    Value matrix = weight(projection->weight, {hidden, size});
    Value bias = weight(projection->bias, {hidden});
    rows = emb::DenseOp::create(builder, at("embedding_projection"),
                                rowsOf(hidden), rows, Activation::Identity,
                                matrix, bias);
  }
  return rows;
}

Value ModelBuilder::attend(StringRef place, Value rows, int64_t layer) {
  const Attention &attention = description.layer.attention;
  int64_t hidden = description.hiddenSize;
  int64_t inner = attention.heads * attention.headSize;
  auto inward = [&](const Linear &linear) {
    // Braces, for they fix the order in which the two are built.
    return std::pair<Value, Value>{
        layerWeight(linear.weight, layer, {inner, hidden}),
        layerWeight(linear.bias, layer, {inner})};
  };
  auto [query, queryBias] = inward(attention.query);
  auto [key, keyBias] = inward(attention.key);
  auto [value, valueBias] = inward(attention.value);
  Value output = layerWeight(attention.output.weight, layer, {hidden, inner});
  Value outputBias = layerWeight(attention.output.bias, layer, {hidden});
  return emb::AttentionOp::create(
      builder, at(place), rowsOf(hidden), rows, offsets, query, queryBias, key,
      keyBias, value, valueBias, output, outputBias, attention.heads,
      /*scale=*/mlir::FloatAttr());
}

Value ModelBuilder::feedForward(StringRef place, Value rows, int64_t layer) {
  const FeedForward &feedForward = description.layer.feedForward;
  int64_t hidden = description.hiddenSize, inner = feedForward.innerSize;
  Value up = layerWeight(feedForward.up.weight, layer, {inner, hidden});
  Value upBias = layerWeight(feedForward.up.bias, layer, {inner});
  Value down = layerWeight(feedForward.down.weight, layer, {hidden, inner});
  Value downBias = layerWeight(feedForward.down.bias, layer, {hidden});
  return emb::FeedForwardOp::create(builder, at(place), rowsOf(hidden), rows,
                                    feedForward.activation, up, upBias, down,
                                    downBias);
}

Value ModelBuilder::encode(Value rows, int64_t layer) {
  std::string place = "layer." + std::to_string(layer) + ".";
  // A block, its residual and its norm.
  auto add = [&](const char *name, const Norm &blockNorm, auto block) {
    bool pre = description.layer.normPlacement == NormPlacement::Pre;
    auto normed = [&](Value x) {
      return norm(place + name + "_norm", x, blockNorm, layer);
    };
    Value result = block(place + name, pre ? normed(rows) : rows, layer);
    rows = emb::AddOp::create(builder, at(place + name + "_add"), result, rows);
    if (!pre)
      rows = normed(rows);
  };
  add("attention", description.layer.attention.norm,
      [&](auto... arguments) { return attend(arguments...); });
  add("feed_forward", description.layer.feedForward.norm,
      [&](auto... arguments) { return feedForward(arguments...); });
  return rows;
}

// From the last layer's rows to the vectors.
Value ModelBuilder::finish(Value rows) {
  Value vectors = emb::PoolOp::create(builder, at("pool"), description.pooling,
                                      rows, offsets);
  for (auto [index, dense] : llvm::enumerate(description.dense)) {
    StringRef folder =
        sys::path::filename(sys::path::parent_path(dense.weightsFile));
    auto own = [&](const std::string &name) {
      return name.empty() || folder.empty() ? name
                                            : (folder + "/" + name).str();
    };
    Value matrix =
        weight(own(dense.linear.weight), {dense.outputSize, dense.inputSize});
    Value bias = weight(own(dense.linear.bias), {dense.outputSize});
    vectors = emb::DenseOp::create(builder, at("dense." + Twine(index)),
                                   rowsOf(dense.outputSize), vectors,
                                   dense.activation, matrix, bias);
  }
  if (description.normalize)
    vectors = emb::NormalizeOp::create(builder, at("normalize"), vectors);
  return vectors;
}

// The model's operation with its two arguments and no body yet.
static emb::ModelOp createModel(const Description &description,
                                mlir::OpBuilder &builder,
                                mlir::Location location) {
  std::vector<StringRef> files(description.weightFiles.begin(),
                               description.weightFiles.end());
  for (const Dense &dense : description.dense)
    if (!dense.weightsFile.empty() &&
        !llvm::is_contained(files, dense.weightsFile))
      files.push_back(dense.weightsFile);

  std::vector<mlir::NamedAttribute> prompts;
  for (const Prompt &prompt : description.prompts)
    prompts.push_back(
        builder.getNamedAttr(prompt.name, builder.getStringAttr(prompt.text)));

  auto textOrNull = [&](const std::string &text) {
    return text.empty() ? mlir::StringAttr() : builder.getStringAttr(text);
  };
  auto model = emb::ModelOp::create(
      builder, location, description.name, description.maxTokens,
      getMaxPositions(description),
      files.empty() ? mlir::ArrayAttr() : builder.getStrArrayAttr(files),
      textOrNull(description.tokenizerFile), !description.specialTokens,
      !description.unknownTokens,
      prompts.empty() ? mlir::DictionaryAttr()
                      : builder.getDictionaryAttr(prompts),
      textOrNull(description.defaultPrompt));
  auto batch =
      RankedTensorType::get({mlir::ShapedType::kDynamic}, builder.getI32Type());
  model.getBody().emplaceBlock().addArguments({batch, batch},
                                              {location, location});
  return model;
}

Expected<mlir::OwningOpRef<mlir::ModuleOp>>
emblem::frontend::buildModel(const Description &description,
                             mlir::MLIRContext &context) {
  auto invalid = [&](const Twine &problem) {
    return createStringError("model '" + description.name +
                             "' is not valid: " + problem);
  };
  if (std::string problem = findProblem(description); !problem.empty())
    return invalid(problem);

  context.loadDialect<emb::EmbDialect>();
  mlir::OpBuilder builder(&context);
  mlir::Location location =
      mlir::NameLoc::get(builder.getStringAttr(description.name));
  mlir::OwningOpRef<mlir::ModuleOp> module = mlir::ModuleOp::create(location);
  builder.setInsertionPointToEnd(module->getBody());
  emb::ModelOp model = createModel(description, builder, location);
  ModelBuilder(description, model).build();

  // What the verifiers say becomes part of the one error.
  std::string problem;
  mlir::ScopedDiagnosticHandler handler(&context,
                                        [&](mlir::Diagnostic &diagnostic) {
                                          if (problem.empty())
                                            problem = diagnostic.str();
                                          return mlir::success();
                                        });
  if (failed(mlir::verify(*module)))
    return invalid(problem);
  return module;
}
