//===- rerank.cpp - Rerankers: TEI's, Cohere's and Jina's -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/json_text.h"
#include "runtime/command/vector_writer.h"
#include "runtime/serve/inputs.h"
#include "runtime/serve/reply_json.h"
#include "runtime/serve/routes.h"
#include "runtime/serve/text_rules.h"

#include <algorithm>

using namespace emblem;
using namespace emblem::serve;
using command::jsonString;
using http::Connection;
using http::Response;
using json::JsonReader;

namespace {

/// One path has two shapes, and their answers differ: TEI's request has `texts`,
/// everyone else's `documents`.
class RerankWork final : public Work {
public:
  RerankWork() {
    kind = Kind::Pairs;
    scores = isBatch = true;
  }

  Response answer(Server &server) override {
    std::vector<size_t> order(pairs.size());
    for (size_t i = 0; i < order.size(); ++i)
      order[i] = i;
    // Equal scores keep the texts' order.
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      return rows[a] != rows[b] ? rows[a] > rows[b] : a < b;
    });
    if (top > 0)
      order.resize(std::min(order.size(), size_t(top)));
    Response response;
    if (isTei)
      writeTei(order, response.body);
    else
      writeResults(server, order, response.body);
    return response;
  }

  bool isTei = false;
  bool returnsText = false;
  int64_t top = 0; // 0: all

private:
  void writeTei(std::span<const size_t> order, std::string &json) const {
    json = "[";
    for (const size_t i : order) {
      json += (json.size() > 1 ? "," : "") + std::string("{\"index\":") +
              std::to_string(i);
      if (returnsText)
        json += ",\"text\":" + textOf(i);
      json += ",\"score\":";
      command::appendFloat(json, rows[i]);
      json += '}';
    }
    json += ']';
  }

  void writeResults(const Server &server, std::span<const size_t> order,
                    std::string &json) const {
    int64_t tokens = 0;
    for (const EmblemTextInfo &one : infos)
      tokens += one.tokens;
    json = "{\"id\":\"rerank-" + std::to_string(arrived) +
           "\",\"model\":" + jsonString(server.name) + ",\"results\":[";
    const char *comma = "";
    for (const size_t i : order) {
      json += std::string(comma) + "{\"index\":" + std::to_string(i) +
              ",\"relevance_score\":";
      command::appendFloat(json, rows[i]);
      if (returnsText)
        json += ",\"document\":{\"text\":" + textOf(i) + "}";
      json += '}';
      comma = ",";
    }
    json += "],\"meta\":{\"api_version\":{\"version\":\"2\"},\"tokens\":{"
            "\"input_tokens\":" +
            std::to_string(tokens) +
            "}},\"usage\":{\"total_tokens\":" + std::to_string(tokens) + "}}";
  }

  std::string textOf(size_t i) const {
    return jsonString({pairs[i].second.data, pairs[i].second.size});
  }
};

enum Member {
  Query,
  Texts,
  Documents,
  RawScores,
  ReturnText,
  ReturnDocuments,
  TopN,
  TopK,
  MaxTokens,
  RankFields,
  Rules
};
constexpr std::string_view names[] = {"query",
                                      "texts",
                                      "documents",
                                      "raw_scores",
                                      "return_text",
                                      "return_documents",
                                      "top_n",
                                      "top_k",
                                      "max_tokens_per_doc",
                                      "rank_fields",
                                      TextRules::names[0],
                                      TextRules::names[1]};

/// "a text" or {"text":"a text"}, as Cohere's and Jina's clients send them.
bool readDocument(JsonReader &json, EmblemText &text) {
  static constexpr std::string_view member[] = {"text"};
  if (json.kind() != JsonReader::Kind::Object)
    return readText(json, text);
  json.enterObject();
  json::Members members(json, member);
  while (members.next() >= 0)
    if (!readText(json, text))
      return false;
  return !json.failed() &&
         (members.has(0) || json.refuse("a document has no member 'text'"));
}

bool readRequest(JsonReader &json, RerankWork &work, EmblemText &query,
                 std::vector<EmblemText> &texts, TextRules &rules) {
  if (!json.enterObject())
    return false;
  json::Members members(json, names);
  for (int name; (name = members.next()) >= 0;) {
    if (name > Documents && skipNull(json))
      continue;
    bool isRead = true, isRaw = false;
    switch (name) {
    case Query:
      isRead = readText(json, query);
      break;
    case Texts:
      work.isTei = true;
      isRead = readTexts(json, texts);
      break;
    case Documents:
      if (!json.enterArray())
        return false;
      while (json.nextElement()) {
        texts.emplace_back();
        if (!readDocument(json, texts.back()))
          return false;
      }
      isRead = !json.failed();
      break;
    case RawScores:
      isRead = json.readBoolean(isRaw);
      if (isRaw)
        work.call.finish = EMBLEM_FINISH_RAW;
      break;
    case ReturnText:
    case ReturnDocuments:
      isRead = json.readBoolean(work.returnsText);
      break;
    case TopN:
    case TopK:
      isRead = json.readInteger(work.top) &&
               (work.top > 0 ||
                json.refuse("the number of results is a whole number from 1"));
      break;
    case MaxTokens:
      return json.refuse("max_tokens_per_doc is not supported: a pair is cut "
                         "where it has more tokens than the model takes");
    case RankFields:
      return json.refuse("rank_fields is not supported: a document is a text, "
                         "or has a member 'text'");
    default:
      isRead = rules.read(json, name - Rules);
    }
    if (!isRead)
      return false;
  }
  if (!json.finish())
    return false;
  if (!members.has(Query))
    return json.refuse("'query' is not there");
  if (members.has(Texts) == members.has(Documents))
    return json.refuse("one of 'texts' and 'documents' is to be there");
  return true;
}

} // namespace

void serve::rerank(Server &server, Connection &connection) {
  const ErrorStyle style = styleOf(connection.request().path());
  if (server.table.input != EMBLEM_TAKES_PAIRS || server.table.dimension != 1)
    return server.refuse(
        connection, style, 424,
        server.table.input != EMBLEM_TAKES_PAIRS
            ? "the model is not a re-ranker model: it embeds texts; ask for "
              "/embed or /similarity"
            : "the model is not a re-ranker model: it gives several scores a "
              "pair; ask for /predict",
        Metrics::ModelType);
  auto work = std::make_unique<RerankWork>();
  work->style = style;
  work->width = 1;
  work->body = std::move(connection.request().body);
  JsonReader json(work->body);
  EmblemText query = {};
  std::vector<EmblemText> texts;
  TextRules rules;
  if (!readRequest(json, *work, query, texts, rules))
    return server.refuse(connection, style, statusOf(json), sentenceOf(json));
  int code = 0;
  if (std::string problem = checkCount(server, texts.size(), code);
      !problem.empty())
    return server.refuse(connection, style, code, problem,
                         code == 413 ? Metrics::BatchSize
                                     : Metrics::Validation);
  setCut(server, *work, rules);
  for (const EmblemText &text : texts) {
    work->pairs.push_back({query, text});
    work->replyBytes += 96 + (work->returnsText ? text.size * 6 : 0);
  }
  work->replyBytes += 512;
  server.submit(connection, std::move(work));
}
