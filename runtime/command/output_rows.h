//===- output_rows.h - One text's outputs, as people read them --*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_OUTPUT_ROWS_H
#define EMBLEM_RUNTIME_COMMAND_OUTPUT_ROWS_H

#include "emblem/model_table.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace emblem::command {

/// A weight of one token of the vocabulary.
struct TokenWeight {
  int32_t id;
  float weight;
};

/// A text's weights that are not zero, by id: those of a sparse row, or the
/// greatest of each id's tokens. With `top`, only so many, the greatest; of
/// equal ones those of lower ids.
std::vector<TokenWeight> sparseWeights(std::span<const float> row, int64_t top);
std::vector<TokenWeight> sparseWeights(std::span<const float> weights,
                                       std::span<const int32_t> ids,
                                       int64_t top);

/// What a token is called; where the table has no name for it, its id.
std::string tokenText(const EmblemModelTable &table, int32_t id);

/// Appends "[1.5,null,...]".
void appendNumbers(std::string &text, std::span<const float> numbers);
/// Appends {"token":weight,...}, the greatest weight first.
void appendWeights(std::string &text, const EmblemModelTable &table,
                   std::vector<TokenWeight> weights);

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_OUTPUT_ROWS_H
