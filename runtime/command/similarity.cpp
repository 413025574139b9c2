//===- similarity.cpp - PROGRAM similarity: how near texts are ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/command.h"
#include "runtime/command/compare.h"
#include "runtime/command/diagnostics.h"
#include "runtime/command/embed_batch.h"
#include "runtime/command/open_model.h"
#include "runtime/command/output_file.h"

namespace emblem::command {

// In programs whose first output is a vector a token.
extern "C" [[gnu::weak]] int
emblem_command_max_sim(const EmblemModelTable &table, const Options &options);

int runSimilarity(const EmblemModelTable &table, const Options &options) {
  if (options.operands.size() < 2)
    return badUsage("similarity needs two texts or more: %s similarity A B",
                    programName());
  if (emblem_command_max_sim && table.outputs &&
      table.outputs[0].kind == EMBLEM_MULTI_VECTOR)
    return emblem_command_max_sim(table, options);
  if (int code = requireVectors(table))
    return code;
  if (int code = checkDimension(table, options))
    return code;
  std::string_view prompt;
  if (int code = findInputPrompt(table, options, prompt))
    return code;
  OpenedModel model;
  if (int code = openModel(table, options, model))
    return code;
  EmblemModelInfo info;
  emblem_info(model.get(), &info);

  std::unique_ptr<EmbedBatch> batch =
      options.ids ? makeIdBatch(info) : makeTextBatch(table, prompt, info);
  BatchProblem problem;
  for (std::string_view text : options.operands)
    if (!batch->add(text, problem))
      break;
  std::vector<float> vectors(options.operands.size() * table.dimension);
  std::vector<EmblemTextInfo> infos(options.operands.size());
  if (problem.sentence.empty())
    batch->embed(model.get(), vectors.data(), infos.data(), problem);
  if (!problem.sentence.empty())
    return badInput("%s%s",
                    problem.line == problem.noLine
                        ? ""
                        : formatText("text %zu: ", problem.line + 1).c_str(),
                    problem.sentence.c_str());

  OutputFile output;
  output.open(nullptr);
  int64_t dimension = options.dimension ? options.dimension : table.dimension;
  int64_t truncated = infos[0].truncated;
  for (size_t i = 1; i < options.operands.size(); ++i) {
    writeComparison(table, vectors.data(), vectors.data() + i * table.dimension,
                    dimension, output);
    truncated += infos[i].truncated;
  }
  if (int code = output.finish())
    return code;
  reportTruncated(truncated, options.operands.size(), info.max_tokens);
  return 0;
}

} // namespace emblem::command
