//===- rerank.cpp - PROGRAM rerank: texts by how well they answer ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/command.h"
#include "runtime/command/diagnostics.h"
#include "runtime/command/embed_batch.h"
#include "runtime/command/json_text.h"
#include "runtime/command/open_model.h"
#include "runtime/command/output_file.h"
#include "runtime/command/progress.h"
#include "runtime/command/text_source.h"
#include "runtime/command/vector_writer.h"
#include "runtime/model/check_outputs.h"
#include "runtime/tokenizer/utf8.h"

#include <algorithm>
#include <cinttypes>
#include <cmath>

namespace emblem::command {

namespace {

constexpr size_t mostPairs = 512;

struct Scored {
  int64_t index; // of the text, from 0
  float score;
  bool truncated;
  size_t begin, end; // of the text, in the bytes that were read
};

/// The texts, scored a batch at a time. In the order of the input a batch's
/// texts are written and forgotten; else all wait for the end.
class RerankLoop {
public:
  RerankLoop(const EmblemModelTable &table, EmblemModel *model,
             const Options &options, OutputFile &output)
      : table(table), model(model), options(options),
        query{options.operands[0].data(), options.operands[0].size()},
        output(output) {}

  void add(std::string_view text) {
    ends.push_back({bytes.size(), bytes.size() + text.size()});
    bytes += text;
  }
  bool full() const {
    return ends.size() >= mostPairs ||
           (!ends.empty() &&
            ends.back().second - ends.front().first >= 1 << 20);
  }

  /// Scores what was added since the last call. The sentence of what is wrong,
  /// or an empty one; `fault` is then the text at fault, or -1.
  std::string run(int64_t &fault);
  /// What has waited, the best first.
  void finish();

  int64_t texts = 0, tokens = 0, truncated = 0;

private:
  std::string findFault(int64_t &fault) const;
  void write(const Scored &scored);

