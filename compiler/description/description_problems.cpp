//===- description_problems.cpp - Problems of a description ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/description/problem_checks.h"

#include "llvm/ADT/StringSet.h"

using namespace llvm;
using namespace emblem::frontend;

// Each layer is a dozen operations; more than this is a slip of the pen.
static constexpr int64_t maxLayers = 10'000;

std::string emblem::frontend::findProblem(const Linear &linear) {
  return linear.weight.empty() ? "'weight' is missing" : "";
}

std::string emblem::frontend::findProblem(const Norm &norm) {
  if (norm.kind == NormKind::Rms && !norm.shift.empty())
    return "'shift' is given, and an RMS norm has none";
  if (std::isfinite(norm.epsilon) && norm.epsilon >= 0)
    return "";
  return fmt::format("'epsilon' is {0}, and must be zero or positive",
                     norm.epsilon);
}

std::string emblem::frontend::findProblem(const TokenEmbedding &tokens) {
  return first({checkSize("vocabulary_size", tokens.vocabularySize),
                tokens.table.empty() ? "'table' is missing" : "",
                std::isfinite(tokens.scale) && tokens.scale > 0
                    ? ""
                    : fmt::format("'scale' is {0}, and must be positive",
                                  tokens.scale)});
}

std::string emblem::frontend::findProblem(const Position &position) {
  bool learned = position.kind == PositionKind::Learned;
  if (learned == position.table.empty())
    return learned ? "'table' is missing, and learned positions need one"
                   : "'table' is given, and sinusoidal positions have none";
  return first(
      {checkSize("count", position.count),
       checkSize("offset", position.offset, 0, position.count - 1),
       position.uncounted ? checkSize("uncounted", *position.uncounted, 0) : "",
       position.uncounted && (position.offset == 0 || !learned)
           ? "'uncounted' needs learned positions and an 'offset' of "
             "at least 1"
           : ""});
}

std::string emblem::frontend::findProblem(const Segment &segment) {
  return segment.table.empty() ? "" : checkSize("count", segment.count);
}

static std::string checkFrequencies(const Rotary &rotary) {
  if (rotary.frequencies.empty())
    return "";
  for (double frequency : rotary.frequencies)
    if (std::string problem = checkPositive("frequencies", frequency);
        !problem.empty())
      return problem;
  if (static_cast<int64_t>(rotary.frequencies.size()) == rotary.size / 2)
    return "";
  return fmt::format("'frequencies' are {0}, and must be {1}, one for each "
                     "pair of 'size'",
                     rotary.frequencies.size(), rotary.size / 2);
}

std::string emblem::frontend::findProblem(const Rotary &rotary) {
  return first({checkSize("size", rotary.size, 2),
                rotary.size % 2 ? "'size' must be even" : "",
                checkPositive("base", rotary.base),
                checkPositive("factor", rotary.factor),
                checkFrequencies(rotary),
                checkPositive("amplitude", rotary.amplitude),
                rotary.longest ? checkSize("longest", *rotary.longest) : ""});
}

std::string emblem::frontend::findProblem(const PositionBias &bias) {
  return first(
      {bias.table.empty() ? "'table' is missing" : "",
       checkSize("buckets", bias.buckets, 4),
       bias.buckets % 2 ? "'buckets' must be even" : "",
       checkSize("max_distance", bias.maxDistance, bias.buckets / 4 + 1)});
}

std::string emblem::frontend::findProblem(const RelativePositions &positions) {
  constexpr int64_t most = maxSize / 2;
  return first(
      {positions.table.empty() ? "'table' is missing" : "",
       checkSize("span", positions.span, 2, most),
       positions.maxDistance ? checkSize("max_distance", *positions.maxDistance,
                                         positions.span / 2 + 2)
                             : "",
       positions.norm ? within("norm", findProblem(*positions.norm)) : "",
       positions.norm && positions.norm->kind != NormKind::Layer
           ? "'norm' must be a layer norm"
           : "",
       positions.key ? within("key", findProblem(*positions.key)) : "",
       positions.query ? within("query", findProblem(*positions.query)) : "",
       positions.key || positions.query ? ""
                                        : "'key' and 'query' are missing"});
}

/// What a token sees, and how heads are turned.
template <typename T> static std::string checkSight(const T &layers) {
  return first({layers.before ? checkSize("before", *layers.before, 0) : "",
                layers.after ? checkSize("after", *layers.after, 0) : "",
                optionally("rotary", layers.rotary)});
}

static std::string checkHeadNorm(std::string_view part,
                                 const std::optional<Norm> &norm) {
  if (!norm)
    return "";
  if (norm->kind != NormKind::Rms || norm->scale.empty())
    return fmt::format("'{0}' must be an RMS norm with a scale", part);
  return within(part, findProblem(*norm));
}

