//===- embed_loop.cpp - The loop of PROGRAM embed -------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/embed_loop.h"

namespace emblem::command {

/// Fills the batch, and stops early where the next line is not there yet: a
/// program that asks line by line must get its answers. False: no line is left,
/// or `problem` says why the next one is refused.
static bool fill(EmbedWork &work, TextSource &source, BatchProblem &problem) {
  while (!work.full()) {
    if (work.size() > 0 && !source.ready())
      return true;
    std::string_view line;
    if (!source.next(line) || !work.add(line, problem))
      return false;
  }
  return true;
}

int runEmbedLoop(EmbedWork &work, TextSource &source, Progress &progress,
                 OutputFile &output) {
  BatchProblem problem;
  bool more = true;
  while (more && problem.sentence.empty() && !output.failed()) {
    const int64_t before = work.written;
    more = fill(work, source, problem);
    BatchProblem found;
    if (work.size() > 0)
      work.run(found);
    // It comes before the line that ended the batch.
    if (!found.sentence.empty())
      problem = found;
    // Counted from the first line of all.
    if (problem.line != problem.noLine)
      problem.line += before;
    progress.update(work.written, work.tokens);
    if (!source.ready())
      output.flush();
  }
  progress.end();
  if (!problem.sentence.empty())
    return refuse(problem, source, output);
  return source.finish();
}

} // namespace emblem::command
