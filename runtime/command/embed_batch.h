//===- embed_batch.h - Lines that are embedded by one call ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_EMBED_BATCH_H
#define EMBLEM_RUNTIME_COMMAND_EMBED_BATCH_H

#include "emblem/emblem.h"
#include "emblem/model_table.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace emblem::command {

class OutputFile;
class TextSource;

/// What went wrong, and with which line of the batch.
struct BatchProblem {
  static constexpr size_t noLine = -1;
  std::string sentence; // empty: nothing
  size_t line = noLine; // from 0; noLine: it is not one line's fault
};

class EmbedBatch {
public:
  virtual ~EmbedBatch() = default;

  /// False: the line is refused, and `problem` says why.
  virtual bool add(std::string_view line, BatchProblem &problem) = 0;
  virtual size_t size() const = 0;
  /// Large enough to keep every thread busy; more would only cost memory.
  virtual bool full() const = 0;
  virtual void clear() = 0;

  /// Writes vectors and infos, size() of each. Returns for how many lines, from
  /// the first, there is a vector: all, or `problem` says what is wrong.
  virtual size_t embed(EmblemModel *model, float *vectors,
                       EmblemTextInfo *infos, BatchProblem &problem) = 0;

  EmblemFinish finish = EMBLEM_FINISH_OF_MODEL; // of the vectors
};

/// What is wrong with one line of those that gave EMBLEM_NOT_FINITE.
inline constexpr const char *notFiniteSentence =
    "the model computes a number that is not finite; its weights are damaged "
    "or "
    "too large";

/// Lines of text, `prompt` before each.
std::unique_ptr<EmbedBatch> makeTextBatch(const EmblemModelTable &table,
                                          std::string_view prompt,
                                          const EmblemModelInfo &info);
/// Lines of token ids, separated by blanks.
std::unique_ptr<EmbedBatch> makeIdBatch(const EmblemModelInfo &info);

/// What was right goes out, though a file gets its name only when it is whole;
/// then a sentence says what is wrong, and with which of the texts. Returns 1.
int refuse(const BatchProblem &problem, const TextSource &source,
           OutputFile &output);

/// Appends a line's token ids. Returns an empty string, or what is wrong.
std::string parseTokenIds(std::string_view line, const EmblemModelInfo &info,
                          std::vector<int32_t> &ids);

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_EMBED_BATCH_H
