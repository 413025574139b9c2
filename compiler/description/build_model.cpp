//===- build_model.cpp - From a description to an emb module --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/description/model_builder.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using mlir::RankedTensorType;
using mlir::Value;

// The sum of what tokens, segments and positions say.
Value ModelBuilder::embedTokens() {
  int64_t size = getEmbeddingSize(description);
  const TokenEmbedding &tokens = description.tokens;
  Value table = weight(tokens.table, {tokens.vocabularySize, size});
  Value rows = emb::TokenEmbeddingOp::create(
      builder, at("token_embedding"), input, table, APFloat(tokens.scale),
      tokens.zeroRow);

  // BERT sums in this order, and float addition heeds it.
  if (const Segment &segment = description.segment; !segment.table.empty()) {
    Value table = weight(segment.table, {segment.count, size});
    Value types = segment.perToken ? getModel().getTokenTypes() : Value();
    rows = emb::SegmentEmbeddingOp::create(builder, at("segment_embedding"),
                                           rows, table, types, /*segment=*/0);
  }
  if (const std::optional<Position> &position = description.position) {
    Value positions = weight(position->table, {position->count, size});
    rows = emb::PositionalEncodingOp::create(
        builder, at("positional_encoding"), position->kind, rows, offsets,
        positions, position->offset,
        position->uncounted ? builder.getI64IntegerAttr(*position->uncounted)
                            : mlir::IntegerAttr());
  }
  if (const Segment &task = description.task; !task.table.empty()) {
    Value table = weight(task.table, {task.count, size});
    rows = emb::SegmentEmbeddingOp::create(builder, at("task_embedding"), rows,
                                           table, /*types=*/Value(),
                                           /*segment=*/0);
  }
  return rows;
}

Value ModelBuilder::embed() {
  int64_t size = getEmbeddingSize(description);
  Value rows = description.patches
                   ? cutIntoPatches(description.image, *description.patches)
                   : embedTokens();
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
  if (description.projectionNorm)
    rows = norm("projection_norm", rows, *description.projectionNorm, 0);
  return rows;
}

// The keys or queries of positions, or null.
Value ModelBuilder::relativeRows(StringRef place,
                                 const RelativePositions &positions,
                                 const std::optional<Linear> &linear,
                                 int64_t layer) {
  if (!linear)
    return nullptr;
  const Attention &attention = description.layer.attention;
  int64_t inner = attention.heads * attention.headSize;
  int64_t hidden = description.hiddenSize, height = 2 * positions.span;
  Value rows = layerWeight(positions.table, layer, {height, hidden});
  if (positions.norm)
    rows = norm(place + "_positions_norm", rows, *positions.norm, layer);
  Value matrix = layerWeight(linear->weight, layer, {inner, hidden});
  Value bias = layerWeight(linear->bias, layer, {inner});
  return emb::DenseOp::create(
      builder, at(place + "_positions"),
      RankedTensorType::get({height, inner}, builder.getF32Type()), rows,
      Activation::Identity, matrix, bias);
}

