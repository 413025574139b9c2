//===- progress.h - The phase at work, on the terminal ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DRIVER_PROGRESS_H
#define EMBLEM_COMPILER_DRIVER_PROGRESS_H

#include "compiler/driver/phases.h"

#include "llvm/ADT/Twine.h"

#include <chrono>

namespace emblem::driver {

/// One line on a terminal, rewritten as the phases go by; elsewhere nothing.
class Progress {
public:
  explicit Progress(Phase last);
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;
  /// Clears the line, so that an error stands alone.
  ~Progress();

  void begin(Phase phase);
  /// Writes a line of its own to standard error, on a terminal or not.
  void note(const llvm::Twine &line);
  /// Leaves "path: size, seconds" in place of the line.
  void done(llvm::StringRef path, uint64_t bytes);

private:
  void clear();

  bool visible;
  Phase last;
  std::chrono::steady_clock::time_point start;
};

} // namespace emblem::driver

#endif // EMBLEM_COMPILER_DRIVER_PROGRESS_H
