//===- too_long.h - Refusals of texts too long ------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_TOO_LONG_H
#define EMBLEM_RUNTIME_COMMAND_TOO_LONG_H

#include "emblem/model_table.h"

#include <string>
#include <string_view>

namespace emblem::command {

/// "300 tokens, and the model takes 256; ...": for a text that the C interface
/// refused with EMBLEM_TEXT_TOO_LONG. Tokenizes it once more, to its end.
std::string tooLongSentence(const EmblemModelTable &table,
                            std::string_view text);

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_TOO_LONG_H
