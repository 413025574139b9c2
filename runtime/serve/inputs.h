//===- inputs.h - Texts of a request ----------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_SERVE_INPUTS_H
#define EMBLEM_RUNTIME_SERVE_INPUTS_H

#include "emblem/emblem.h"
#include "runtime/json/json_members.h"

#include <cstdint>
#include <string>
#include <vector>

namespace emblem::serve {

/// "text", ["text", ...], [1, 2] or [[1, 2], ...]: texts, or ids of tokens.
struct Inputs {
  bool isList = false; // of several, be it of one
  bool isIds = false;
  std::vector<EmblemText> texts;
  std::vector<int32_t> ids;
  std::vector<int64_t> offsets = {0}; // as emblem_embed_ids has them

  size_t size() const { return isIds ? offsets.size() - 1 : texts.size(); }
};

// False: there is a problem, which the reader has.

bool readInputs(json::JsonReader &json, Inputs &inputs);
/// A list of strings.
bool readTexts(json::JsonReader &json, std::vector<EmblemText> &texts);
bool readText(json::JsonReader &json, EmblemText &text);
/// A list of token ids.
bool readIds(json::JsonReader &json, std::vector<int32_t> &ids);
/// What null stands for is as if it were not there.
bool skipNull(json::JsonReader &json);

/// "a string was expected, at byte 17 of the body".
std::string sentenceOf(const json::JsonReader &json);
/// 400 of what is no JSON, 422 of other JSON than what is expected.
int statusOf(const json::JsonReader &json);

} // namespace emblem::serve

#endif // EMBLEM_RUNTIME_SERVE_INPUTS_H
