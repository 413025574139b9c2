//===- model.cpp - The model in a GGUF file -------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/gguf/model.h"

#include "compiler/files/gguf/gguf_file.h"
#include "compiler/files/model_file.h"
#include "compiler/frontend/gguf/architectures.h"
#include "compiler/frontend/gguf/ranking_head.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Path.h"

#include <cmath>
#include <cstring>

using namespace llvm;
using namespace emblem::frontend;

static constexpr StringLiteral tokenTypes = "token_types.weight";
static constexpr StringLiteral rotaryFactors = "rope_freqs.weight";
static constexpr StringLiteral joinedName = "blk.{}.attn_qkv";

static Expected<const Architecture *>
findArchitecture(const JsonObject &metadata) {
  StringRef key = "general.architecture";
  auto name = metadata.string(key, "");
  if (!name)
    return name.takeError();
  std::vector<StringRef> known;
  for (const Architecture *architecture : gguf::allArchitectures()) {
    if (architecture->modelTypes.front() == *name)
      return architecture;
    known.push_back(architecture->modelTypes.front());
  }
  if (StringRef(*name).ends_with("moe"))
    return metadata.error(key, "its layers choose among experts for each "
                               "token, which is not supported");
  return metadata.error(key, "the architectures that are known are '" +
                                 llvm::join(known, "', '") + "'");
}

// What a file may be other than a whole model.
static Error checkGeneral(const JsonObject &metadata) {
  auto type = metadata.string("general.type", "model");
  if (!type)
    return type.takeError();
  if (*type != "model")
    return metadata.error("general.type", "only a \"model\" can be compiled");
  return Error::success();
}

// The architecture's own keys, and the rows of two tables.
static JsonObject makeConfig(const GgufFile &file, StringRef architecture) {
  std::string scope = (architecture + ".").str();
  json::Object config;
  for (const auto &[key, value] : file.getMetadata()) {
    StringRef name = key;
    if (name.consume_front(scope))
      config[name.str()] = value;
  }
  for (auto [key, tensor] :
       {std::pair("vocab_size", StringRef("token_embd.weight")),
        {"token_types", tokenTypes}}) {
    auto table = file.getTensors().find(tensor);
    if (table != file.getTensors().end())
      config.try_emplace(key, table->second.shape.front());
  }
  return JsonObject(file.getPath().str(), std::move(config), scope);
}

static Expected<std::vector<PoolKind>> readPooling(const JsonObject &config) {
  // enum llama_pooling_type of llama.h.
  const json::Value *value = config.find("pooling_type");
  int64_t number = value ? value->getAsInteger().value_or(0) : 0;
  if (number == 1)
    return std::vector{PoolKind::Mean};
  if (number == 2)
    return std::vector{PoolKind::Cls};
  if (number == 3)
    return std::vector{PoolKind::Last};
  return config.error("pooling_type",
                      "how a text's rows become one vector must be 1 (mean), 2 "
                      "(cls), 3 (last) or, of a reranker, 4 (rank); " +
                          poolingAdvice);
}

// Queries, keys and values in one tensor, in this order.
static void takeJoined(const GgufFile &file, Description &model) {
  auto has = [&](StringRef name) {
    return file.getTensors().count(expandLayer(name, 0)) != 0;
  };
  Linear joined = weightNamed(joinedName);
  if (!has(joined.weight.name))
    return;
  if (Linear biased = linearNamed(joinedName); has(biased.bias.name))
    joined = biased;
  Attention &attention = model.layer.attention;
  int64_t queries = attention.heads * attention.headSize;
  int64_t keys = attention.keyValueHeads
                     ? attention.keyValueHeads * attention.headSize
                     : queries;
  attention.query = rowsOf(joined, 0, queries);
  attention.key = rowsOf(joined, queries, queries + keys);
  attention.value = rowsOf(joined, queries + keys, queries + 2 * keys);
}

// Llama 3's rotary positions: what each pair's angle is divided by.
static Error takeFrequencies(const GgufFile &file, Description &model) {
  auto found = file.getTensors().find(rotaryFactors);
  std::optional<Rotary> &rotary = model.layer.attention.rotary;
  if (found == file.getTensors().end() || !rotary)
    return Error::success();
  const WeightView &view = found->second;
  if (view.type != ElementType::F32 || view.elementCount() * 2 != rotary->size)
    return createStringError("'" + file.getPath() + "': '" + rotaryFactors +
                             "' must hold " + Twine(rotary->size / 2) +
                             " numbers of F32");
  for (int64_t i = 0; i < view.elementCount(); ++i) {
    float factor;
    std::memcpy(&factor, view.data + i * sizeof(factor), sizeof(factor));
    if (!(factor > 0) || !std::isfinite(factor))
      return damagedFile(file.getPath(), "'" + rotaryFactors +
                                             "' holds what is no positive "
                                             "number");
    rotary->frequencies.push_back(
        std::pow(rotary->base, -2.0 * i / rotary->size) / rotary->factor /
        factor);
  }
  return Error::success();
}

