//===- embed_loop.h - The loop of PROGRAM embed -----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_EMBED_LOOP_H
#define EMBLEM_RUNTIME_COMMAND_EMBED_LOOP_H

#include "runtime/command/embed_batch.h"
#include "runtime/command/output_file.h"
#include "runtime/command/progress.h"
#include "runtime/command/text_source.h"

namespace emblem::command {

/// What is embedded, a batch at a time, and what becomes of it.
class EmbedWork {
public:
  virtual ~EmbedWork() = default;

  /// Takes a line into the batch. False: it is refused, and `problem` says why.
  virtual bool add(std::string_view line, BatchProblem &problem) = 0;
  /// Lines of the batch.
  virtual size_t size() const = 0;
  virtual bool full() const = 0;
  /// Embeds and writes the batch, up to the line at fault where `problem` says
  /// what is wrong. It is empty then.
  virtual void run(BatchProblem &problem) = 0;

  // Of all that was written.
  int64_t written = 0, tokens = 0, truncated = 0;
};

/// Embeds all that `source` has. Answers go out as soon as a batch is done and
/// the next line is not there yet. Returns 0, or after a sentence on standard
/// error an exit code; `output` is to be finished where it is 0.
int runEmbedLoop(EmbedWork &work, TextSource &source, Progress &progress,
                 OutputFile &output);

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_EMBED_LOOP_H
