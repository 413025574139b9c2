//===- description_yaml.cpp - The description as YAML ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/description/description_yaml.h"

#include "compiler/description/yaml_images.h"
#include "compiler/description/yaml_layers.h"
#include "compiler/description/yaml_outputs.h"
#include "compiler/files/model_file.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/SourceMgr.h"

using namespace emblem;
using namespace emblem::frontend;
using namespace llvm;

namespace {
// Written as a map from names to texts, or to texts with rules.
using Prompts = std::vector<Prompt>;
struct PromptEntry {
  Prompt prompt;
};
// One way to pool, or a list of them.
struct Poolings {
  std::vector<PoolKind> kinds;
};
// What stands for a map, or for a list, where there must be none.
struct NoMap {};
struct NoList {
  int element = 0;
};
// A model without what is said of all towers: its name, and how vectors are
// compared.
struct Tower {
  Description model;
};
// All that a file describes.
struct Models {
  std::vector<Description> list = std::vector<Description>(1);
};
} // namespace

LLVM_YAML_IS_SEQUENCE_VECTOR(Tower)
LLVM_YAML_IS_STRING_MAP(emblem::frontend::WeightExpression)

namespace llvm::yaml {

template <> struct ScalarTraits<InputKind> {
  static constexpr StringLiteral names[] = {"texts", "pairs", "images"};
  static void output(const InputKind &kind, void *, raw_ostream &os) {
    os << names[static_cast<size_t>(kind)];
  }
  static StringRef input(StringRef text, void *, InputKind &kind) {
    const StringLiteral *name = llvm::find(names, text);
    if (name == std::end(names))
      return "must be 'texts', 'pairs' or 'images'";
    kind = static_cast<InputKind>(name - names);
    return "";
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct MappingTraits<NoMap> {
  static void mapping(IO &io, NoMap &) {
    io.setError("must be a way to pool, or a list of them");
  }
};

template <> struct SequenceTraits<NoList> {
  static size_t size(IO &, NoList &) { return 0; }
  static int &element(IO &io, NoList &list, size_t) {
    io.setError("must be a text, or a map that holds it");
    return list.element;
  }
};

template <> struct PolymorphicTraits<Poolings> {
  static NodeKind getKind(const Poolings &poolings) {
    return poolings.kinds.size() == 1 ? NodeKind::Scalar : NodeKind::Sequence;
  }
  static PoolKind &getAsScalar(Poolings &poolings) {
    poolings.kinds.resize(1);
    return poolings.kinds.front();
  }
  static std::vector<PoolKind> &getAsSequence(Poolings &poolings) {
    return poolings.kinds;
  }
  static NoMap &getAsMap(Poolings &) {
    static NoMap none;
    return none;
  }
};

template <> struct MappingTraits<Prompt> : CheckedMapping<Prompt> {
  static void mapping(IO &io, Prompt &prompt) {
    io.mapRequired("text", prompt.text);
    io.mapOptional("max_tokens", prompt.maxTokens, int64_t(0));
    io.mapOptional("marker", prompt.marker);
    io.mapOptional("expansion", prompt.expansion);
    io.mapOptional("keeps_all", prompt.keepsAll, false);
  }
};

// A prompt is its text, or a map where it has rules.
template <> struct PolymorphicTraits<PromptEntry> {
  static NodeKind getKind(const PromptEntry &entry) {
    const Prompt &prompt = entry.prompt;
    bool plain = !prompt.maxTokens && !prompt.marker && !prompt.expansion &&
                 !prompt.keepsAll;
    return plain ? NodeKind::Scalar : NodeKind::Map;
  }
  static std::string &getAsScalar(PromptEntry &entry) {
    return entry.prompt.text;
  }
  static Prompt &getAsMap(PromptEntry &entry) { return entry.prompt; }
  static NoList &getAsSequence(PromptEntry &) {
    static NoList none;
    return none;
  }
};

template <> struct CustomMappingTraits<Prompts> {
  static void inputOne(IO &io, StringRef name, Prompts &prompts) {
    PromptEntry entry;
    entry.prompt.name = name.str();
    io.mapRequired(name.str().c_str(), entry);
    prompts.push_back(entry.prompt);
  }
  static void output(IO &io, Prompts &prompts) {
    for (Prompt &prompt : prompts) {
      PromptEntry entry{prompt};
      io.mapRequired(prompt.name.c_str(), entry);
    }
  }
};

template <>
struct MappingTraits<TokenEmbedding> : CheckedMapping<TokenEmbedding> {
  static void mapping(IO &io, TokenEmbedding &tokens) {
    io.mapRequired("vocabulary_size", tokens.vocabularySize);
    io.mapRequired("table", tokens.table);
    mapNumber(io, "scale", tokens.scale, 1.0);
    io.mapOptional("zero_row", tokens.zeroRow, false);
  }
};

template <> struct MappingTraits<Position> : CheckedMapping<Position> {
  static void mapping(IO &io, Position &position) {
    io.mapRequired("kind", position.kind);
    io.mapRequired("count", position.count);
    io.mapOptional("offset", position.offset, int64_t(0));
    io.mapOptional("uncounted", position.uncounted);
    io.mapOptional("table", position.table, std::string());
  }
};

template <> struct MappingTraits<Segment> : CheckedMapping<Segment> {
  static void mapping(IO &io, Segment &segment) {
    io.mapRequired("count", segment.count);
    io.mapRequired("table", segment.table);
    io.mapOptional("per_token", segment.perToken, false);
  }
};

template <> struct MappingTraits<PairText> {
  static void mapping(IO &io, PairText &text) {
    io.mapOptional("before", text.before, std::string());
    io.mapOptional("between", text.between, std::string());
    io.mapOptional("after", text.after, std::string());
  }
};

template <> struct MappingTraits<Tower> {
  static void mapTexts(IO &io, Description &description) {
    io.mapOptional("pair_text", description.pairText);
    io.mapOptional("labels", description.labels);
    io.mapRequired("hidden_size", description.hiddenSize);
    io.mapOptional("embedding_size", description.embeddingSize, int64_t(0));
    io.mapRequired("max_tokens", description.maxTokens);
    io.mapOptional("max_characters", description.maxCharacters, int64_t(0));
    io.mapOptional("end_token", description.endToken);
    io.mapOptional("padding", description.padding);
    io.mapOptional("trailing_padding", description.trailingPadding);
    io.mapRequired("tokens", description.tokens);
    io.mapOptional("position", description.position);
    if (!io.outputting() || !description.segment.table.empty())
      io.mapOptional("segment", description.segment);
    if (!io.outputting() || !description.task.table.empty())
      io.mapOptional("task", description.task);
  }

  static void mapImages(IO &io, Description &description) {
    io.mapRequired("image", description.image);
    io.mapOptional("patches", description.patches);
    io.mapOptional("convolutions", description.convolutions);
    if (description.convolutions.empty())
      io.mapRequired("hidden_size", description.hiddenSize);
  }

  static void mapping(IO &io, Tower &tower) {
    Description &description = tower.model;
    io.mapOptional("weights", description.weightFiles);
    if (!io.outputting() || !description.adapted.empty())
      io.mapOptional("adapted_weights", description.adapted);
    io.mapOptional("tokenizer", description.tokenizerFile, std::string());
    io.mapOptional("tokenizer_settings", description.tokenizerSettings);
    io.mapOptional("special_tokens", description.specialTokens, true);
    io.mapOptional("unknown_tokens", description.unknownTokens, true);
    io.mapOptional("input", description.input, InputKind::Texts);
    if (description.input == InputKind::Images)
      mapImages(io, description);
    else
      mapTexts(io, description);
    io.mapOptional("embedding_norm", description.embeddingNorm);
    io.mapOptional("embedding_projection", description.embeddingProjection);
    io.mapOptional("projection_norm", description.projectionNorm);
    if (description.convolutions.empty())
      io.mapRequired("layers", description.layerCount);
    if (description.layerCount != 0)
      io.mapRequired("layer", description.layer);
    io.mapOptional("final_norm", description.finalNorm);
    if (!io.outputting() || !description.tokenDense.empty())
      io.mapOptional("token_dense", description.tokenDense);
    Poolings poolings;
    if (io.outputting())
      poolings.kinds = description.pooling;
    bool otherwise =
        description.attentionPooling || !description.convolutions.empty();
    if (!io.outputting() || (!poolings.kinds.empty() && !otherwise))
      io.mapOptional("pooling", poolings);
    description.pooling = poolings.kinds;
    io.mapOptional("pools_prompt", description.poolsPrompt, true);
    io.mapOptional("attention_pooling", description.attentionPooling);
    // What is pooled otherwise has no other way.
    if (!io.outputting() && poolings.kinds.empty() &&
        (description.attentionPooling || !description.convolutions.empty()))
      description.pooling = {PoolKind::Mean};
    io.mapOptional("pooling_norm", description.poolingNorm);
    io.mapOptional("pooling_norm_weights", description.poolingNormWeightsFile,
                   std::string());
    io.mapOptional("dense", description.dense);
    io.mapOptional("normalize", description.normalize, false);
    io.mapOptional("sparse", description.sparse);
    io.mapOptional("token_weights", description.tokenWeights);
    io.mapOptional("multi_vector", description.multiVector);
    if (!io.outputting() || !description.prompts.empty())
      io.mapOptional("prompts", description.prompts);
    io.mapOptional("default_prompt", description.defaultPrompt, std::string());
  }

  // What one gets wrong is reported at its place.
  static std::string validate(IO &io, Tower &tower) {
    if (io.outputting())
      return "";
    tower.model.name = "tower"; // a whole model has one
    return findProblem(tower.model);
  }
};

// No check of the whole here: an empty file has no place to report it at.
template <> struct MappingTraits<Models> {
  static void join(IO &io, std::vector<Tower> &towers,
                   std::vector<Description> &models) {
    if (towers.size() > 2)
      return io.setError("'towers' must be one, which is all there is, or one "
                         "of texts and one of images");
    if (towers.size() == 2 && towers[0].model.input == InputKind::Images)
      std::swap(towers[0], towers[1]);
    std::string name = models.front().name;
    models.clear();
    for (Tower &tower : towers)
      models.push_back(std::move(tower.model));
    assignRoles(models, name);
  }

  static void mapping(IO &io, Models &whole) {
    std::vector<Description> &models = whole.list;
    io.mapRequired("name", models.front().name);
    std::vector<Tower> towers;
    if (models.size() > 1)
      for (const Description &model : models)
        towers.push_back({model});
    io.mapOptional("towers", towers);
    if (towers.empty()) {
      Tower tower{std::move(models.front())};
      MappingTraits<Tower>::mapping(io, tower);
      models.front() = std::move(tower.model);
    } else if (!io.outputting()) {
      join(io, towers, models);
    }
    io.mapOptional("distance", models.front().distance, Distance::Cosine);
    mapNumber(io, "threshold", models.front().threshold);
  }
};

} // namespace llvm::yaml

// LLVM's parser recurses with each bracket and with each "- " of a line; a
// description nests a few levels. Brackets in strings, "layer.{}", balance.
static bool nestsTooDeep(StringRef text) {
  constexpr int most = 100;
  int brackets = 0, indicators = 0;
  for (char c : text) {
    if (c == '[' || c == '{')
      ++brackets;
    else if (c == ']' || c == '}')
      --brackets;
    if (c == '-' || c == '?')
      ++indicators;
    else if (c != ' ')
      indicators = 0;
    if (brackets > most || indicators > most)
      return true;
  }
  return false;
}

Expected<std::vector<Description>> emblem::frontend::parseYaml(StringRef text,
                                                               StringRef file) {
  if (nestsTooDeep(text))
    return createStringError(file + ": nests more than 100 levels, which no "
                                    "description does; is it the right file?");
  // Only the first diagnostic counts: the others follow from it.
  std::string problem;
  auto report = [](const SMDiagnostic &diagnostic, void *context) {
    std::string &problem = *static_cast<std::string *>(context);
    if (!problem.empty())
      return;
    if (diagnostic.getLineNo() > 0)
      problem = formatv("{0}:{1}:{2}: {3}", diagnostic.getFilename(),
                        diagnostic.getLineNo(), diagnostic.getColumnNo() + 1,
                        diagnostic.getMessage());
    else
      problem = formatv("{0}: {1}", diagnostic.getFilename(),
                        diagnostic.getMessage());
  };
  yaml::Input input(MemoryBufferRef(text, file), /*Ctxt=*/nullptr, report,
                    &problem);
  Models models;
  input >> models;
  if (input.error())
    return createStringError(
        problem.empty() ? (file + ": the description is empty; it begins with "
                                  "'name:'")
                              .str()
                        : problem);
  if (input.nextDocument())
    return createStringError(file + ": holds more than one description; keep "
                                    "one a file");
  for (Description &model : models.list)
    llvm::sort(model.prompts, [](const Prompt &a, const Prompt &b) {
      return a.name < b.name;
    });
  problem = findProblem(models.list);
  if (!problem.empty())
    return createStringError(file + ": " + problem);
  return std::move(models.list);
}

Expected<std::vector<Description>> emblem::frontend::readYaml(StringRef path) {
  auto buffer = readTextFile(path);
  if (!buffer)
    return buffer.takeError();
  return parseYaml((*buffer)->getBuffer(), path);
}

void emblem::frontend::writeYaml(ArrayRef<Description> models,
                                 raw_ostream &os) {
  Models copy{models.vec()}; // YAML I/O maps both ways through one
  yaml::Output output(os, /*Ctxt=*/nullptr, /*WrapColumn=*/0);
  output << copy;
}
