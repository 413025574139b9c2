//===- max_sim.cpp - PROGRAM similarity, of vectors of tokens -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Late interaction (Khattab and Zaharia, "ColBERT", 2020): each vector of the
// query counts by the vector of the document that is nearest to it.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/command.h"
#include "runtime/command/diagnostics.h"
#include "runtime/command/embed_batch.h"
#include "runtime/command/open_model.h"
#include "runtime/command/output_file.h"
#include "runtime/command/too_long.h"
#include "runtime/table/outputs.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace emblem::command {

namespace {

/// The first text is the query, the others are documents.
class MaxSim {
public:
  MaxSim(const EmblemModelTable &table, const Options &options)
      : table(table), options(options), width(table.outputs[0].width) {}
  int run();

private:
  using Rows = std::vector<std::span<const float>>;

  /// The prompt of the text, or an empty name where the model has none for it.
  const char *promptOf(size_t text) const {
    if (options.prompt)
      return options.prompt;
    const char *name = text == 0 ? "query" : "document";
    return runtime::promptOf(table, name) ? name : "";
  }
  std::string add(size_t text);
  std::string addText(size_t text);
  Rows rowsOf(size_t text) const;
  double score(const Rows &query, const Rows &document) const;

  const EmblemModelTable &table;
  const Options &options;
  int64_t width;
  OpenedModel model;
  EmblemModelInfo info;
  std::vector<int32_t> ids;
  std::vector<int64_t> offsets = {0};
  std::vector<float> rows;
  int64_t truncated = 0;
};

} // namespace

/// The sentence of what is wrong, or an empty one.
std::string MaxSim::addText(size_t text) {
  const char *name = promptOf(text);
  const EmblemPrompt *prompt = name ? runtime::promptOf(table, name) : nullptr;
  std::string prompted = prompt ? prompt->text : "";
  prompted += options.operands[text];
  size_t count = 0;
  ids.resize(offsets.back() + table.max_tokens);
  EmblemTextInfo encoded = {};
  const EmblemStatus status = emblem_encode(
      model.get(), name ? name : "", {prompted.data(), prompted.size()},
      ids.data() + offsets.back(), table.max_tokens, &count, &encoded);
  ids.resize(offsets.back() + count);
  truncated += encoded.truncated != 0;
  if (status == EMBLEM_OK)
    return count ? "" : "the text has no tokens, of which rows could be";
  return status == EMBLEM_TEXT_TOO_LONG ? tooLongSentence(table, prompted)
                                        : emblem_last_error();
}

std::string MaxSim::add(size_t text) {
  std::string problem = options.ids
                            ? parseTokenIds(options.operands[text], info, ids)
                            : addText(text);
  offsets.push_back(ids.size());
  return problem;
}

/// The vectors of a text that count.
MaxSim::Rows MaxSim::rowsOf(size_t text) const {
  Rows result;
  for (int64_t i = offsets[text]; i < offsets[text + 1]; ++i)
    if (emblem_counts(model.get(), 0, promptOf(text), i - offsets[text],
                      ids[i]))
      result.push_back({rows.data() + i * width, static_cast<size_t>(width)});
  return result;
}

double MaxSim::score(const Rows &query, const Rows &document) const {
  double sum = 0;
  for (std::span<const float> one : query) {
    double nearest = document.empty() ? 0 : -HUGE_VAL;
    for (std::span<const float> other : document)
      nearest = std::max(nearest, std::inner_product(one.begin(), one.end(),
                                                     other.begin(), 0.0));
    sum += nearest;
  }
  return table.distance == EMBLEM_MEAN_MAX_SIM && !query.empty()
             ? sum / static_cast<double>(query.size())
             : sum;
}

int MaxSim::run() {
  if (options.dimension)
    return badUsage("--dim is for dense vectors, and this model has one vector "
                    "a token");
  std::string_view prompt;
  if (int code = findInputPrompt(table, options, prompt))
    return code;
  if (int code = openModel(table, options, model))
    return code;
  emblem_info(model.get(), &info);
  const size_t texts = options.operands.size();
  for (size_t text = 0; text < texts; ++text)
    if (std::string problem = add(text); !problem.empty())
      return badInput("text %zu: %s", text + 1, problem.c_str());
  rows.resize(ids.size() * width);
  float *outputs[EMBLEM_MOST_OUTPUTS] = {rows.data()};
  if (emblem_run(model.get(), ids.data(), offsets.data(), texts, outputs) !=
      EMBLEM_OK)
    return badInput("%s", emblem_last_error());

  OutputFile output;
  output.open(nullptr);
  const Rows query = rowsOf(0);
  for (size_t text = 1; text < texts; ++text)
    output.print("%.6f\n", score(query, rowsOf(text)));
  if (int code = output.finish())
    return code;
  reportTruncated(truncated, texts, info.max_tokens);
  return 0;
}

extern "C" int emblem_command_max_sim(const EmblemModelTable &table,
                                      const Options &options) {
  return MaxSim(table, options).run();
}

} // namespace emblem::command
