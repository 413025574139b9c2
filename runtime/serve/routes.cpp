//===- routes.cpp - Paths, and who handles them ---------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/serve/routes.h"

using namespace emblem;
using namespace emblem::serve;

static constexpr Route table[] = {
    {"POST", "/v1/embeddings", openAiEmbeddings, "OpenAI's embeddings"},
    {"POST", "/embeddings", openAiEmbeddings, "The same"},
    {"GET", "/v1/models", openAiModels, "OpenAI's list of models"},
    {"GET", "/health", showHealth, "200 when the model embeds, else 503"},
    {"GET", "/", showHealth, "The same"},
    {"GET", "/ping", showPing, "200 while the process lives"},
    {"GET", "/metrics", showMetrics, "Metrics for Prometheus"},
    {"GET", "/info", showInfo, "The model and the server"},
};

std::span<const Route> serve::routes() { return table; }

bool serve::isOpen(std::string_view path) {
  return path == "/health" || path == "/ping" || path == "/metrics";
}

ErrorStyle serve::styleOf(std::string_view path) {
  if (path == "/v1/rerank" || path == "/v2/rerank")
    return ErrorStyle::Cohere;
  if (path.starts_with("/v1/") || path == "/embeddings")
    return ErrorStyle::OpenAi;
  if (path.starts_with("/api/"))
    return ErrorStyle::Ollama;
  return ErrorStyle::Tei;
}