  const EmblemModelTable &table;
  EmblemModel *model;
  const Options &options;
  EmblemText query;
  OutputFile &output;
  std::string bytes;                           // texts, back to back
  std::vector<std::pair<size_t, size_t>> ends; // of the texts of this batch
  std::vector<EmblemPair> pairs;
  std::vector<float> scores;
  std::vector<EmblemTextInfo> infos;
  std::vector<Scored> waiting;
  std::string line;
  runtime::Buffer<uint8_t> repaired;
};

std::string RerankLoop::run(int64_t &fault) {
  fault = -1;
  pairs.clear();
  for (auto [begin, end] : ends)
    pairs.push_back({query, {bytes.data() + begin, end - begin}});
  scores.resize(pairs.size() * table.dimension);
  infos.resize(pairs.size());
  const EmblemStatus status = emblem_score(model, pairs.data(), pairs.size(),
                                           scores.data(), infos.data());
  if (status == EMBLEM_TEXT_TOO_LONG)
    return findFault(fault);
  if (status == EMBLEM_NOT_FINITE) {
    fault = texts + static_cast<int64_t>(runtime::findNotFinite(
                        scores.data(), pairs.size(), table.dimension));
    return notFiniteSentence;
  }
  if (status != EMBLEM_OK)
    return emblem_last_error();
  for (size_t i = 0; i < pairs.size(); ++i) {
    waiting.push_back({texts++, scores[i * table.dimension + options.label],
                       infos[i].truncated != 0, ends[i].first, ends[i].second});
    tokens += infos[i].tokens;
    truncated += infos[i].truncated != 0;
  }
  ends.clear();
  if (options.sorted)
    return {};
  for (const Scored &scored : waiting)
    write(scored);
  waiting.clear();
  bytes.clear();
  return {};
}

std::string RerankLoop::findFault(int64_t &fault) const {
  for (size_t i = 0; i < pairs.size(); ++i) {
    size_t count;
    if (emblem_tokenize_pair(model, pairs[i], nullptr, nullptr, 0, &count,
                             nullptr) != EMBLEM_TEXT_TOO_LONG)
      continue;
    fault = texts + static_cast<int64_t>(i);
    break;
  }
  return formatText("with the query it has more than the %" PRId64
                    " tokens that the model takes; shorten one of them, or let "
                    "them be cut with --on-overflow=truncate",
                    table.max_tokens);
}

void RerankLoop::write(const Scored &scored) {
  std::string_view text(bytes.data() + scored.begin, scored.end - scored.begin);
  (void)runtime::repairUtf8(text, repaired);
  line.clear();
  if (options.format == VectorFormat::Text) {
    appendFloat(line, scored.score);
    line += "\t" + std::to_string(scored.index) + "\t";
    line.append(text) += '\n';
  } else {
    line = "{\"index\":" + std::to_string(scored.index) + ",\"score\":";
    // JSON has no word for infinity or NaN.
    if (std::isfinite(scored.score))
      appendFloat(line, scored.score);
    else
      line += "null";
    line += ",\"text\":" + jsonString(text) +
            ",\"truncated\":" + (scored.truncated ? "true" : "false") + "}\n";
  }
  output.write(line);
}

void RerankLoop::finish() {
  // Equal scores keep the texts' order, and what is no number comes last.
  std::sort(waiting.begin(), waiting.end(),
            [](const Scored &a, const Scored &b) {
              const bool known = !std::isnan(a.score);
              if (known == std::isnan(b.score))
                return known;
              return a.score != b.score && known ? a.score > b.score
                                                 : a.index < b.index;
            });
  size_t count = waiting.size();
  if (options.top)
    count = std::min(count, static_cast<size_t>(options.top));
  for (size_t i = 0; i < count; ++i)
    write(waiting[i]);
}

int checkRerank(const EmblemModelTable &table, const Options &options) {
  if (options.operands.empty())
    return badUsage("rerank needs a query: %s rerank QUERY [TEXT ...]",
                    programName());
  if (options.top && !options.sorted)
    return badUsage("--top goes with texts that are sorted, without --no-sort");
  if (options.label < 0 && table.dimension > 1)
    return badUsage("this model gives %" PRId64
                    " scores a pair; choose with --label=0 to --label=%" PRId64
                    " which one counts",
                    table.dimension, table.dimension - 1);
  if (options.label >= table.dimension)
    return badUsage("--label %" PRId64 " is out of range; this model gives the "
                    "scores 0 to %" PRId64,
                    options.label, table.dimension - 1);
  if (!table.tokenizer)
    return badInput("this model was compiled without a tokenizer; give token "
                    "ids to emblem_score_ids");
  return 0;
}

} // namespace

static int runRerank(const EmblemModelTable &table, const Options &given) {
  if (int code = checkRerank(table, given))
    return code;
  Options options = given;
  options.label = std::max<int64_t>(options.label, 0);
  OutputFile output;
  if (!output.open(options.output))
    return output.finish();
  OpenedModel model;
  if (int code = openModel(table, options, model))
    return code;

  TextSource source(std::span(options.operands).subspan(1));
  Progress progress(!options.output);
  RerankLoop loop(table, model.get(), options, output);
  std::string_view text;
  bool more = true;
  while (more && !output.failed()) {
    bool any = false;
    while (!loop.full() && (!any || source.ready()) &&
           (more = source.next(text))) {
      loop.add(text);
      any = true;
    }
    int64_t fault;
    if (std::string problem = loop.run(fault); !problem.empty()) {
      progress.end();
      output.flush();
      std::string where = fault < 0 ? "" : source.where(fault) + ": ";
      return badInput("%s%s", where.c_str(), problem.c_str());
    }
    progress.update(loop.texts, loop.tokens);
    if (!source.ready())
      output.flush();
  }
  progress.end();
  if (int code = source.finish())
    return code;
  loop.finish();
  if (int code = output.finish())
    return code;
  reportTruncated(loop.truncated, loop.texts, table.max_tokens);
  return 0;
}

//===----------------------------------------------------------------------===//
// The command
//===----------------------------------------------------------------------===//

static constexpr Option top = {
    "--top", "", "K", "only the K best",
    [](Options &options, const char *value) -> const char * {
      return parseInteger(value, 1, INT64_MAX, options.top)
                 ? nullptr
                 : "a whole number from 1 on";
    }};

static constexpr Option noSort = {
    "--no-sort", "", nullptr, "in the order of the texts",
    [](Options &options, const char *) -> const char * {
      options.sorted = false;
      return nullptr;
    }};

static constexpr Option label = {
    "--label", "", "N", "which score counts, from 0, where there are several",
    [](Options &options, const char *value) -> const char * {
      return parseInteger(value, 0, INT64_MAX, options.label)
                 ? nullptr
                 : "a whole number from 0 to the model's scores less 1";
    }};

static constexpr const Option *rerankOptions[] = {&option::hitFormat,
                                                  &option::output,
                                                  &top,
                                                  &noSort,
                                                  &label,
                                                  &option::onOverflow,
                                                  &option::threads,
                                                  &option::pin,
                                                  &option::maxBatchTokens,
                                                  &option::device};

static constexpr const char *rerankExamples[] = {
    "rerank \"How far is the moon?\" < passages.txt",
    "rerank --top=3 --format=text \"a cat\" \"a kitten\" \"a car\" \"a "
    "mouse\""};

} // namespace emblem::command

extern "C" const emblem::command::Command emblem_rerank_command = {
    "rerank",
    "QUERY [TEXT ...]",
    "how well texts answer a query, the best first",
    "Without TEXT each line of standard input is one text, empty ones too. "
    "With\n--format=text a line is the score, the text's number from 0, and "
    "the "
    "text,\nseparated by tabs. A score does not depend on the other texts.",
    emblem::command::rerankOptions,
    emblem::command::runRerank,
    EMBLEM_TAKES_PAIRS,
    emblem::command::rerankExamples};
