//===- output_problems.cpp - Problems of outputs --------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/description/problem_checks.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace emblem::frontend;

// A norm, or a scaling to length 1, may stand alone.
static std::string checkLinear(const Dense &dense) {
  bool sameSize = dense.inputSize == dense.outputSize;
  if (!dense.linear.weight.empty())
    return dense.residual && dense.residual->weight.empty() && !sameSize
               ? "'residual' needs a weight where 'input_size' is not "
                 "'output_size'"
               : findProblem(dense.linear);
  if (!dense.linear.bias.empty() || dense.residual ||
      dense.activation != Activation::Identity)
    return "without a 'weight' there can be no 'bias', 'activation' or "
           "'residual'";
  if (!sameSize)
    return "without a 'weight' 'input_size' must be 'output_size'";
  return dense.norm || dense.normalizesInput
             ? ""
             : "'weight' is missing, and it has no 'norm' either";
}

std::string emblem::frontend::findProblem(const Dense &dense) {
  return first({checkSize("input_size", dense.inputSize),
                checkSize("output_size", dense.outputSize), checkLinear(dense),
                optionally("norm", dense.norm)});
}

std::string emblem::frontend::findProblem(const Sparse &sparse) {
  return first(
      {optionally("transform", sparse.transform),
       optionally("norm", sparse.norm),
       within("decoder", findProblem(sparse.decoder)),
       sparse.pooling == PoolKind::Max || sparse.pooling == PoolKind::Sum
           ? ""
           : "'pooling' must be 'max' or 'sum'"});
}

static std::string checkIds(std::string_view key, ArrayRef<int32_t> ids) {
  for (int32_t id : ids)
    if (id < 0)
      return fmt::format("'{0}' has {1}, which is no token id", key, id);
  return "";
}

std::string emblem::frontend::findProblem(const TokenWeights &weights) {
  return first({within("linear", findProblem(weights.linear)),
                checkIds("skipped", weights.skipped)});
}

std::string emblem::frontend::findProblem(const MultiVector &multiVector) {
  for (const Dense &dense : multiVector.dense)
    if (std::string problem = findProblem(dense); !problem.empty())
      return within("dense", problem);
  return checkIds("skipped", multiVector.skipped);
}

// Each Dense takes what the one before it gives.
static std::string checkDense(ArrayRef<Dense> modules, int64_t width) {
  for (const Dense &dense : modules) {
    if (std::string problem = findProblem(dense); !problem.empty())
      return within("dense", problem);
    if (dense.inputSize != width)
      return fmt::format("a dense takes {0} features, and gets {1}",
                         dense.inputSize, width);
    width = dense.outputSize;
  }
  return "";
}

static std::string checkThreshold(const Description &description) {
  if (!description.threshold)
    return "";
  double threshold = *description.threshold;
  if (description.distance == Distance::Cosine)
    return std::abs(threshold) <= 1
               ? ""
               : fmt::format("'threshold' is {0}, and must be a cosine, from "
                             "-1 to 1",
                             threshold);
  if (description.distance != Distance::Euclidean)
    return std::isfinite(threshold) ? "" : "'threshold' must be finite";
  return threshold >= 0 && std::isfinite(threshold)
             ? ""
             : fmt::format("'threshold' is {0}, and must be a distance, which "
                           "is finite and not negative",
                           threshold);
}

std::string emblem::frontend::checkOutputs(const Description &description) {
  bool isDense = !description.pooling.empty();
  if (!isDense && !description.sparse && !description.tokenWeights &&
      !description.multiVector)
    return "'pooling' is missing, and nothing else is returned";
  if (!description.poolsPrompt &&
      (description.input != InputKind::Texts || !isDense ||
       description.attentionPooling || description.endToken ||
       description.padding || !description.tokenDense.empty() ||
       description.sparse || description.tokenWeights ||
       description.multiVector ||
       llvm::is_contained(description.pooling, PoolKind::WeightedMean)))
    return "'pools_prompt' is false, and only the tokens of texts that "
           "'pooling' takes as they are, by another way than weighted_mean, "
           "can leave a prompt's out";
  if (!isDense && (!description.dense.empty() || description.normalize ||
                   description.poolingNorm || !description.tokenDense.empty()))
    return "without 'pooling' there is nothing that 'token_dense', "
           "'pooling_norm', 'dense' or 'normalize' could take";
  if (!description.tokenDense.empty() &&
      (description.attentionPooling || !description.convolutions.empty()))
    return "'token_dense' is for rows of tokens that 'pooling' takes";
  if (description.input == InputKind::Pairs &&
      (!isDense || description.sparse || description.tokenWeights ||
       description.multiVector))
    return "a model of pairs returns its scores alone";
  if (description.input == InputKind::Images &&
      (!isDense || description.sparse || description.tokenWeights ||
       description.multiVector))
    return "a model of images returns a dense vector alone";
  return first(
      {optionally("attention_pooling", description.attentionPooling),
       description.attentionPooling &&
               description.hiddenSize % description.attentionPooling->heads
           ? "in 'attention_pooling': 'heads' must divide 'hidden_size'"
           : "",
       checkThreshold(description),
       within("token_dense",
              checkDense(description.tokenDense, description.hiddenSize)),
       optionally("pooling_norm", description.poolingNorm),
       checkDense(description.dense, getPooledSize(description)),
       optionally("sparse", description.sparse),
       optionally("token_weights", description.tokenWeights),
       optionally("multi_vector", description.multiVector),
       description.multiVector
           ? within("multi_vector", checkDense(description.multiVector->dense,
                                               description.hiddenSize))
           : ""});
}
