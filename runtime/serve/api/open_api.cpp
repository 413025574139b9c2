//===- open_api.cpp - The OpenAPI document, made of the routes ------------===//
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

/// What requests and answers are made of, as JSON Schema.
static constexpr const char schemas[] = R"json({
"Text":{"type":"string"},
"Texts":{"oneOf":[{"type":"string"},{"type":"array","items":{"type":"string"},"minItems":1}]},
"Ids":{"type":"array","items":{"type":"integer","minimum":0},"minItems":1},
"Vector":{"type":"array","items":{"type":"number"}},
"Truncation":{"type":"string","enum":["left","right","Left","Right"]},
"OpenAiRequest":{"type":"object","required":["input"],"properties":{
"input":{"oneOf":[{"$ref":"#/components/schemas/Texts"},{"$ref":"#/components/schemas/Ids"},{"type":"array","items":{"$ref":"#/components/schemas/Ids"},"minItems":1}]},
"model":{"type":"string"},"user":{"type":"string"},
"encoding_format":{"type":"string","enum":["float","base64"]},
"dimensions":{"type":"integer","minimum":1}}},
"OpenAiAnswer":{"type":"object","required":["object","data","model","usage"]},
"EmbedRequest":{"type":"object","required":["inputs"],"properties":{
"inputs":{"$ref":"#/components/schemas/Texts"},
"truncate":{"type":"boolean","nullable":true},
"truncation_direction":{"$ref":"#/components/schemas/Truncation"},
"prompt_name":{"type":"string","nullable":true},
"normalize":{"type":"boolean"},
"dimensions":{"type":"integer","minimum":1,"nullable":true}}},
"Vectors":{"type":"array","items":{"$ref":"#/components/schemas/Vector"}},
"TokenVectors":{"type":"array","items":{"$ref":"#/components/schemas/Vectors"}},
"SparseVectors":{"type":"array","items":{"type":"array","items":{"type":"object","required":["index","value"],"properties":{"index":{"type":"integer"},"value":{"type":"number"}}}}},
"SimilarityRequest":{"type":"object","required":["inputs"],"properties":{
"inputs":{"type":"object","required":["source_sentence","sentences"],"properties":{
"source_sentence":{"type":"string"},"sentences":{"type":"array","items":{"type":"string"},"minItems":1}}},
"parameters":{"type":"object","nullable":true}}},
"RerankRequest":{"type":"object","required":["query"],"properties":{
"query":{"type":"string"},
"texts":{"type":"array","items":{"type":"string"},"minItems":1},
"documents":{"type":"array","items":{"oneOf":[{"type":"string"},{"type":"object","required":["text"],"properties":{"text":{"type":"string"}}}]},"minItems":1},
"top_n":{"type":"integer","minimum":1},"return_documents":{"type":"boolean"},
"raw_scores":{"type":"boolean"},"return_text":{"type":"boolean"},"truncate":{"type":"boolean","nullable":true}}},
"RerankAnswer":{"oneOf":[{"type":"array"},{"type":"object","required":["results"]}]},
"PredictRequest":{"type":"object","required":["inputs"],"properties":{
"inputs":{"type":"array","minItems":1},"raw_scores":{"type":"boolean"},"truncate":{"type":"boolean","nullable":true}}},
"Predictions":{"type":"array"},
"TokenizeRequest":{"type":"object","required":["inputs"],"properties":{
"inputs":{"$ref":"#/components/schemas/Texts"},"add_special_tokens":{"type":"boolean"},"prompt_name":{"type":"string","nullable":true}}},
"Tokens":{"type":"array","items":{"type":"array"}},
"DecodeRequest":{"type":"object","required":["ids"],"properties":{
"ids":{"oneOf":[{"$ref":"#/components/schemas/Ids"},{"type":"array","items":{"$ref":"#/components/schemas/Ids"},"minItems":1}]},
"skip_special_tokens":{"type":"boolean"}}},
"Strings":{"type":"array","items":{"type":"string"}},
"OllamaRequest":{"type":"object","required":["input"],"properties":{
"model":{"type":"string"},"input":{"$ref":"#/components/schemas/Texts"},"truncate":{"type":"boolean"},"dimensions":{"type":"integer","minimum":1}}},
"OllamaOldRequest":{"type":"object","required":["prompt"],"properties":{"model":{"type":"string"},"prompt":{"type":"string"}}},
"Object":{"type":"object"}
})json";

static void appendContent(std::string &json, const char *schema) {
  json += "{\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/";
  json += schema;
  json += "\"}}}";
}

static void appendOperation(std::string &json, const Route &route,
                            bool needsKey) {
  const bool isPost = std::string_view(route.method) == "POST";
  json += isPost ? "\"post\":{" : "\"get\":{";
  appendMember(json, "summary", route.summary);
  if (route.request) {
    json += ",\"requestBody\":{\"required\":true,\"content\":";
    appendContent(json, route.request);
    json += '}';
  }
  json += ",\"responses\":{\"200\":{\"description\":\"OK\"";
  if (route.answer) {
    json += ",\"content\":";
    appendContent(json, route.answer);
  }
  json += '}';
  if (route.request)
    for (auto [status, what] :
         {std::pair("400", "The body is no JSON, or not as it should be"),
          {"413", "Too many texts, a text too long, or a body too large"},
          {"422", "JSON of another shape than is expected"},
          {"424", "The model does not do this"},
          {"429", "The server has as much to do as it takes"}}) {
      json +=
          std::string(",\"") + status + "\":{\"description\":\"" + what + "\"}";
    }
  if (needsKey && !isOpen(route.path))
    json += ",\"401\":{\"description\":\"The key is missing or wrong\"}";
  if (std::string_view(route.path) == "/health" ||
      std::string_view(route.path) == "/")
    json += ",\"503\":{\"description\":\"No text was embedded yet, or the "
            "server ends\"}";
  json += '}';
  if (needsKey && !isOpen(route.path))
    json += ",\"security\":[{\"key\":[]}]";
  json += '}';
}

void serve::showOpenApi(Server &server, http::Connection &connection) {
  http::Response response;
  std::string &json = response.body;
  const bool needsKey = server.settings.apiKey;
  json = "{\"openapi\":\"3.0.3\",\"info\":{";
  appendMember(json, "title", ("Emblem: " + server.name).c_str());
  appendMember(json, "version", EMBLEM_VERSION);
  json += "},\"paths\":{";
  const std::span<const Route> all = routes();
  for (size_t i = 0; i < all.size(); ++i) {
    bool isFirst = true;
    for (size_t j = 0; j < i; ++j)
      isFirst = isFirst && std::string_view(all[j].path) != all[i].path;
    if (!isFirst)
      continue;
    json += (i ? ",\"" : "\"") + std::string(all[i].path) + "\":{";
    const char *comma = "";
    for (size_t j = i; j < all.size(); ++j)
      if (std::string_view(all[j].path) == all[i].path) {
        json += comma;
        appendOperation(json, all[j], needsKey);
        comma = ",";
      }
    json += '}';
  }
  json += "},\"components\":{\"schemas\":";
  json += schemas;
  if (needsKey)
    json += ",\"securitySchemes\":{\"key\":{\"type\":\"http\",\"scheme\":"
            "\"bearer\"}}";
  json += "}}";
  server.reply(connection, std::move(response));
}
