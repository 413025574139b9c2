//===- errors.h - Errors as each API writes them ----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_SERVE_ERRORS_H
#define EMBLEM_RUNTIME_SERVE_ERRORS_H

#include "emblem/emblem.h"
#include "runtime/serve/http/response.h"

#include <string_view>

namespace emblem::serve {

enum class ErrorStyle {
  Tei,    // {"error", "error_type"}
  OpenAi, // {"error": {"message", "type", "param", "code"}}
  Cohere, // {"message"}
  Ollama  // {"error"}
};

/// `status` as HTTP has it, and as TEI gives it; the others' APIs have 400 where
/// it has 413 or 422. `code`: OpenAI's, or null.
http::Response makeError(ErrorStyle style, int status,
                         std::string_view sentence, const char *code = nullptr);

/// The HTTP status of what the model did not do.
int statusOf(EmblemStatus status);

} // namespace emblem::serve

#endif // EMBLEM_RUNTIME_SERVE_ERRORS_H
