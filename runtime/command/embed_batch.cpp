//===- embed_batch.cpp - Lines that are embedded by one call --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/embed_batch.h"

#include "runtime/command/cut_vector.h"
#include "runtime/command/diagnostics.h"
#include "runtime/command/options.h"
#include "runtime/command/output_file.h"
#include "runtime/command/text_source.h"
#include "runtime/command/too_long.h"
#include "runtime/model/check_outputs.h"

#include <algorithm>
#include <cinttypes>

namespace emblem::command {

static constexpr size_t mostLines = 512;

/// Names the first line whose vector is not of numbers, and returns how many are
/// before it.
static size_t findNotFinite(const float *vectors, size_t count, int64_t width,
                            BatchProblem &problem) {
  problem.line = runtime::findNotFinite(vectors, count, width);
  problem.sentence = notFiniteSentence;
  return problem.line;
}

namespace {

class TextBatch final : public EmbedBatch {
public:
  TextBatch(const EmblemModelTable &table, std::string_view prompt,
            const EmblemModelInfo &info)
      : table(table), prompt(prompt), mostBytes(info.max_batch_tokens * 4) {}

  bool add(std::string_view line, BatchProblem &problem) override {
    bytes += prompt;
    bytes += line;
    ends.push_back(bytes.size());
    return true;
  }

  size_t size() const override { return ends.size(); }

  bool full() const override {
    return size() >= mostLines || bytes.size() >= mostBytes;
  }

  void clear() override {
    bytes.clear();
    ends.clear();
  }

  size_t embed(EmblemModel *model, float *vectors, EmblemTextInfo *infos,
               BatchProblem &problem) override {
    texts.clear();
    size_t begin = 0;
    for (size_t end : ends) {
      texts.push_back({bytes.data() + begin, end - begin});
      begin = end;
    }
    size_t count = texts.size();
    EmblemCallOptions call = {};
    call.size = sizeof(call);
    call.finish = finish;
    EmblemStatus status =
        emblem_embed_with(model, &call, texts.data(), count, vectors, infos);
    if (status == EMBLEM_TEXT_TOO_LONG) {
      // The lines before the one at fault are still to be embedded.
      count = findTooLong(model, problem);
      status =
          emblem_embed_with(model, &call, texts.data(), count, vectors, infos);
    }
    if (status == EMBLEM_OK)
      return count;
    if (status == EMBLEM_NOT_FINITE)
      return findNotFinite(vectors, count, table.dimension, problem);
    problem.sentence = emblem_last_error();
    problem.line = problem.noLine;
    return 0;
  }

private:
  size_t findTooLong(EmblemModel *model, BatchProblem &problem) {
    for (size_t i = 0; i < texts.size(); ++i) {
      size_t count;
      if (emblem_tokenize(model, texts[i], nullptr, 0, &count, nullptr) ==
          EMBLEM_TEXT_TOO_LONG) {
        problem.sentence =
            tooLongSentence(table, {texts[i].data, texts[i].size});
        problem.line = i;
        return i;
      }
    }
    return texts.size();
  }

  const EmblemModelTable &table;
  std::string_view prompt;
  size_t mostBytes;
  std::string bytes; // the texts, back to back
  std::vector<size_t> ends;
  std::vector<EmblemText> texts;
};

class IdBatch final : public EmbedBatch {
public:
  explicit IdBatch(const EmblemModelInfo &info) : info(info) {}

  bool add(std::string_view line, BatchProblem &problem) override {
    size_t before = ids.size();
    problem.sentence = parseTokenIds(line, info, ids);
    if (problem.sentence.empty()) {
      offsets.push_back(ids.size());
      return true;
    }
    ids.resize(before);
    problem.line = size();
    return false;
  }

  size_t size() const override { return offsets.size() - 1; }

  bool full() const override {
    return size() >= mostLines ||
           ids.size() >= static_cast<size_t>(info.max_batch_tokens);
  }

  void clear() override {
    ids.clear();
    offsets.resize(1);
  }

  size_t embed(EmblemModel *model, float *vectors, EmblemTextInfo *infos,
               BatchProblem &problem) override {
    const bool isRaw = finish == EMBLEM_FINISH_RAW && info.normalizes;
    const EmblemRows rows = {sizeof(rows), nullptr, nullptr, vectors};
    const EmblemStatus status =
        isRaw ? emblem_run_with(model, ids.data(), nullptr, offsets.data(),
                                size(), &rows)
              : emblem_embed_ids(model, ids.data(), offsets.data(), size(),
                                 vectors);
    if (status == EMBLEM_OK && finish == EMBLEM_FINISH_NORMALIZED)
      for (size_t i = 0; i < size(); ++i)
        runtime::scaleToLengthOne(vectors + i * info.dimension, info.dimension);
    for (size_t i = 0; i < size(); ++i)
      infos[i] = {offsets[i + 1] - offsets[i], 0, 0};
    if (status == EMBLEM_OK)
      return size();
    if (status == EMBLEM_NOT_FINITE)
      return findNotFinite(vectors, size(), info.dimension, problem);
    problem.sentence = emblem_last_error();
    return 0;
  }

private:
  EmblemModelInfo info;
  std::vector<int32_t> ids;
  std::vector<int64_t> offsets = {0};
};

} // namespace

std::unique_ptr<EmbedBatch> makeTextBatch(const EmblemModelTable &table,
                                          std::string_view prompt,
                                          const EmblemModelInfo &info) {
  return std::make_unique<TextBatch>(table, prompt, info);
}

std::unique_ptr<EmbedBatch> makeIdBatch(const EmblemModelInfo &info) {
  return std::make_unique<IdBatch>(info);
}

std::string parseTokenIds(std::string_view line, const EmblemModelInfo &info,
                          std::vector<int32_t> &ids) {
  constexpr std::string_view blanks = " \t\r";
  size_t before = ids.size();
  for (size_t at = line.find_first_not_of(blanks); at != line.npos;
       at = line.find_first_not_of(blanks, at)) {
    size_t end = std::min(line.find_first_of(blanks, at), line.size());
    std::string_view word = line.substr(at, end - at);
    int64_t id;
    if (!parseInteger(word, INT64_MIN, INT64_MAX, id))
      return "'" + std::string(word.substr(0, 40)) +
             "' is no token id; expected whole numbers separated by spaces";
    if (id < 0 || id >= info.vocabulary_size)
      return formatText("token id %" PRId64 " is out of range; the vocabulary "
                        "has ids 0 to %" PRId64,
                        id, info.vocabulary_size - 1);
    ids.push_back(id);
    at = end;
  }
  int64_t count = ids.size() - before;
  if (count == 0)
    return "no token ids; a sequence needs at least one";
  if (count > info.max_positions)
    return formatText("%" PRId64 " token ids, and the model has only %" PRId64
                      " positions",
                      count, info.max_positions);
  return {};
}

int refuse(const BatchProblem &problem, const TextSource &source,
           OutputFile &output) {
  output.flush();
  const std::string where =
      problem.line == problem.noLine ? "" : source.where(problem.line) + ": ";
  std::string sentence = problem.sentence;
  std::ranges::replace(sentence, '\0', ' '); // where it cites the input
  return badInput("%s%s", where.c_str(), sentence.c_str());
}

} // namespace emblem::command
