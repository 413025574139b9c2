//===- too_long.cpp - Refusals of texts too long --------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/too_long.h"

#include "runtime/command/diagnostics.h"
#include "runtime/tokenizer/tokenizer.h"

#include <cinttypes>
#include <vector>

namespace emblem::command {

std::string tooLongSentence(const EmblemModelTable &table,
                            std::string_view text) {
  runtime::Tokenizer tokenizer;
  runtime::Tokenizer::Scratch scratch;
  const char *error = nullptr;
  if (!runtime::Tokenizer::open(table.tokenizer, table.tokenizer_bytes,
                                tokenizer, &error))
    return error;
  // A byte seldom makes more than one token; normalisation may add some.
  std::vector<int32_t> ids(text.size() + 64);
  runtime::Encoding encoding;
  while (true) {
    encoding = tokenizer.encode(text, ids.size(), ids.data(), scratch);
    if (!encoding.truncated)
      break;
    ids.resize(ids.size() * 2);
  }
  return formatText("%" PRId64 " tokens, and the model takes %" PRId64
                    "; shorten the text, or let it be cut with "
                    "--on-overflow=truncate",
                    encoding.count, table.max_tokens);
}

} // namespace emblem::command
