//===- routes.cpp - Paths, and who handles them ---------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/serve/routes.h"

using namespace emblem;
using namespace emblem::serve;

// clang-format off
static constexpr Route table[] = {
    {"POST", "/v1/embeddings", openAiEmbeddings, "OpenAI's embeddings", "OpenAiRequest", "OpenAiAnswer"},
    {"POST", "/embeddings", openAiEmbeddings, "OpenAI's embeddings", "OpenAiRequest", "OpenAiAnswer"},
    {"GET", "/v1/models", openAiModels, "OpenAI's list of models", nullptr, "Object"},
    {"POST", "/embed", teiEmbed, "TEI's vectors of texts", "EmbedRequest", "Vectors"},
    {"POST", "/embed_all", teiEmbedAll, "TEI's vectors of tokens", "EmbedRequest", "TokenVectors"},
    {"POST", "/embed_sparse", teiEmbedSparse, "TEI's sparse vectors", "EmbedRequest", "SparseVectors"},
    {"POST", "/similarity", teiSimilarity, "TEI's cosines of one text to others", "SimilarityRequest", "Vector"},
    {"POST", "/predict", teiPredict, "TEI's scores and labels of pairs", "PredictRequest", "Predictions"},
    {"POST", "/tokenize", teiTokenize, "TEI's tokens of texts", "TokenizeRequest", "Tokens"},
    {"POST", "/decode", teiDecode, "TEI's texts of token ids", "DecodeRequest", "Strings"},
    {"POST", "/", teiUsual, "TEI's call that fits the model", "Object", nullptr},
    {"POST", "/invocations", teiUsual, "The same", "Object", nullptr},
    {"POST", "/rerank", rerank, "TEI's rerank (texts), or Cohere's and Jina's (documents)", "RerankRequest", "RerankAnswer"},
    {"POST", "/v1/rerank", rerank, "Cohere's and Jina's rerank", "RerankRequest", "RerankAnswer"},
    {"POST", "/v2/rerank", rerank, "Cohere's rerank", "RerankRequest", "RerankAnswer"},
    {"POST", "/api/embed", ollamaEmbed, "Ollama's embeddings", "OllamaRequest", "Object"},
    {"POST", "/api/embeddings", ollamaEmbeddings, "Ollama's older embeddings", "OllamaOldRequest", "Object"},
    {"GET", "/api/tags", ollamaTags, "Ollama's list of models", nullptr, "Object"},
    {"POST", "/api/show", ollamaShow, "Ollama's page of a model", "Object", "Object"},
    {"GET", "/api/version", ollamaVersion, "Ollama's version", nullptr, "Object"},
    {"GET", "/", showHealth, "200 when the model embeds, else 503", nullptr, nullptr},
    {"GET", "/health", showHealth, "200 when the model embeds, else 503", nullptr, nullptr},
    {"GET", "/ping", showPing, "200 while the process lives", nullptr, nullptr},
    {"GET", "/metrics", showMetrics, "Metrics for Prometheus", nullptr, nullptr},
    {"GET", "/info", showInfo, "The model and the server", nullptr, "Object"},
    {"GET", "/openapi.json", showOpenApi, "This document", nullptr, "Object"},
    {"GET", "/api-doc/openapi.json", showOpenApi, "This document", nullptr, "Object"},
};
// clang-format on

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