Value ModelBuilder::attend(StringRef place, Value rows, int64_t layer) {
  const Attention &attention = description.layer.attention;
  int64_t hidden = description.hiddenSize;
  int64_t inner = attention.heads * attention.headSize;
  int64_t shared = attention.keyValueHeads
                       ? attention.keyValueHeads * attention.headSize
                       : inner;
  auto inward = [&](const Linear &linear, int64_t features) {
    // Braces, for they fix the order in which the two are built.
    return std::pair<Value, Value>{
        layerWeight(linear.weight, layer, {features, hidden}),
        layerWeight(linear.bias, layer, {features})};
  };
  auto [query, queryBias] = inward(attention.query, inner);
  auto [key, keyBias] = inward(attention.key, shared);
  auto [value, valueBias] = inward(attention.value, shared);
  Value output = layerWeight(attention.output.weight, layer, {hidden, inner});
  Value outputBias = layerWeight(attention.output.bias, layer, {hidden});

  auto headNorm = [&](const std::optional<Norm> &norm) {
    return norm ? layerWeight(norm->scale, layer, {attention.headSize})
                : Value();
  };
  Value queryNorm = headNorm(attention.queryNorm);
  Value keyNorm = headNorm(attention.keyNorm);
  std::optional<double> normEpsilon;
  for (const std::optional<Norm> &norm :
       {attention.queryNorm, attention.keyNorm})
    if (norm)
      normEpsilon = norm->epsilon;
  const std::optional<PositionBias> &bias = attention.positionBias;
  Value biasTable =
      bias ? layerWeight(bias->table, layer, {bias->buckets, attention.heads})
           : Value();

  Value positionKeys, positionQueries;
  std::optional<int64_t> maxDistance;
  if (bias)
    maxDistance = bias->maxDistance;
  if (const auto &positions = attention.relativePositions) {
    maxDistance = positions->maxDistance;
    positionKeys = relativeRows(place, *positions, positions->key, layer);
    positionQueries = relativeRows(place, *positions, positions->query, layer);
  }

  bool local = isLocal(description, layer);
  const LocalLayers *own = local ? &*description.layer.local : nullptr;
  const std::optional<Rotary> &rotary = own ? own->rotary : attention.rotary;
  bool given = rotary && !rotary->frequencies.empty();
  auto unless = [&](double usual, double value) {
    return value == usual ? mlir::FloatAttr() : number(value);
  };
  return emb::AttentionOp::create(
      builder, at(place), rowsOf(hidden), rows, offsets, query, queryBias, key,
      keyBias, value, valueBias, output, outputBias, queryNorm, keyNorm,
      biasTable, positionKeys, positionQueries,
      builder.getI64IntegerAttr(attention.heads),
      attention.keyValueHeads ? count(attention.keyValueHeads) : nullptr,
      number(attention.scale), count(own ? own->before : attention.before),
      count(own ? own->after : attention.after), number(attention.softcap),
      flag(attention.alibi), rotary ? count(rotary->size) : nullptr,
      rotary && !given ? number(rotary->base) : nullptr,
      rotary && !given ? unless(1.0, rotary->factor) : nullptr,
      given ? builder.getDenseF64ArrayAttr(rotary->frequencies) : nullptr,
      rotary ? unless(1.0, rotary->amplitude) : nullptr,
      flag(rotary && rotary->interleaved), number(normEpsilon),
      count(maxDistance), count(attention.unattended));
}

Value ModelBuilder::feedForward(StringRef place, Value rows, int64_t layer) {
  const FeedForward &feedForward = description.layer.feedForward;
  int64_t hidden = description.hiddenSize, inner = feedForward.innerSize;
  Value up = layerWeight(feedForward.up.weight, layer, {inner, hidden});
  Value upBias = layerWeight(feedForward.up.bias, layer, {inner});
  Value gate, gateBias;
  if (feedForward.gate) {
    gate = layerWeight(feedForward.gate->weight, layer, {inner, hidden});
    gateBias = layerWeight(feedForward.gate->bias, layer, {inner});
  }
  Value down = layerWeight(feedForward.down.weight, layer, {hidden, inner});
  Value downBias = layerWeight(feedForward.down.bias, layer, {hidden});
  return emb::FeedForwardOp::create(builder, at(place), rowsOf(hidden), rows,
                                    feedForward.activation, up, upBias, gate,
                                    gateBias, down, downBias);
}

Value ModelBuilder::encode(Value rows, int64_t layer) {
  std::string place = "layer." + std::to_string(layer) + ".";
  // A block, its residual and its norms.
  auto add = [&](const char *name, const auto &part, int64_t firstNormed,
                 auto block) {
    bool pre = description.layer.normPlacement == NormPlacement::Pre;
    auto normed = [&](Value x) {
      return layer < firstNormed
                 ? x
                 : norm(place + name + "_norm", x, part.norm, layer);
    };
    Value result = block(place + name, pre ? normed(rows) : rows, layer);
    if (part.outputNorm)
      result =
          norm(place + name + "_output_norm", result, *part.outputNorm, layer);
    rows = emb::AddOp::create(builder, at(place + name + "_add"), result, rows);
    if (!pre)
      rows = normed(rows);
  };
  const Layer &parts = description.layer;
  add("attention", parts.attention, parts.attention.firstNormed,
      [&](auto... arguments) { return attend(arguments...); });
  add("feed_forward", parts.feedForward, /*firstNormed=*/0,
      [&](auto... arguments) { return feedForward(arguments...); });
  return rows;
}

