//===- tei_embed.cpp - TEI's vectors of texts -----------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/compare.h"
#include "runtime/serve/reply_json.h"
#include "runtime/serve/routes.h"
#include "runtime/serve/vector_work.h"

using namespace emblem;
using namespace emblem::serve;
using http::Connection;
using http::Response;
using json::JsonReader;

namespace {

class EmbedWork final : public VectorWork {
public:
  Response answer(Server &) override {
    Response response;
    response.body = "[";
    for (size_t i = 0; i < count(); ++i) {
      if (i > 0)
        response.body += ',';
      appendVector(response.body, vector(i));
    }
    response.body += ']';
    return response;
  }
};

/// Of the first text to each of the others, the cosine.
class SimilarityWork final : public VectorWork {
public:
  Response answer(Server &) override {
    std::vector<float> cosines;
    const std::span<const float> source = vector(0);
    for (size_t i = 1; i < count(); ++i)
      cosines.push_back(float(command::cosine(source.data(), vector(i).data(),
                                              int64_t(source.size()))));
    Response response;
    appendVector(response.body, cosines);
    return response;
  }
};

bool readEmbed(JsonReader &json, Inputs &inputs, TextRules &rules) {
  return readTextRequest(json, inputs, rules, std::size(TextRules::names));
}

/// {"inputs":{"source_sentence":"...","sentences":["..."]},"parameters":{...}}
bool readSimilarity(JsonReader &json, Inputs &inputs, TextRules &rules) {
  static constexpr std::string_view outer[] = {"inputs", "parameters"};
  static constexpr std::string_view inner[] = {"source_sentence", "sentences"};
  std::vector<EmblemText> sentences;
  inputs.isList = true;
  inputs.texts.resize(1);
  if (!json.enterObject())
    return false;
  json::Members members(json, outer);
  for (int name; (name = members.next()) >= 0;) {
    if (name == 1) {
      if (skipNull(json))
        continue;
      if (!json.enterObject())
        return false;
      json::Members parameters(json, TextRules::names);
      for (int rule; (rule = parameters.next()) >= 0;)
        if (!rules.read(json, rule))
          return false;
      continue;
    }
    if (!json.enterObject())
      return false;
    json::Members texts(json, inner);
    for (int which; (which = texts.next()) >= 0;)
      if (!(which == 0 ? readText(json, inputs.texts[0])
                       : readTexts(json, sentences)))
        return false;
    if (!json.failed() && !(texts.has(0) && texts.has(1)))
      return json.refuse("'source_sentence' and 'sentences' are not there");
  }
  inputs.texts.insert(inputs.texts.end(), sentences.begin(), sentences.end());
  if (!json.finish())
    return false;
  if (!members.has(0))
    return json.refuse("'inputs' is not there");
  return !sentences.empty() || json.refuse("'sentences' is empty");
}

template <typename WorkT>
void embed(Server &server, Connection &connection,
           bool (*read)(JsonReader &, Inputs &, TextRules &)) {
  auto work = std::make_unique<WorkT>();
  work->body = std::move(connection.request().body);
  JsonReader json(work->body);
  Inputs inputs;
  TextRules rules;
  if (!read(json, inputs, rules))
    return server.refuse(connection, work->style, statusOf(json),
                         sentenceOf(json));
  int code = 0;
  if (std::string problem = work->prepare(server, inputs, rules, code);
      !problem.empty())
    return server.refuse(connection, work->style, code, problem,
                         code == 424   ? Metrics::ModelType
                         : code == 413 ? Metrics::BatchSize
                                       : Metrics::Validation);
  work->replyBytes =
      64 + work->count() * (size_t(work->width) * floatBytes + 2);
  server.submit(connection, std::move(work));
}

} // namespace

void serve::teiEmbed(Server &server, Connection &connection) {
  embed<EmbedWork>(server, connection, readEmbed);
}

void serve::teiSimilarity(Server &server, Connection &connection) {
  embed<SimilarityWork>(server, connection, readSimilarity);
}
