//===- ollama.cpp - Ollama's embeddings and models ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/json_text.h"
#include "runtime/serve/reply_json.h"
#include "runtime/serve/routes.h"
#include "runtime/serve/vector_work.h"

#include <cstdio>
#include <ctime>

using namespace emblem;
using namespace emblem::serve;
using command::jsonString;
using http::Connection;
using http::Response;
using json::JsonReader;

namespace {

class OllamaWork final : public VectorWork {
public:
  explicit OllamaWork(bool isOld) : isOld(isOld) { style = ErrorStyle::Ollama; }

  Response answer(Server &server) override {
    Response response;
    std::string &json = response.body;
    if (isOld) {
      json = "{\"embedding\":";
      appendVector(json, vector(0));
      json += '}';
      return response;
    }
    json = "{\"model\":" + jsonString(server.name) + ",\"embeddings\":[";
    for (size_t i = 0; i < count(); ++i) {
      if (i > 0)
        json += ',';
      appendVector(json, vector(i));
    }
    json += ']';
    appendMember(json, "total_duration", ended - arrived);
    appendMember(json, "load_duration", int64_t(0));
    appendMember(json, "prompt_eval_count", tokens());
    json += '}';
    return response;
  }

  const bool isOld; // of /api/embeddings
};

bool readRequest(JsonReader &json, Inputs &inputs, TextRules &rules,
                 bool isOld) {
  static constexpr std::string_view names[] = {"input", "prompt", "truncate",
                                               "dimensions"};
  const int wanted = isOld ? 1 : 0;
  if (!json.enterObject())
    return false;
  json::Members members(json, names);
  for (int name; (name = members.next()) >= 0;) {
    bool isRead = true;
    if (name == wanted) {
      isRead = readInputs(json, inputs);
    } else if (name == 2) {
      isRead = rules.read(json, 0);
    } else if (name == 3) {
      isRead = rules.read(json, 4);
    } else {
      isRead = json.skip();
    }
    if (!isRead)
      return false;
  }
  if (!json.finish())
    return false;
  if (!members.has(wanted))
    return json.refuse(isOld ? "'prompt' is not there"
                             : "'input' is not there");
  return !isOld || !inputs.isList || json.refuse("'prompt' is one text");
}

void embed(Server &server, Connection &connection, bool isOld) {
  auto work = std::make_unique<OllamaWork>(isOld);
  work->body = std::move(connection.request().body);
  JsonReader json(work->body);
  Inputs inputs;
  TextRules rules;
  if (!readRequest(json, inputs, rules, isOld))
    return server.refuse(connection, work->style, statusOf(json),
                         sentenceOf(json));
  int code = 0;
  if (std::string problem = work->prepare(server, inputs, rules, code);
      !problem.empty())
    return server.refuse(connection, work->style, code, problem,
                         code == 424 ? Metrics::ModelType
                                     : Metrics::Validation);
  // Ollama's older call gives vectors as the model makes them.
  if (isOld)
    work->call.finish = EMBLEM_FINISH_OF_MODEL;
  work->replyBytes =
      256 + work->count() * (size_t(work->width) * floatBytes + 2);
  server.submit(connection, std::move(work));
}

std::string details(const Server &server) {
  std::string json = "{";
  appendMember(json, "format", "emblem");
  appendMember(json, "family", server.table.name);
  json += ",\"families\":[" + jsonString(server.table.name) + "]";
  char millions[32];
  std::snprintf(millions, sizeof(millions), "%.1fM",
                double(server.info.parameters) / 1e6);
  appendMember(json, "parameter_size", millions);
  appendMember(json, "quantization_level", server.info.precision);
  appendMember(json, "parent_model", "");
  return json + "}";
}

std::string startTime(const Server &server) {
  const time_t seconds = server.started;
  tm utc;
  gmtime_r(&seconds, &utc);
  char text[32];
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

} // namespace

void serve::ollamaEmbed(Server &server, Connection &connection) {
  embed(server, connection, false);
}

void serve::ollamaEmbeddings(Server &server, Connection &connection) {
  embed(server, connection, true);
}

void serve::ollamaTags(Server &server, Connection &connection) {
  std::string json = "{";
  appendMember(json, "name", server.name.c_str());
  appendMember(json, "model", server.name.c_str());
  appendMember(json, "modified_at", startTime(server).c_str());
  appendMember(json, "size", server.info.weights_bytes);
  appendMember(json, "digest", "");
  Response response;
  response.body =
      "{\"models\":[" + json + ",\"details\":" + details(server) + "}]}";
  server.reply(connection, std::move(response));
}

void serve::ollamaShow(Server &server, Connection &connection) {
  std::string model = "{";
  appendMember(model, "general.architecture", "emblem");
  appendMember(model, "general.parameter_count", server.info.parameters);
  appendMember(model, "emblem.context_length", server.info.max_tokens);
  appendMember(model, "emblem.embedding_length", server.info.dimension);
  Response response;
  response.body = "{\"modified_at\":" + jsonString(startTime(server)) +
                  ",\"details\":" + details(server) +
                  ",\"model_info\":" + model +
                  "},\"capabilities\":[\"embedding\"]}";
  server.reply(connection, std::move(response));
}

void serve::ollamaVersion(Server &server, Connection &connection) {
  Response response;
  response.body = "{\"version\":\"" EMBLEM_VERSION "\"}";
  server.reply(connection, std::move(response));
}
