//===- progress.h - Progress, for a person who watches ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_PROGRESS_H
#define EMBLEM_RUNTIME_COMMAND_PROGRESS_H

#include <cstdint>

namespace emblem::command {

/// One line on standard error that counts texts and tokens. Silent where
/// standard error is no terminal, or where the results go to the same one.
class Progress {
public:
  /// `what` is counted: texts or images.
  explicit Progress(bool outputIsStandard, const char *what = "texts");
  ~Progress() { end(); }

  void update(int64_t texts, int64_t tokens);
  /// Leaves the line, so that something else can be said.
  void end();

private:
  void draw();

  const char *what;
  bool wanted;
  bool drawn = false;
  int64_t texts = 0;
  int64_t tokens = 0;
  int64_t start, last; // in nanoseconds
};

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_PROGRESS_H
