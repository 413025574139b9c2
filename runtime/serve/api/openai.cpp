//===- openai.cpp - OpenAI's embeddings and models ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/json_text.h"
#include "runtime/serve/reply_json.h"
#include "runtime/serve/routes.h"
#include "runtime/serve/vector_work.h"

using namespace emblem;
using namespace emblem::serve;
using http::Connection;
using http::Response;
using json::JsonReader;

namespace {

class OpenAiWork final : public VectorWork {
public:
  OpenAiWork() { style = ErrorStyle::OpenAi; }

  Response answer(Server &server) override {
    Response response;
    std::string &json = response.body;
    json = "{\"object\":\"list\",\"data\":[";
    for (size_t i = 0; i < count(); ++i) {
      if (i > 0)
        json += ',';
      json += "{\"object\":\"embedding\",\"index\":" + std::to_string(i) +
              ",\"embedding\":";
      inBase64 ? appendBase64(json, vector(i)) : appendVector(json, vector(i));
      json += '}';
    }
    const std::string tokensText = std::to_string(tokens());
    json += "],\"model\":" + command::jsonString(server.name) +
            ",\"usage\":{\"prompt_tokens\":" + tokensText +
            ",\"total_tokens\":" + tokensText + "}}";
    return response;
  }

  bool inBase64 = false;
};

enum Member { Input, Model, Dimensions, Format, User };
constexpr std::string_view names[] = {"input", "model", "dimensions",
                                      "encoding_format", "user"};

/// False: the reader has the problem.
bool readRequest(JsonReader &json, Inputs &inputs, TextRules &rules,
                 OpenAiWork &work) {
  if (!json.enterObject())
    return false;
  json::Members members(json, names);
  std::string_view word;
  for (int name; (name = members.next()) >= 0;) {
    if (name != Input && skipNull(json))
      continue;
    bool isRead = true;
    switch (name) {
    case Input:
      isRead = readInputs(json, inputs);
      break;
    case Dimensions:
      isRead = rules.read(json, 4);
      break;
    case Format:
      isRead = json.readString(word) &&
               (word == "float" || word == "base64" ||
                json.refuse("encoding_format is 'float' or 'base64'"));
      work.inBase64 = word == "base64";
      break;
    default:
      // One model answers to any name.
      isRead = json.readString(word);
    }
    if (!isRead)
      return false;
  }
  return json.finish() &&
         (members.has(Input) || json.refuse("'input' is not there"));
}

} // namespace

void serve::openAiEmbeddings(Server &server, Connection &connection) {
  auto work = std::make_unique<OpenAiWork>();
  work->body = std::move(connection.request().body);
  JsonReader json(work->body);
  Inputs inputs;
  TextRules rules;
  if (!readRequest(json, inputs, rules, *work))
    return server.refuse(connection, work->style, statusOf(json),
                         sentenceOf(json));
  int code = 0;
  if (std::string problem = work->prepare(server, inputs, rules, code);
      !problem.empty())
    return server.refuse(connection, work->style, code, problem,
                         code == 424 ? Metrics::ModelType
                                     : Metrics::Validation);
  const size_t floats = work->count() * size_t(work->width);
  work->replyBytes = 512 + work->count() * 64 +
                     (work->inBase64 ? floats * 6 : floats * floatBytes);
  server.submit(connection, std::move(work));
}

void serve::openAiModels(Server &server, Connection &connection) {
  Response response;
  response.body =
      "{\"object\":\"list\",\"data\":[{\"id\":" +
      command::jsonString(server.name) +
      ",\"object\":\"model\",\"created\":" + std::to_string(server.started) +
      ",\"owned_by\":\"emblem\"}]}";
  server.reply(connection, std::move(response));
}
