//===- routes.h - Paths, and who handles them -------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_SERVE_ROUTES_H
#define EMBLEM_RUNTIME_SERVE_ROUTES_H

#include "runtime/serve/server.h"

#include <span>
#include <string_view>

namespace emblem::serve {

struct Route {
  const char *method, *path;
  void (*handle)(Server &server, http::Connection &connection);
  // In /openapi.json: a line, and the schemas (open_api.cpp) of the request and
  // of the answer, or null.
  const char *summary, *request, *answer;
};

std::span<const Route> routes();
/// Whether a path answers without a key: who looks after the server has none.
bool isOpen(std::string_view path);

// runtime/serve/api/
void openAiEmbeddings(Server &server, http::Connection &connection);
void openAiModels(Server &server, http::Connection &connection);
void teiEmbed(Server &server, http::Connection &connection);
void teiEmbedAll(Server &server, http::Connection &connection);
void teiEmbedSparse(Server &server, http::Connection &connection);
void teiSimilarity(Server &server, http::Connection &connection);
void teiPredict(Server &server, http::Connection &connection);
void teiTokenize(Server &server, http::Connection &connection);
void teiDecode(Server &server, http::Connection &connection);
void teiUsual(Server &server, http::Connection &connection);
void rerank(Server &server, http::Connection &connection);
void ollamaEmbed(Server &server, http::Connection &connection);
void ollamaEmbeddings(Server &server, http::Connection &connection);
void ollamaTags(Server &server, http::Connection &connection);
void ollamaShow(Server &server, http::Connection &connection);
void ollamaVersion(Server &server, http::Connection &connection);
void showHealth(Server &server, http::Connection &connection);
void showPing(Server &server, http::Connection &connection);
void showMetrics(Server &server, http::Connection &connection);
void showInfo(Server &server, http::Connection &connection);
void showOpenApi(Server &server, http::Connection &connection);

} // namespace emblem::serve

#endif // EMBLEM_RUNTIME_SERVE_ROUTES_H