// What a prompt says of the ids of its texts; empty: nothing.
static mlir::DictionaryAttr rulesOf(const Prompt &prompt,
                                    mlir::OpBuilder &builder) {
  mlir::NamedAttrList rules;
  if (prompt.maxTokens)
    rules.set("max_tokens", builder.getI64IntegerAttr(prompt.maxTokens));
  if (prompt.marker)
    rules.set("marker", builder.getI64IntegerAttr(*prompt.marker));
  if (prompt.expansion)
    rules.set("expansion", builder.getI64IntegerAttr(*prompt.expansion));
  if (prompt.keepsAll)
    rules.set("keeps_all", builder.getUnitAttr());
  return rules.getDictionary(builder.getContext());
}

// How a picture becomes pixels.
static mlir::DictionaryAttr imageOf(const ImageInput &image,
                                    mlir::OpBuilder &builder) {
  mlir::NamedAttrList fields;
  auto size = [&](const char *name, int64_t size, int64_t usual) {
    fields.set(name, builder.getI64IntegerAttr(size ? size : usual));
  };
  fields.set("resize",
             builder.getStringAttr(emb::stringifyResizeKind(image.resize)));
  if (image.resize != ResizeKind::None) {
    size("resize_height", image.resizeHeight, image.height);
    size("resize_width", image.resizeWidth, image.width);
    fields.set("filter",
               builder.getStringAttr(emb::stringifyResizeFilter(image.filter)));
  }
  SmallVector<double> scales, shifts;
  for (int64_t channel = 0; channel < image.channels; ++channel) {
    double std = image.std.empty() ? 1.0 : image.std[channel];
    scales.push_back(image.rescale / std);
    shifts.push_back(image.mean.empty() ? 0.0 : -image.mean[channel] / std);
  }
  fields.set("scale", builder.getF64ArrayAttr(scales));
  fields.set("shift", builder.getF64ArrayAttr(shifts));
  return fields.getDictionary(builder.getContext());
}

// The model's operation with its two arguments and no body yet.
static emb::ModelOp createModel(const Description &description,
                                mlir::OpBuilder &builder,
                                mlir::Location location) {
  std::vector<StringRef> files(description.weightFiles.begin(),
                               description.weightFiles.end());
  Description copy = description; // it is visited as what may be changed
  forEachModuleFile(copy, [&](std::string &file) {
    if (!file.empty() && !llvm::is_contained(files, file))
      files.push_back(file);
  });

  std::vector<mlir::NamedAttribute> prompts, rules;
  for (const Prompt &prompt : description.prompts) {
    prompts.push_back(
        builder.getNamedAttr(prompt.name, builder.getStringAttr(prompt.text)));
    if (mlir::DictionaryAttr rule = rulesOf(prompt, builder); !rule.empty())
      rules.push_back(builder.getNamedAttr(prompt.name, rule));
  }

  auto textOrNull = [&](const std::string &text) {
    return text.empty() ? mlir::StringAttr() : builder.getStringAttr(text);
  };
  auto idOrNull = [&](std::optional<int32_t> id) {
    return id ? builder.getI64IntegerAttr(*id) : mlir::IntegerAttr();
  };
  bool seesImages = description.input == InputKind::Images;
  int64_t positions = getMaxPositions(description);
  auto model = emb::ModelOp::create(
      builder, location, description.name,
      seesImages ? positions : description.maxTokens, positions,
      files.empty() ? mlir::ArrayAttr() : builder.getStrArrayAttr(files),
      textOrNull(description.tokenizerFile), !description.specialTokens,
      !description.unknownTokens, idOrNull(description.endToken),
      idOrNull(description.padding), description.input == InputKind::Pairs,
      description.pairText
          ? builder.getStrArrayAttr({description.pairText->before,
                                     description.pairText->between,
                                     description.pairText->after})
          : mlir::ArrayAttr(),
      description.labels.empty()
          ? mlir::ArrayAttr()
          : builder.getStrArrayAttr(std::vector<StringRef>(
                description.labels.begin(), description.labels.end())),
      prompts.empty() ? mlir::DictionaryAttr()
                      : builder.getDictionaryAttr(prompts),
      rules.empty() ? mlir::DictionaryAttr() : builder.getDictionaryAttr(rules),
      textOrNull(description.defaultPrompt),
      seesImages ? imageOf(description.image, builder) : mlir::DictionaryAttr(),
      description.distance,
      description.threshold ? builder.getF64FloatAttr(*description.threshold)
                            : mlir::FloatAttr());
  if (description.tokenizerSettings)
    model->setAttr(tokenizerSettingsAttribute,
                   builder.getStringAttr(*description.tokenizerSettings));
  if (description.maxCharacters)
    model->setAttr(maxCharactersName,
                   builder.getI64IntegerAttr(description.maxCharacters));
  if (description.trailingPadding)
    model->setAttr(trailingPaddingName,
                   builder.getI64IntegerAttr(*description.trailingPadding));
  if (!description.poolsPrompt)
    model->setAttr(promptUnpooledName, builder.getUnitAttr());
  auto batch =
      RankedTensorType::get({mlir::ShapedType::kDynamic}, builder.getI32Type());
  mlir::Block &block = model.getBody().emplaceBlock();
  const ImageInput &image = description.image;
  mlir::Type input = batch;
  if (seesImages)
    input = RankedTensorType::get(
        {mlir::ShapedType::kDynamic, image.height, image.width, image.channels},
        builder.getF32Type());
  block.addArguments({input, batch}, {location, location});
  if (description.segment.perToken)
    block.addArgument(batch, location);
  return model;
}

