//===- tei_tokens.cpp - TEI's tokens of texts, and texts of tokens --------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/json_text.h"
#include "runtime/serve/inputs.h"
#include "runtime/serve/reply_json.h"
#include "runtime/serve/routes.h"
#include "runtime/serve/text_rules.h"
#include "runtime/tokenizer/utf8.h"

using namespace emblem;
using namespace emblem::serve;
using command::jsonString;
using http::Connection;
using http::Response;
using json::JsonReader;

namespace {

/// JSON of each item, in a list.
class ListWork : public Work {
public:
  ListWork() { kind = Kind::Steps; }

  Response answer(Server &) override {
    Response response;
    response.body = "[";
    for (const std::string &one : answers)
      response.body += (response.body.size() > 1 ? "," : "") + one;
    response.body += ']';
    return response;
  }

protected:
  std::vector<std::string> answers;
};

class TokenizeWork final : public ListWork {
public:
  explicit TokenizeWork(int64_t mostTokens) : mostTokens(mostTokens) {}

  size_t bytesOf(size_t item) const override { return texts[item].size; }
  void prepareSteps() {
    steps = texts.size();
    answers.resize(steps);
    infos.resize(steps);
    for (const EmblemText &text : texts)
      replyBytes += 200 + text.size * 80;
  }

  void step(EmblemModel *model, size_t item) override {
    std::vector<EmblemToken> tokens(size_t(mostTokens) + 1);
    size_t count = 0;
    const EmblemText text = texts[item];
    if (const EmblemStatus failed =
            emblem_read(model, &call, text, nullptr, tokens.data(),
                        tokens.size(), &count, &infos[item]);
        failed != EMBLEM_OK)
      return fail(failed, item);
    std::string &json = answers[item];
    json = "[";
    // Places are counted in characters.
    uint64_t at = 0, characters = 0;
    auto charactersTo = [&](uint64_t byte) {
      if (byte < at)
        at = characters = 0;
      for (; at < byte; ++at)
        characters += static_cast<unsigned char>(text.data[at]) >> 6 != 2;
      return std::to_string(characters);
    };
    for (size_t i = 0; i < count; ++i) {
      const EmblemToken &one = tokens[i];
      if (one.text < 0 && !addsSpecial)
        continue;
      json += (json.size() > 1 ? "," : "") + std::string("{\"id\":") +
              std::to_string(one.id) + ",\"text\":";
      if (one.text < 0)
        json += nameOf(model, one.id);
      else
        json += jsonString(
            std::string_view(text.data + one.begin, one.end - one.begin));
      json += std::string(",\"special\":") + (one.special ? "true" : "false") +
              ",\"start\":";
      if (one.text < 0) {
        json += "null,\"stop\":null}";
        continue;
      }
      json += charactersTo(one.begin);
      json += ",\"stop\":" + charactersTo(one.end) + "}";
    }
    json += ']';
  }

  bool addsSpecial = true;

private:
  /// As the vocabulary spells it.
  static std::string nameOf(EmblemModel *model, int32_t id) {
    EmblemTokenInfo info;
    if (emblem_token(model, id, &info) != EMBLEM_OK)
      return "\"\"";
    std::string_view text(info.text, info.size);
    runtime::Buffer<uint8_t> repaired;
    (void)runtime::repairUtf8(text, repaired);
    return jsonString(text);
  }

  const int64_t mostTokens;
};

class DecodeWork final : public ListWork {
public:
  size_t bytesOf(size_t item) const override {
    return size_t(inputs.offsets[item + 1] - inputs.offsets[item]);
  }
  void prepareSteps() {
    steps = inputs.size();
    answers.resize(steps);
    replyBytes = 64 + inputs.ids.size() * 64;
  }

  void step(EmblemModel *model, size_t item) override {
    const int32_t *ids = inputs.ids.data() + inputs.offsets[item];
    const size_t count = bytesOf(item);
    std::string text(count * 16 + 64, '\0');
    size_t size = 0;
    for (int round = 0; round < 2; ++round) {
      if (const EmblemStatus failed = emblem_decode(
              model, ids, count, skipsSpecial, text.data(), text.size(), &size);
          failed != EMBLEM_OK)
        return fail(failed, item);
      const bool fits = size <= text.size();
      text.resize(size);
      if (fits)
        break;
    }
    std::string_view whole = text;
    runtime::Buffer<uint8_t> repaired;
    (void)runtime::repairUtf8(whole, repaired);
    answers[item] = jsonString(whole);
  }

  Inputs inputs;
  bool skipsSpecial = true;
};

bool readTokenize(JsonReader &json, TokenizeWork &work, TextRules &rules) {
  static constexpr std::string_view names[] = {"inputs", "add_special_tokens",
                                               TextRules::names[2]};
  Inputs inputs;
  if (!json.enterObject())
    return false;
  json::Members members(json, names);
  for (int name; (name = members.next()) >= 0;)
    if (!(name == 0   ? readInputs(json, inputs)
          : name == 1 ? json.readBoolean(work.addsSpecial)
                      : rules.read(json, 2)))
      return false;
  if (!json.finish())
    return false;
  if (!members.has(0))
    return json.refuse("'inputs' is not there");
  if (inputs.isIds)
    return json.refuse("'inputs' is a text or a list of texts");
  work.isBatch = inputs.isList;
  work.texts = std::move(inputs.texts);
  return true;
}

bool readDecode(JsonReader &json, DecodeWork &work) {
  static constexpr std::string_view names[] = {"ids", "skip_special_tokens"};
  if (!json.enterObject())
    return false;
  json::Members members(json, names);
  for (int name; (name = members.next()) >= 0;)
    if (!(name == 0 ? readInputs(json, work.inputs)
                    : json.readBoolean(work.skipsSpecial)))
      return false;
  if (!json.finish())
    return false;
  if (!members.has(0))
    return json.refuse("'ids' is not there");
  return work.inputs.isIds ||
         json.refuse("'ids' is a list of token ids, or of such lists");
}

void refuseUnread(Server &server, Connection &connection,
                  const JsonReader &json) {
  server.refuse(connection, ErrorStyle::Tei, statusOf(json), sentenceOf(json));
}

} // namespace

void serve::teiTokenize(Server &server, Connection &connection) {
  auto work = std::make_unique<TokenizeWork>(server.info.max_tokens);
  work->body = std::move(connection.request().body);
  JsonReader json(work->body);
  TextRules rules;
  if (!readTokenize(json, *work, rules))
    return refuseUnread(server, connection, json);
  int code = 0;
  std::string problem = checkCount(server, work->texts.size(), code);
  // The tokens of the text itself, unless a prompt is asked for.
  if (problem.empty())
    problem = prepareTexts(server, *work, rules, /*usual=*/false, code);
  if (!problem.empty())
    return server.refuse(connection, ErrorStyle::Tei, code, problem);
  work->call.cut = EMBLEM_CUT_TEXT;
  work->prepareSteps();
  server.submit(connection, std::move(work));
}

void serve::teiDecode(Server &server, Connection &connection) {
  auto work = std::make_unique<DecodeWork>();
  work->body = std::move(connection.request().body);
  JsonReader json(work->body);
  if (!readDecode(json, *work))
    return refuseUnread(server, connection, json);
  int code = 0;
  if (std::string problem = checkCount(server, work->inputs.size(), code);
      !problem.empty())
    return server.refuse(connection, ErrorStyle::Tei, code, problem);
  work->prepareSteps();
  server.submit(connection, std::move(work));
}
