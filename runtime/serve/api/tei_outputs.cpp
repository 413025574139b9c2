//===- tei_outputs.cpp - TEI's vectors of tokens and sparse vectors -------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/output_rows.h"
#include "runtime/command/vector_writer.h"
#include "runtime/serve/inputs.h"
#include "runtime/serve/reply_json.h"
#include "runtime/serve/routes.h"
#include "runtime/serve/text_rules.h"
#include "runtime/table/outputs.h"

#include <algorithm>

using namespace emblem;
using namespace emblem::serve;
using http::Connection;
using http::Response;
using json::JsonReader;

namespace {

/// One output of the model, of each text by itself.
class OutputWork final : public Work {
public:
  OutputWork(const Server &server, int64_t output)
      : table(server.table), output(output),
        of(runtime::outputOf(server.table, output)) {
    kind = Kind::Steps;
  }

  bool isWeights() const {
    return of.kind == EMBLEM_SPARSE || of.kind == EMBLEM_TOKEN_WEIGHTS;
  }
  bool isPerToken() const { return of.rows == EMBLEM_ROWS_ARE_TOKENS; }
  bool isInner() const { return output >= runtime::outputCount(table); }
  size_t bytesOf(size_t item) const override { return texts[item].size; }

  void prepareSteps() {
    steps = texts.size();
    answers.resize(steps);
    infos.resize(steps);
    for (const EmblemText &text : texts) {
      // A byte makes a token at most; expansion fills up what is short.
      const size_t tokens = size_t(std::min<int64_t>(
          std::max<int64_t>(int64_t(text.size) + 8, 64), table.max_tokens));
      replyBytes +=
          isWeights()
              ? std::min<size_t>(size_t(table.vocabulary_size), 4096) * 40
              : tokens * size_t(of.width) * floatBytes;
    }
  }

  void step(EmblemModel *model, size_t item) override {
    std::vector<EmblemToken> tokens(size_t(table.max_tokens) + 1);
    size_t count = 0;
    if (const EmblemStatus failed =
            emblem_read(model, &call, texts[item], nullptr, tokens.data(),
                        tokens.size(), &count, &infos[item]);
        failed != EMBLEM_OK)
      return fail(failed, item);
    std::vector<int32_t> ids;
    for (size_t i = 0; i < count; ++i)
      ids.push_back(tokens[i].id);
    std::vector<float> values((isPerToken() ? count : 1) * size_t(of.width));
    if (count > 0)
      if (const EmblemStatus failed = run(model, ids, values);
          failed != EMBLEM_OK)
        return fail(failed, item);
    if (isWeights())
      writeWeights(model, ids, values, answers[item]);
    else
      writeVectors(model, ids, values, answers[item]);
  }

  Response answer(Server &) override {
    Response response;
    response.body = "[";
    for (std::string &one : answers) {
      if (response.body.size() > 1)
        response.body += ',';
      response.body += one;
      one = {};
    }
    response.body += ']';
    return response;
  }

private:
  EmblemStatus run(EmblemModel *model, std::span<const int32_t> ids,
                   std::vector<float> &values) const {
    const int64_t offsets[] = {0, int64_t(ids.size())};
    float *outputs[EMBLEM_MOST_OUTPUTS] = {};
    EmblemRows asked = {sizeof(asked), outputs, nullptr, nullptr};
    if (isInner())
      asked.tokens = values.data();
    else
      outputs[output] = values.data();
    return emblem_run_with(model, ids.data(), nullptr, offsets, 1, &asked);
  }

  bool counts(EmblemModel *model, size_t position, int32_t id) const {
    return isInner() || emblem_counts(model, size_t(output), call.prompt,
                                      int64_t(position), id);
  }

  void writeWeights(EmblemModel *model, std::span<const int32_t> ids,
                    std::span<float> values, std::string &json) const {
    if (isPerToken())
      for (size_t i = 0; i < values.size(); ++i)
        if (!counts(model, i, ids[i]))
          values[i] = 0;
    json = "[";
    for (const command::TokenWeight &one :
         isPerToken() ? command::sparseWeights(values, ids, 0)
                      : command::sparseWeights(values, 0)) {
      if (json.size() > 1)
        json += ',';
      json += "{\"index\":" + std::to_string(one.id) + ",\"value\":";
      command::appendFloat(json, one.weight);
      json += '}';
    }
    json += ']';
  }

  void writeVectors(EmblemModel *model, std::span<const int32_t> ids,
                    std::span<const float> values, std::string &json) const {
    json = "[";
    for (size_t i = 0; i < ids.size(); ++i) {
      if (!counts(model, i, ids[i]))
        continue;
      if (json.size() > 1)
        json += ',';
      appendVector(json, values.subspan(i * size_t(of.width), of.width));
    }
    json += ']';
  }

  const EmblemModelTable &table;
  const int64_t output;
  const EmblemOutput of;
  std::vector<std::string> answers; // JSON of each text
};

/// The output of the one kind or the other; -1: the model has none.
int64_t findOutput(const EmblemModelTable &table, int32_t kind, int32_t other) {
  for (int64_t i = 0; i < runtime::outputCount(table); ++i)
    if (const int32_t found = runtime::outputOf(table, i).kind;
        found == kind || found == other)
      return i;
  return -1;
}

void handle(Server &server, Connection &connection, int64_t output,
            const char *missing) {
  constexpr ErrorStyle style = ErrorStyle::Tei;
  if (server.table.input != EMBLEM_TAKES_TEXTS)
    return server.refuse(connection, style, 424,
                         "this model scores pairs and embeds none; send them "
                         "to /rerank",
                         Metrics::ModelType);
  if (output < 0)
    return server.refuse(connection, style, 424, missing, Metrics::ModelType);
  auto work = std::make_unique<OutputWork>(server, output);
  work->body = std::move(connection.request().body);
  JsonReader json(work->body);
  Inputs inputs;
  TextRules rules;
  if (!readTextRequest(json, inputs, rules, /*ruleCount=*/3))
    return server.refuse(connection, style, statusOf(json), sentenceOf(json));
  if (inputs.isIds)
    return server.refuse(connection, style, 422,
                         "token ids are for /embed alone; send texts");
  work->isBatch = inputs.isList;
  work->texts = std::move(inputs.texts);
  int code = 0;
  std::string problem = checkCount(server, work->texts.size(), code);
  if (problem.empty())
    problem = prepareTexts(server, *work, rules, /*usual=*/true, code);
  if (!problem.empty())
    return server.refuse(connection, style, code, problem,
                         code == 413 ? Metrics::BatchSize
                                     : Metrics::Validation);
  work->prepareSteps();
  server.submit(connection, std::move(work));
}

} // namespace

void serve::teiEmbedAll(Server &server, Connection &connection) {
  const int64_t own =
      findOutput(server.table, EMBLEM_MULTI_VECTOR, EMBLEM_MULTI_VECTOR);
  handle(server, connection,
         own >= 0 ? own : runtime::innerOutput(server.table, EMBLEM_TOKENS),
         "this model's encoder gives no vectors of tokens");
}

void serve::teiEmbedSparse(Server &server, Connection &connection) {
  handle(server, connection,
         findOutput(server.table, EMBLEM_SPARSE, EMBLEM_TOKEN_WEIGHTS),
         "this model has no sparse vectors; ask for /embed");
}
