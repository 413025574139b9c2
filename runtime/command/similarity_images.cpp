//===- similarity_images.cpp - PROGRAM similarity: how near pictures are --===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/compare.h"
#include "runtime/command/diagnostics.h"
#include "runtime/command/image_commands.h"
#include "runtime/command/image_files.h"
#include "runtime/command/open_model.h"

#include <algorithm>
#include <cmath>

namespace emblem::command {

namespace {

bool isText(const EmblemModelTable &table, std::string_view operand) {
  return table.input != EMBLEM_TAKES_IMAGES && !namesImage(operand);
}

/// The operands' vectors: of images, and of texts where the model takes them.
class Operands {
public:
  Operands(const EmblemModelTable &table, EmblemModel *model,
           std::string_view prompt)
      : table(table), model(model), prompt(prompt), images(model) {}

  /// An empty string, or what is wrong.
  std::string embed(std::span<const std::string_view> operands);

  std::vector<float> vectors; // an operand's after the other's
  int64_t truncated = 0;

private:
  std::string embedImages();
  std::string embedTexts();
  void place(const std::vector<float> &from, const std::vector<size_t> &of) {
    for (size_t i = 0; i < of.size(); ++i)
      std::copy_n(from.data() + i * table.dimension, table.dimension,
                  vectors.data() + of[i] * table.dimension);
  }

  const EmblemModelTable &table;
  EmblemModel *model;
  std::string_view prompt;
  ImageBatch images;
  std::vector<std::string> texts;
  std::vector<size_t> imageAt, textAt; // which operands they are
};

std::string Operands::embed(std::span<const std::string_view> operands) {
  for (size_t i = 0; i < operands.size(); ++i) {
    if (isText(table, operands[i])) {
      texts.push_back(std::string(prompt).append(operands[i]));
      textAt.push_back(i);
      continue;
    }
    std::string problem;
    if (!images.add(operands[i], problem))
      return problem;
    imageAt.push_back(i);
  }
  vectors.resize(operands.size() * table.dimension);
  if (std::string problem = embedImages(); !problem.empty())
    return problem;
  return texts.empty() ? "" : embedTexts();
}

std::string Operands::embedImages() {
  std::vector<float> found(imageAt.size() * table.dimension);
  std::string problem;
  bool ofFile;
  images.embed(0, found.data(), problem, ofFile);
  place(found, imageAt);
  return problem;
}

std::string Operands::embedTexts() {
  std::vector<EmblemText> asked;
  for (const std::string &text : texts)
    asked.push_back({text.data(), text.size()});
  std::vector<float> found(asked.size() * table.dimension);
  std::vector<EmblemTextInfo> infos(asked.size());
  if (emblem_embed(model, asked.data(), asked.size(), found.data(),
                   infos.data()) != EMBLEM_OK)
    return emblem_last_error();
  for (const EmblemTextInfo &info : infos)
    truncated += info.truncated;
  place(found, textAt);
  return {};
}

} // namespace

int runSimilarityImages(const EmblemModelTable &table, const Options &options) {
  if (options.operands.size() < 2)
    return badUsage("similarity needs two %s or more: %s similarity A B",
                    table.input == EMBLEM_TAKES_IMAGES ? "images" : "operands",
                    programName());
  if (int code = checkDimension(table, options))
    return code;
  if (options.dimension && options.dimension < table.dimension &&
      (table.distance != EMBLEM_COSINE || !std::isnan(table.threshold)))
    return badUsage("--dim scales vectors to length 1, and this model compares "
                    "whole ones; leave it out");
  std::string_view prompt;
  if (std::any_of(
          options.operands.begin(), options.operands.end(),
          [&](std::string_view operand) { return isText(table, operand); }))
    if (int code = findInputPrompt(table, options, prompt))
      return code;
  OpenedModel model;
  if (int code = openModel(table, options, model))
    return code;
  Operands operands(table, model.get(), prompt);
  if (std::string problem = operands.embed(options.operands); !problem.empty())
    return badInput("%s", problem.c_str());

  OutputFile output;
  output.open(nullptr);
  const float *vectors = operands.vectors.data();
  for (size_t i = 1; i < options.operands.size(); ++i)
    writeComparison(table, vectors, vectors + i * table.dimension,
                    options.dimension ? options.dimension : table.dimension,
                    output);
  if (int code = output.finish())
    return code;
  reportTruncated(operands.truncated, options.operands.size(),
                  table.max_tokens);
  return 0;
}

} // namespace emblem::command
