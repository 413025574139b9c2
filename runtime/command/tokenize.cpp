//===- tokenize.cpp - PROGRAM tokenize: texts to token ids ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/command.h"
#include "runtime/command/diagnostics.h"
#include "runtime/command/json_text.h"
#include "runtime/command/open_model.h"
#include "runtime/command/output_file.h"
#include "runtime/command/text_source.h"
#include "runtime/command/too_long.h"
#include "runtime/tokenizer/utf8.h"

#include <algorithm>
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

namespace {

/// A text's tokens and their places, as one JSON object.
class TokenWriter {
public:
  TokenWriter(EmblemModel *model, bool pairs, OutputFile &output)
      : model(model), pairs(pairs), output(output) {}

  void write(int64_t index, std::span<const EmblemToken> tokens,
             bool truncated) {
    line = "{\"index\":" + std::to_string(index);
    list("ids", tokens,
         [](const EmblemToken &one) { return std::to_string(one.id); });
    list("tokens", tokens, [&](const EmblemToken &one) { return textOf(one); });
    list("offsets", tokens, [](const EmblemToken &one) {
      return one.text < 0 ? std::string("null")
                          : '[' + std::to_string(one.begin) + ',' +
                                std::to_string(one.end) + ']';
    });
    list("special", tokens,
         [](const EmblemToken &one) { return one.special ? "true" : "false"; });
    if (pairs)
      list("texts", tokens, [](const EmblemToken &one) {
        return one.text < 0 ? "null" : std::to_string(one.text);
      });
    line +=
        std::string(",\"truncated\":") + (truncated ? "true" : "false") + "}\n";
    output.write(line);
  }

private:
  template <typename Write>
  void list(const char *name, std::span<const EmblemToken> tokens,
            Write write) {
    line += std::string(",\"") + name + "\":[";
    const char *comma = "";
    for (const EmblemToken &one : tokens) {
      line += comma;
      line += write(one);
      comma = ",";
    }
    line += ']';
  }

  std::string textOf(const EmblemToken &token) {
    EmblemTokenInfo info;
    if (emblem_token(model, token.id, &info) != EMBLEM_OK || info.size == 0)
      return "null";
    std::string_view text(info.text, info.size);
    (void)runtime::repairUtf8(text, repaired);
    return jsonString(text);
  }

  EmblemModel *model;
  bool pairs;
  OutputFile &output;
  std::string line;
  runtime::Buffer<uint8_t> repaired;
};

/// The tokens of a text, or of a query, a tab and a text.
EmblemStatus readTokens(EmblemModel *model, const char *prompt, bool pairs,
                        std::string_view text, std::vector<EmblemToken> &tokens,
                        size_t &count, EmblemTextInfo &info) {
  EmblemCallOptions call = {};
  call.size = sizeof(call);
  call.prompt = prompt ? prompt : "";
  const size_t tab = pairs ? text.find('\t') : text.npos;
  const EmblemText first = {text.data(), std::min(tab, text.size())};
  const bool isPair = tab != text.npos;
  const EmblemText second = {text.data() + (isPair ? tab + 1 : 0),
                             isPair ? text.size() - tab - 1 : 0};
  return emblem_read(model, &call, first, isPair ? &second : nullptr,
                     tokens.data(), tokens.size(), &count, &info);
}

} // namespace

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
  std::vector<EmblemToken> tokens(options.offsets ? table.max_tokens : 0);
  TokenWriter writer(model.get(), pairs, output);
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
    // A pair without its tab gets its sentence below.
    const bool places =
        options.offsets && (!pairs || text.find('\t') != text.npos);
    EmblemStatus status =
        places ? readTokens(model.get(), options.prompt, pairs, text, tokens,
                            count, info)
        : pairs
            ? emblem_command_encode_pair(model.get(), text, ids, &count, &info,
                                         problem)
            : emblem_encode(model.get(), options.prompt ? options.prompt : "",
                            {text.data(), text.size()}, ids.data(), ids.size(),
                            &count, &info);
    if (status != EMBLEM_OK) {
      if (problem.empty())
        problem = status == EMBLEM_TEXT_TOO_LONG ? tooLongSentence(table, text)
                                                 : emblem_last_error();
      output.flush();
      return badInput("%s: %s", source.where(texts).c_str(), problem.c_str());
    }
    if (places)
      writer.write(texts, {tokens.data(), std::min(count, tokens.size())},
                   info.truncated != 0);
    else
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
