//===- tokenize_pair.cpp - PROGRAM tokenize, of models that score pairs ---===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "emblem/emblem.h"
#include "runtime/command/diagnostics.h"

#include <cinttypes>
#include <span>
#include <string>

namespace emblem::command {

extern "C" EmblemStatus
emblem_command_encode_pair(EmblemModel *model, std::string_view line,
                           std::span<int32_t> ids, size_t *count,
                           EmblemTextInfo *info, std::string &problem) {
  const size_t tab = line.find('\t');
  if (tab == line.npos) {
    problem = "has no tab; of this model a text is a query, a tab, and what "
              "may answer it";
    return EMBLEM_INVALID_ARGUMENT;
  }
  const EmblemText query = {line.data(), tab};
  const EmblemText text = {line.data() + tab + 1, line.size() - tab - 1};
  const EmblemStatus status = emblem_tokenize_pair(
      model, {query, text}, ids.data(), nullptr, ids.size(), count, info);
  if (status == EMBLEM_TEXT_TOO_LONG)
    problem = formatText("the two have more than the %zu tokens that the model "
                         "takes; shorten one of them, or let them be cut with "
                         "--on-overflow=truncate",
                         ids.size());
  return status;
}

} // namespace emblem::command
