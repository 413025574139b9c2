//===- text_rules.h - Rules of a request for its texts ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_SERVE_TEXT_RULES_H
#define EMBLEM_RUNTIME_SERVE_TEXT_RULES_H

#include "runtime/serve/inputs.h"
#include "runtime/serve/work.h"

#include <string>
#include <string_view>

namespace emblem::serve {

struct TextRules {
  /// TEI's members, in the order of read(); a request's own come before them.
  static constexpr std::string_view names[] = {
      "truncate", "truncation_direction", "prompt_name", "normalize",
      "dimensions"};

  bool namesPrompt = false;
  std::string prompt;     // "": none
  int64_t dimensions = 0; // 0: all
  int truncates = -1;     // 0, 1; -1: as the server is set
  EmblemSide side = EMBLEM_SIDE_OF_MODEL;
  bool normalizes = true;

  /// Reads the value of names[name]. False: the reader has the problem.
  bool read(json::JsonReader &json, int name);
};

/// Reads {"inputs": ..., and the first `ruleCount` of TextRules::names}. False:
/// the reader has the problem.
bool readTextRequest(json::JsonReader &json, Inputs &inputs, TextRules &rules,
                     size_t ruleCount);

// Each returns an empty string; or a sentence on what is wrong, with the status
// `code` to refuse the request with.

/// Whether there are items, and no more than a request may have.
std::string checkCount(const Server &server, size_t count, int &code);
/// Sets the rules of the call.
void setCut(const Server &server, Work &work, const TextRules &rules);
/// The same, and puts the prompt before each text. `usual`: without a name, the
/// server's usual prompt.
std::string prepareTexts(const Server &server, Work &work,
                         const TextRules &rules, bool usual, int &code);

} // namespace emblem::serve

#endif // EMBLEM_RUNTIME_SERVE_TEXT_RULES_H
