//===- operation.cpp - Health, metrics and what is served -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/json_text.h"
#include "runtime/serve/reply_json.h"
#include "runtime/serve/routes.h"

using namespace emblem;
using namespace emblem::serve;
using command::jsonString;
using http::Connection;
using http::Response;

static void say(Server &server, Connection &connection, const char *text) {
  Response response;
  response.type = "text/plain; charset=utf-8";
  response.body = text;
  server.reply(connection, std::move(response));
}

void serve::showPing(Server &server, Connection &connection) {
  say(server, connection, "");
}

void serve::showHealth(Server &server, Connection &connection) {
  if (server.isHealthy)
    return say(server, connection, "");
  server.reply(connection,
               makeError(ErrorStyle::Tei, 503,
                         server.isDraining
                             ? "the server ends"
                             : "the model has not embedded a text yet"));
}

void serve::showMetrics(Server &server, Connection &connection) {
  Response response;
  response.type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = server.writeMetrics();
  server.reply(connection, std::move(response));
}

/// As TEI's: {"embedding":{"pooling":...}}, {"classifier":...} or
/// {"reranker":{"id2label":...,"label2id":...}}.
static std::string modelType(const Server &server) {
  if (server.table.input != EMBLEM_TAKES_PAIRS) {
    EmblemOutputInfo first;
    emblem_output(server.model, 0, &first);
    const char *pooling = first.kind == EMBLEM_DENSE    ? "compiled"
                          : first.kind == EMBLEM_SPARSE ? "splade"
                                                        : "none";
    return std::string("{\"embedding\":{\"pooling\":\"") + pooling + "\"}}";
  }
  std::string names = "{", numbers = "{";
  for (int64_t i = 0; i < server.info.dimension; ++i) {
    const char *known = emblem_label(server.model, size_t(i));
    const std::string label = known ? known : "LABEL_" + std::to_string(i);
    appendMember(names, std::to_string(i).c_str(), label.c_str());
    numbers += (i ? "," : "") + jsonString(label) + ":" + std::to_string(i);
  }
  return std::string("{\"") +
         (server.info.dimension == 1 ? "reranker" : "classifier") +
         "\":{\"id2label\":" + names + "},\"label2id\":" + numbers + "}}}";
}

static const char *similarityOf(int32_t similarity) {
  switch (similarity) {
  case EMBLEM_DOT:
    return "dot";
  case EMBLEM_EUCLIDEAN:
  case EMBLEM_NEGATIVE_EUCLIDEAN:
    return "euclidean";
  case EMBLEM_NEGATIVE_MANHATTAN:
    return "manhattan";
  default:
    return "cosine";
  }
}

void serve::showInfo(Server &server, Connection &connection) {
  const Settings &settings = server.settings;
  const EmblemModelInfo &info = server.info;
  Response response;
  std::string &json = response.body;
  json = "{";
  // TEI's members.
  appendMember(json, "model_id", server.table.name);
  appendMember(json, "model_sha", static_cast<const char *>(nullptr));
  appendMember(json, "model_dtype", info.precision);
  appendMember(json, "served_model_name", server.name.c_str());
  json += ",\"model_type\":" + modelType(server);
  appendMember(json, "max_concurrent_requests", settings.maxConcurrent);
  appendMember(json, "max_input_length", info.max_tokens);
  appendMember(json, "max_batch_tokens", info.max_batch_tokens);
  appendMember(json, "max_batch_requests", static_cast<const char *>(nullptr));
  appendMember(json, "max_client_batch_size", settings.maxClientBatch);
  appendTruth(json, "auto_truncate", settings.autoTruncate != 0);
  appendMember(json, "tokenization_workers", int64_t(1));
  appendMember(json, "version", EMBLEM_VERSION);
  // This server's own.
  appendMember(json, "dimension", info.dimension);
  if (!info.pairs) {
    appendMember(json, "similarity", similarityOf(info.similarity));
    appendTruth(json, "normalizes", info.normalizes != 0);
  }
  appendMember(json, "target", info.target);
  appendMember(json, "device", info.device);
  appendMember(json, "threads", int64_t(info.threads));
  appendMember(json, "payload_limit", settings.payloadLimit);
  json += ",\"prompts\":{";
  for (size_t i = 0; i < emblem_prompt_count(server.model); ++i) {
    EmblemPromptInfo prompt;
    emblem_prompt_info(server.model, i, &prompt);
    json += (i ? "," : "") + jsonString(prompt.name) + ":" +
            jsonString(prompt.text);
  }
  json += "},\"default_prompt\":";
  const char *usual = settings.defaultPrompt ? settings.defaultPrompt
                                             : server.table.default_prompt;
  json += usual && *usual ? jsonString(usual) : "null";
  // The compiler wrote the report as JSON.
  json += ",\"report\":";
  json += info.report && *info.report ? info.report : "null";
  json += '}';
  server.reply(connection, std::move(response));
}