static Error invalid(const Description &description, const Twine &problem) {
  return createStringError("model '" + description.name +
                           "' is not valid: " + problem);
}

Expected<mlir::OwningOpRef<mlir::ModuleOp>>
emblem::frontend::buildModel(const Description &description,
                             mlir::MLIRContext &context) {
  if (std::string problem = findProblem(description); !problem.empty())
    return invalid(description, problem);
  return buildModel(
      description, context,
      [&](mlir::OpBuilder &builder, Value ids,
          Value offsets) -> Expected<EncoderResult> {
        return EncoderResult{
            ModelBuilder(description, builder, ids, offsets).encode(),
            /*pooled=*/false};
      });
}

Expected<std::vector<mlir::OwningOpRef<mlir::ModuleOp>>>
emblem::frontend::buildModels(ArrayRef<Description> models,
                              mlir::MLIRContext &context) {
  if (std::string problem = findProblem(models); !problem.empty())
    return invalid(models.front(), problem);
  std::vector<mlir::OwningOpRef<mlir::ModuleOp>> modules;
  for (const Description &model : models)
    if (Error error =
            buildModel(model, context).moveInto(modules.emplace_back()))
      return error;
  return modules;
}

Expected<mlir::OwningOpRef<mlir::ModuleOp>> emblem::frontend::buildModel(
    const Description &description, mlir::MLIRContext &context,
    function_ref<Expected<EncoderResult>(mlir::OpBuilder &, Value, Value)>
        encode) {
  context.loadDialect<emb::EmbDialect>();
  mlir::OpBuilder builder(&context);
  mlir::Location location =
      mlir::NameLoc::get(builder.getStringAttr(description.name));
  mlir::OwningOpRef<mlir::ModuleOp> module = mlir::ModuleOp::create(location);
  builder.setInsertionPointToEnd(module->getBody());
  emb::ModelOp model = createModel(description, builder, location);
  Value ids = model.getBody().getArgument(0);
  Value offsets = model.getSequenceOffsets();
  builder.setInsertionPointToEnd(&model.getBody().front());
  auto encoded = encode(builder, ids, offsets);
  if (!encoded)
    return encoded.takeError();
  ModelBuilder(description, builder, ids, offsets).build(*encoded);

  // What the verifiers say becomes part of the one error.
  std::string problem;
  mlir::ScopedDiagnosticHandler handler(&context,
                                        [&](mlir::Diagnostic &diagnostic) {
                                          if (problem.empty())
                                            problem = diagnostic.str();
                                          return mlir::success();
                                        });
  if (failed(mlir::verify(*module)))
    return invalid(description, problem);
  return module;
}
