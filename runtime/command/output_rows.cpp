//===- output_rows.cpp - One text's outputs, as people read them ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/output_rows.h"

#include "runtime/command/json_text.h"
#include "runtime/command/vector_writer.h"

#include <algorithm>
#include <cmath>

namespace emblem::command {

static bool isGreater(const TokenWeight &a, const TokenWeight &b) {
  return a.weight != b.weight ? a.weight > b.weight : a.id < b.id;
}

static void keepTop(std::vector<TokenWeight> &weights, int64_t top) {
  if (top == 0 || static_cast<size_t>(top) >= weights.size())
    return;
  std::nth_element(weights.begin(), weights.begin() + top, weights.end(),
                   isGreater);
  weights.resize(top);
  std::sort(
      weights.begin(), weights.end(),
      [](const TokenWeight &a, const TokenWeight &b) { return a.id < b.id; });
}

std::vector<TokenWeight> sparseWeights(std::span<const float> row,
                                       int64_t top) {
  std::vector<TokenWeight> weights;
  for (size_t id = 0; id < row.size(); ++id)
    if (row[id] != 0)
      weights.push_back({static_cast<int32_t>(id), row[id]});
  keepTop(weights, top);
  return weights;
}

std::vector<TokenWeight> sparseWeights(std::span<const float> of,
                                       std::span<const int32_t> ids,
                                       int64_t top) {
  std::vector<TokenWeight> weights;
  for (size_t i = 0; i < ids.size(); ++i)
    if (of[i] > 0)
      weights.push_back({ids[i], of[i]});
  std::sort(weights.begin(), weights.end(),
            [](const TokenWeight &a, const TokenWeight &b) {
              return a.id != b.id ? a.id < b.id : a.weight > b.weight;
            });
  weights.erase(std::unique(weights.begin(), weights.end(),
                            [](const TokenWeight &a, const TokenWeight &b) {
                              return a.id == b.id;
                            }),
                weights.end());
  keepTop(weights, top);
  return weights;
}

std::string tokenText(const EmblemModelTable &table, int32_t id) {
  uint32_t begin = 0, end = 0;
  if (id >= 0 && id < table.token_count) {
    begin = id == 0 ? 0 : table.token_ends[id - 1];
    end = table.token_ends[id];
  }
  return begin == end ? std::to_string(id)
                      : std::string(table.token_texts + begin, end - begin);
}

void appendNumbers(std::string &text, std::span<const float> numbers) {
  text += '[';
  for (float number : numbers) {
    // JSON has no word for infinity or NaN.
    if (std::isfinite(number))
      appendFloat(text, number);
    else
      text += "null";
    text += ',';
  }
  if (!numbers.empty())
    text.pop_back();
  text += ']';
}

void appendWeights(std::string &text, const EmblemModelTable &table,
                   std::vector<TokenWeight> weights) {
  std::sort(weights.begin(), weights.end(), isGreater);
  text += '{';
  for (const TokenWeight &one : weights) {
    text += jsonString(tokenText(table, one.id)) + ':';
    if (std::isfinite(one.weight))
      appendFloat(text, one.weight);
    else
      text += "null";
    text += ',';
  }
  if (!weights.empty())
    text.pop_back();
  text += '}';
}

} // namespace emblem::command