// A tensor that nothing reads is a part of the model that is not known.
static Error refuseUnused(const GgufFile &file, Description &model,
                          StringRef architecture) {
  StringSet<> used;
  used.insert("output.weight"); // from rows to tokens, which are not asked for
  if (model.layer.attention.rotary)
    used.insert(rotaryFactors); // taken already
  int64_t layers = std::max<int64_t>(model.layerCount, 1);
  for (int64_t layer = 0; layer < layers; ++layer)
    forEachWeight(model, [&](WeightExpression &weight) {
      weight.forEachName(
          [&](StringRef name) { used.insert(expandLayer(name, layer)); });
    });
  for (Dense &dense : model.dense)
    forEachWeight(dense, [&](WeightExpression &weight) {
      weight.forEachName([&](StringRef name) { used.insert(name); });
    });
  for (const auto &[name, view] : file.getTensors())
    if (!used.contains(name))
      return createStringError("'" + file.getPath() + "': the tensor '" + name +
                               "' is no part of '" + architecture +
                               "' as it is known here, and may change the "
                               "vectors; compile the model's Hugging Face "
                               "folder");
  return Error::success();
}

static Expected<Description> describeFile(const GgufFile &file,
                                          const ModelChoices &choices) {
  JsonObject metadata(file.getPath().str(), file.getMetadata());
  if (Error error = checkGeneral(metadata))
    return error;
  auto found = findArchitecture(metadata);
  if (!found)
    return found.takeError();
  Architecture architecture = **found;
  if (!file.getTensors().count(tokenTypes))
    architecture.names.segment.table.clear();
  // T5's first feed-forward has no gate.
  if (architecture.modelTypes.front() == "t5encoder" &&
      !file.getTensors().count("enc.blk.0.ffn_gate.weight")) {
    architecture.names.layer.feedForward.gate.reset();
    architecture.defaultActivation = "relu";
  }

  StringRef name = architecture.modelTypes.front();
  JsonObject config = makeConfig(file, name);
  bool ranks = isReranker(config);
  std::vector<PoolKind> pooling = {PoolKind::Mean}; // until applyChoices
  if (!ranks && choices.pooling.empty())
    if (Error error = readPooling(config).moveInto(pooling))
      return error;
  config.find("pooling_type");
  // A wrong count would cost memory and time before anything else shows it.
  auto layers = config.size("block_count");
  if (!layers)
    return layers.takeError();
  if (*layers > static_cast<int64_t>(file.getTensors().size()))
    return config.error("block_count", "the file has only " +
                                           Twine(file.getTensors().size()) +
                                           " tensors");
  for (StringRef key : {StringRef("attention.value_length"),
                        StringRef("token_types"), StringRef(labelsKey)})
    config.find(key); // checked below, and where there are such rows
  auto model = describe(architecture, config);
  if (!model)
    return model.takeError();
  if (config.find("attention.value_length")) {
    auto size = config.size("attention.value_length");
    if (!size)
      return size.takeError();
    if (*size != model->layer.attention.headSize)
      return config.error("attention.value_length",
                          "it must be that of queries and keys, " +
                              Twine(model->layer.attention.headSize));
  }
  model->pooling = std::move(pooling);
  model->normalize = !ranks;
  takeJoined(file, *model);
  if (Error error = takeFrequencies(file, *model))
    return error;
  if (ranks)
    if (Error error = addRankingHead(file, config, name, *model))
      return error;
  if (Error error = refuseUnused(file, *model, name))
    return error;
  return model;
}

Expected<Description> emblem::frontend::readGguf(StringRef path,
                                                 const ModelChoices &choices) {
  auto file = GgufFile::open(path);
  if (!file)
    return file.takeError();
  auto model = describeFile(**file, choices);
  if (!model)
    return model.takeError();
  std::string fileName = sys::path::filename(path).str();
  model->name = symbolOf(sys::path::stem(path));
  model->weightFiles = {fileName};
  if ((*file)->getMetadata().get("tokenizer.ggml.model"))
    model->tokenizerFile = fileName;
  return model;
}
