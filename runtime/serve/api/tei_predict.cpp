//===- tei_predict.cpp - TEI's scores of pairs, each with its label -------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/json_text.h"
#include "runtime/command/vector_writer.h"
#include "runtime/serve/inputs.h"
#include "runtime/serve/routes.h"
#include "runtime/serve/text_rules.h"

#include <algorithm>

using namespace emblem;
using namespace emblem::serve;
using http::Connection;
using http::Response;
using json::JsonReader;

namespace {

class PredictWork final : public Work {
public:
  PredictWork() {
    kind = Kind::Pairs;
    scores = true;
  }

  Response answer(Server &server) override {
    Response response;
    std::string &json = response.body;
    if (isBatch)
      json += '[';
    for (size_t i = 0; i < pairs.size(); ++i) {
      if (i > 0)
        json += ',';
      write(server, i, json);
    }
    if (isBatch)
      json += ']';
    return response;
  }

private:
  /// The greatest score first.
  void write(const Server &server, size_t pair, std::string &json) const {
    const float *own = rows.data() + pair * size_t(width);
    std::vector<size_t> order;
    for (size_t i = 0; i < size_t(width); ++i)
      order.push_back(i);
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      return own[a] != own[b] ? own[a] > own[b] : a < b;
    });
    const char *separator = "[";
    for (const size_t i : order) {
      json += std::string(separator) + "{\"score\":";
      command::appendFloat(json, own[i]);
      const char *known = emblem_label(server.model, i);
      json +=
          ",\"label\":" +
          command::jsonString(known ? known : "LABEL_" + std::to_string(i)) +
          "}";
      separator = ",";
    }
    json += ']';
  }
};

/// ["first", "second"], from behind its bracket and its first string.
bool readRest(JsonReader &json, EmblemPair &pair) {
  static constexpr const char *expected =
      "this model scores pairs; a pair is a list of two texts";
  if (!json.nextElement())
    return !json.failed() && json.refuse(expected);
  if (!readText(json, pair.second))
    return false;
  return !json.nextElement() ? !json.failed() : json.refuse(expected);
}

/// One pair, ["a", "b"], or several, [["a", "b"], ...].
bool readPairs(JsonReader &json, PredictWork &work) {
  if (json.kind() == JsonReader::Kind::String)
    return json.refuse(
        "this model scores pairs; a pair is a list of two texts");
  if (!json.enterArray())
    return false;
  EmblemPair pair = {};
  for (bool isFirst = true; json.nextElement(); isFirst = false) {
    if (isFirst && json.kind() == JsonReader::Kind::String) {
      if (!readText(json, pair.first) || !readRest(json, pair))
        return false;
      work.pairs.push_back(pair);
      return true;
    }
    work.isBatch = true;
    if (!json.enterArray())
      return false;
    if (!json.nextElement())
      return !json.failed() && json.refuse("a pair is a list of two texts");
    if (!readText(json, pair.first) || !readRest(json, pair))
      return false;
    work.pairs.push_back(pair);
  }
  work.isBatch = true;
  return !json.failed();
}

bool readRequest(JsonReader &json, PredictWork &work, TextRules &rules) {
  static constexpr std::string_view names[] = {
      "inputs", "raw_scores", TextRules::names[0], TextRules::names[1]};
  if (!json.enterObject())
    return false;
  json::Members members(json, names);
  for (int name; (name = members.next()) >= 0;) {
    bool isRaw = false;
    if (!(name == 0 ? readPairs(json, work)
          : name == 1
              ? skipNull(json) || (!json.failed() && json.readBoolean(isRaw))
              : rules.read(json, name - 2)))
      return false;
    if (isRaw)
      work.call.finish = EMBLEM_FINISH_RAW;
  }
  return json.finish() &&
         (members.has(0) || json.refuse("'inputs' is not there"));
}

} // namespace

void serve::teiPredict(Server &server, Connection &connection) {
  constexpr ErrorStyle style = ErrorStyle::Tei;
  if (server.table.input != EMBLEM_TAKES_PAIRS)
    return server.refuse(connection, style, 424,
                         "this model embeds texts and predicts nothing; ask "
                         "for /embed",
                         Metrics::ModelType);
  auto work = std::make_unique<PredictWork>();
  work->width = server.table.dimension;
  work->body = std::move(connection.request().body);
  JsonReader json(work->body);
  TextRules rules;
  if (!readRequest(json, *work, rules))
    return server.refuse(connection, style, statusOf(json), sentenceOf(json));
  int code = 0;
  if (std::string problem = checkCount(server, work->pairs.size(), code);
      !problem.empty())
    return server.refuse(connection, style, code, problem,
                         code == 413 ? Metrics::BatchSize
                                     : Metrics::Validation);
  setCut(server, *work, rules);
  work->replyBytes = 64 + work->pairs.size() * size_t(work->width) * 128;
  server.submit(connection, std::move(work));
}

/// What `/` and `/invocations` are of this model.
void serve::teiUsual(Server &server, Connection &connection) {
  if (server.table.input == EMBLEM_TAKES_PAIRS)
    return server.table.dimension == 1 ? rerank(server, connection)
                                       : teiPredict(server, connection);
  EmblemOutputInfo first;
  emblem_output(server.model, 0, &first);
  switch (first.kind) {
  case EMBLEM_SPARSE:
  case EMBLEM_TOKEN_WEIGHTS:
    return teiEmbedSparse(server, connection);
  case EMBLEM_MULTI_VECTOR:
    return teiEmbedAll(server, connection);
  default:
    return teiEmbed(server, connection);
  }
}