std::string emblem::frontend::findProblem(const Attention &attention) {
  std::string problem = first(
      {checkSize("heads", attention.heads),
       checkSize("head_size", attention.headSize, 1,
                 maxSize / std::max<int64_t>(attention.heads, 1)),
       checkSize("key_value_heads", attention.keyValueHeads, 0,
                 attention.heads),
       checkPositive("scale", attention.scale),
       checkPositive("softcap", attention.softcap), checkSight(attention),
       attention.unattended ? checkSize("unattended", *attention.unattended, 0)
                            : "",
       optionally("position_bias", attention.positionBias),
       optionally("relative_positions", attention.relativePositions),
       within("query", findProblem(attention.query)),
       within("key", findProblem(attention.key)),
       within("value", findProblem(attention.value)),
       within("output", findProblem(attention.output)),
       checkHeadNorm("query_norm", attention.queryNorm),
       checkHeadNorm("key_norm", attention.keyNorm),
       within("norm", findProblem(attention.norm)),
       optionally("output_norm", attention.outputNorm),
       checkSize("first_normed", attention.firstNormed, 0)});
  if (!problem.empty())
    return problem;
  if (attention.queryNorm && attention.keyNorm &&
      attention.queryNorm->epsilon != attention.keyNorm->epsilon)
    return "'query_norm' and 'key_norm' must have the same epsilon";
  return "";
}

std::string emblem::frontend::findProblem(const FeedForward &feedForward) {
  return first({checkSize("inner_size", feedForward.innerSize),
                within("up", findProblem(feedForward.up)),
                optionally("gate", feedForward.gate),
                within("down", findProblem(feedForward.down)),
                within("norm", findProblem(feedForward.norm)),
                optionally("output_norm", feedForward.outputNorm)});
}

std::string emblem::frontend::findProblem(const LocalLayers &local) {
  return first(
      {local.pattern.empty() ? "'pattern' is empty" : "", checkSight(local)});
}

std::string emblem::frontend::findProblem(const Prompt &prompt) {
  return first(
      {checkSize("max_tokens", prompt.maxTokens, 0),
       prompt.marker ? checkSize("marker", *prompt.marker, 0) : "",
       prompt.expansion ? checkSize("expansion", *prompt.expansion, 0) : "",
       prompt.expansion && !prompt.maxTokens
           ? "an 'expansion' needs 'max_tokens', up to which it fills"
           : ""});
}

static std::string checkName(std::string_view name) {
  if (symbolOf(name) == name)
    return "";
  return fmt::format(
      "'name' is '{0}', and must be of letters, digits, '_', '-' "
      "and '.'",
      name);
}

static std::string checkPrompts(const Description &description) {
  StringSet<> names;
  for (const Prompt &prompt : description.prompts)
    if (prompt.name.empty())
      return "a prompt has no name";
    else if (!names.insert(prompt.name).second)
      return fmt::format("prompt '{0}' is given twice", prompt.name);
    else if (std::string problem = first(
                 {findProblem(prompt), checkSize("max_tokens", prompt.maxTokens,
                                                 0, description.maxTokens)});
             !problem.empty())
      return within("prompts", within(prompt.name, problem));
  if (description.defaultPrompt.empty() ||
      names.contains(description.defaultPrompt))
    return "";
  return fmt::format(
      "'default_prompt' is '{0}', and there is no prompt of that "
      "name",
      description.defaultPrompt);
}

// Past the longest text that a layer's heads are turned for, they would have to
// be turned in another way.
static std::string checkLongest(const Description &description) {
  const Layer &layer = description.layer;
  for (const std::optional<Rotary> *rotary :
       {&layer.attention.rotary, layer.local ? &layer.local->rotary : nullptr})
    if (rotary && *rotary && (*rotary)->longest &&
        *(*rotary)->longest < description.maxTokens)
      return fmt::format("its rotary positions are for texts of at most {0} "
                         "tokens, and texts may have {1}; set max_seq_length "
                         "(max_tokens in YAML) to {0}",
                         *(*rotary)->longest, description.maxTokens);
  return "";
}

static std::string checkProjection(const Description &description) {
  if (description.projectionNorm && !description.embeddingProjection)
    return "'projection_norm' needs an 'embedding_projection'";
  if (const auto &projection = description.embeddingProjection)
    return within("embedding_projection", findProblem(*projection));
  if (getEmbeddingSize(description) == description.hiddenSize)
    return "";
  return fmt::format("'embedding_size' is {0}, and without an "
                     "'embedding_projection' it must be 'hidden_size', {1}",
                     description.embeddingSize, description.hiddenSize);
}

// A text must have a token; where it may have none of its own, the zero row is.
static std::string checkTokens(const Description &description) {
  if (description.tokens.zeroRow ||
      (description.specialTokens && description.unknownTokens))
    return "";
  return "without special or unknown tokens a text may have no token, and "
         "'tokens' must say 'zero_row: true'";
}

