//===- errors.cpp - Errors as each API writes them ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/serve/errors.h"

#include "runtime/command/json_text.h"

using namespace emblem;
using namespace emblem::serve;
using command::jsonString;

static const char *teiType(int status) {
  switch (status) {
  case 424:
  case 500:
    return "Backend";
  case 429:
    return "Overloaded";
  case 503:
    return "Unhealthy";
  default:
    return "Validation";
  }
}

static const char *openAiType(int status) {
  return status == 429   ? "rate_limit_exceeded"
         : status >= 500 ? "server_error"
                         : "invalid_request_error";
}

http::Response emblem::serve::makeError(ErrorStyle style, int status,
                                        std::string_view sentence,
                                        const char *code) {
  http::Response response;
  response.status = status;
  const std::string quoted = jsonString(sentence);
  switch (style) {
  case ErrorStyle::Tei:
    response.body =
        "{\"error\":" + quoted + ",\"error_type\":\"" + teiType(status) + "\"}";
    break;
  case ErrorStyle::OpenAi:
    if (status == 413 || status == 422 || status == 424)
      response.status = 400;
    response.body =
        "{\"error\":{\"message\":" + quoted + ",\"type\":\"" +
        openAiType(response.status) +
        "\",\"param\":null,\"code\":" + (code ? jsonString(code) : "null") +
        "}}";
    break;
  case ErrorStyle::Cohere:
    response.body = "{\"message\":" + quoted + "}";
    break;
  case ErrorStyle::Ollama:
    if (status == 413 || status == 422 || status == 424)
      response.status = 400;
    response.body = "{\"error\":" + quoted + "}";
    break;
  }
  if (status == 429 || status == 503)
    response.addHeader("Retry-After", "1");
  if (status == 401)
    response.addHeader("WWW-Authenticate", "Bearer");
  return response;
}

int emblem::serve::statusOf(EmblemStatus status) {
  switch (status) {
  case EMBLEM_TEXT_TOO_LONG:
  case EMBLEM_SEQUENCE_TOO_LONG:
    return 413;
  case EMBLEM_ID_OUT_OF_RANGE:
  case EMBLEM_INVALID_ARGUMENT:
    return 422;
  case EMBLEM_OUT_OF_MEMORY:
    return 503;
  case EMBLEM_WRONG_KIND:
  case EMBLEM_NOT_KNOWN:
  case EMBLEM_NO_TOKENIZER:
    return 424;
  default:
    return 500;
  }
}
