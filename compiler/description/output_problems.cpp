//===- output_problems.cpp - Problems of outputs --------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/description/problem_checks.h"

using namespace llvm;
using namespace emblem::frontend;

std::string emblem::frontend::findProblem(const Dense &dense) {
  return first({checkSize("input_size", dense.inputSize),
                checkSize("output_size", dense.outputSize),
                findProblem(dense.linear), optionally("norm", dense.norm)});
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
  if (!isDense && (!description.dense.empty() || description.normalize ||
                   description.poolingNorm))
    return "without 'pooling' there is nothing that 'pooling_norm', 'dense' or "
           "'normalize' could take";
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