// The part before the layers, of texts.
static std::string checkTexts(const Description &description) {
  if (description.patches || !description.convolutions.empty())
    return "'patches' and 'convolutions' are for 'input: images'";
  return first(
      {checkSize("hidden_size", description.hiddenSize),
       checkSize("embedding_size", getEmbeddingSize(description)),
       within("tokens", findProblem(description.tokens)),
       description.position
           ? within("position", findProblem(*description.position))
           : "",
       within("segment", findProblem(description.segment)),
       within("task", findProblem(description.task)),
       description.task.perToken ? "'task' is the same of all tokens" : "",
       description.segment.perToken && description.input != InputKind::Pairs
           ? "'segment' says 'per_token', and only 'input: pairs' has tokens "
             "of "
             "more than one type"
           : "",
       description.pairText && description.input != InputKind::Pairs
           ? "'pair_text' is given, and only 'input: pairs' has pairs"
           : "",
       !description.labels.empty() &&
               (description.input != InputKind::Pairs ||
                static_cast<int64_t>(description.labels.size()) !=
                    getDimension(description))
           ? "'labels' must name the scores of 'input: pairs', one each"
           : "",
       checkProjection(description), checkTokens(description)});
}

// What stands behind the last token that is pooled may be left out where no
// token sees those after it.
static std::string checkTrailingPadding(const Description &description,
                                        int64_t last) {
  if (!description.trailingPadding)
    return "";
  if (description.pooling != std::vector{PoolKind::Last} ||
      !seesNoneAfter(description))
    return "'trailing_padding' is given; that is for 'pooling: [last]' of "
           "tokens that see none after them ('after: 0')";
  return checkSize("trailing_padding", *description.trailingPadding, 0, last);
}

static std::string checkTextIds(const Description &description) {
  bool pairs = description.input == InputKind::Pairs;
  int64_t last = description.tokens.vocabularySize - 1;
  if (description.maxCharacters && pairs)
    return "'max_characters' is given, and a model of pairs has none";
  if (std::string problem =
          checkSize("max_characters", description.maxCharacters, 0);
      !problem.empty())
    return problem;
  for (auto [key, id] : {std::pair("end_token", description.endToken),
                         std::pair("padding", description.padding)})
    if (id && pairs)
      return fmt::format("'{0}' is given, and a model of pairs has none", key);
    else if (id)
      if (std::string problem = checkSize(key, *id, 0, last); !problem.empty())
        return problem;
  return checkTrailingPadding(description, last);
}

// What a reader, or a description that no file has, makes of its weights.
static std::string checkWeights(Description description) {
  std::string problem;
  auto check = [&](const WeightExpression &weight) {
    if (problem.empty())
      problem = within(weight.getTensorName(), findProblem(weight));
  };
  forEachWeight(description, check);
  for (std::vector<Dense> *modules :
       {&description.tokenDense, &description.dense})
    for (Dense &dense : *modules)
      forEachWeight(dense, check);
  return problem;
}

std::string emblem::frontend::findProblem(const Description &description) {
  bool seesImages = description.input == InputKind::Images;
  std::string problem =
      first({checkName(description.name),
             seesImages ? checkImages(description) : checkTexts(description),
             optionally("embedding_norm", description.embeddingNorm),
             checkSize("layers", description.layerCount, 0, maxLayers)});
  if (problem.empty() && description.layerCount > 0)
    problem = first(
        {within("attention", findProblem(description.layer.attention)),
         within("feed_forward", findProblem(description.layer.feedForward)),
         optionally("local", description.layer.local)});
  if (problem.empty() && description.finalNorm)
    problem = within("final_norm", findProblem(*description.finalNorm));
  if (problem.empty())
    problem = checkWeights(description);
  if (!problem.empty())
    return problem;
  if (seesImages)
    return checkOutputs(description);
  return first({checkSize("max_tokens", description.maxTokens, 1,
                          getMaxPositions(description)),
                checkTextIds(description), checkLongest(description),
                checkOutputs(description), checkPrompts(description)});
}

static bool givesOneVector(const Description &description) {
  return !description.pooling.empty() && !description.sparse &&
         !description.tokenWeights && !description.multiVector;
}

std::string emblem::frontend::findProblem(ArrayRef<Description> models) {
  const Description &main = models.front();
  if (std::string problem = findProblem(main); !problem.empty())
    return problem;
  // Those beside it give vectors of its space.
  for (const Description &other : models.drop_front()) {
    if (models.size() > 2 || main.input != InputKind::Texts ||
        other.input != InputKind::Images)
      return "of two towers one must have 'input: texts', and the other "
             "'input: images'";
    if (std::string problem = findProblem(other); !problem.empty())
      return problem;
    if (!givesOneVector(main))
      return "of two towers each must give one dense vector a text or image";
    if (getDimension(main) != getDimension(other))
      return fmt::format("two towers must give vectors of as many components, "
                         "but texts have {0} and images {1}",
                         getDimension(main), getDimension(other));
  }
  return "";
}
