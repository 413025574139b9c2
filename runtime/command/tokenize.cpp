//===- tokenize.cpp - PROGRAM tokenize: texts to token ids ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/command.h"
#include "runtime/command/diagnostics.h"
#include "runtime/command/open_model.h"
#include "runtime/command/output_file.h"
#include "runtime/command/text_source.h"
#include "runtime/command/too_long.h"

#include <charconv>

namespace emblem::command {

// In programs that score pairs: of a line with a tab between its texts.
extern "C" [[gnu::weak]] EmblemStatus
emblem_command_encode_pair(EmblemModel *model, std::string_view line,
                           std::span<int32_t> ids, size_t *count,
                           EmblemTextInfo *info, std::string &problem);

/// "101 7592 102\n"
static void writeIds(std::span<const int32_t> ids, std::string &line,
                     OutputFile &output) {
  line.clear();
  for (int32_t id : ids) {
    char digits[16];
    line.append(digits, std::to_chars(digits, digits + sizeof(digits), id).ptr);
    line += ' ';
  }
  if (!line.empty())
    line.pop_back();
  line += '\n';
  output.write(line);
}

int runTokenize(const EmblemModelTable &table, const Options &options) {
  if (int code = requireTokenizer(table))
    return code;
  const bool pairs =
      emblem_command_encode_pair && table.input == EMBLEM_TAKES_PAIRS;
  // The ids of the text itself, unless a prompt is asked for.
  std::string_view prompt;
  if (int code = findPrompt(table, options, nullptr, prompt))
    return code;
  Options asked = options;
  asked.threads = 1; // no work for more
  asked.device = "none";
  OpenedModel model;
  if (int code = openModel(table, asked, model))
    return code;

  TextSource source(options.operands);
  OutputFile output;
  output.open(nullptr);
  std::vector<int32_t> ids(table.max_tokens);
  std::string prompted, line;
  int64_t texts = 0, truncated = 0;
  std::string_view text;
  while (!output.failed() && source.next(text)) {
    if (!prompt.empty()) {
      prompted.assign(prompt).append(text);
      text = prompted;
    }
    size_t count = 0;
    EmblemTextInfo info = {};
    std::string problem;
    EmblemStatus status =
        pairs ? emblem_command_encode_pair(model.get(), text, ids, &count,
                                           &info, problem)
              : emblem_encode(model.get(), options.prompt ? options.prompt : "",
                              {text.data(), text.size()}, ids.data(),
                              ids.size(), &count, &info);
    if (status != EMBLEM_OK) {
      if (problem.empty())
        problem = status == EMBLEM_TEXT_TOO_LONG ? tooLongSentence(table, text)
                                                 : emblem_last_error();
      output.flush();
      return badInput("%s: %s", source.where(texts).c_str(), problem.c_str());
    }
    writeIds({ids.data(), std::min(count, ids.size())}, line, output);
    ++texts;
    truncated += info.truncated != 0;
    if (!source.ready())
      output.flush();
  }
  if (int code = source.finish())
    return code;
  if (int code = output.finish())
    return code;
  reportTruncated(truncated, texts, table.max_tokens);
  return 0;
}

} // namespace emblem::command
