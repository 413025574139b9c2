//===- progress.cpp - Progress, for a person who watches ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/progress.h"

#include "runtime/platform/file.h"

#include <cinttypes>
#include <cstdio>

namespace emblem::command {

Progress::Progress(bool outputIsStandard, const char *what)
    : what(what), wanted(platform::isTerminal(platform::standardError) &&
                         !(outputIsStandard &&
                           platform::isTerminal(platform::standardOutput))),
      start(Clock::now()), last(start) {}

void Progress::draw() {
  double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  // An image has no tokens.
  double done = tokens > 0 ? tokens : texts;
  std::fprintf(stderr, "\r%" PRId64 " %s, %.0f %s/s\x1b[K", texts, what,
               seconds > 0 ? done / seconds : 0, tokens > 0 ? "tokens" : what);
  drawn = true;
}

void Progress::update(int64_t newTexts, int64_t newTokens) {
  texts = newTexts;
  tokens = newTokens;
  if (!wanted || Clock::now() - last < std::chrono::milliseconds(100))
    return;
  last = Clock::now();
  draw();
}

void Progress::end() {
  if (drawn) {
    draw();
    std::fprintf(stderr, "\n");
  }
  drawn = wanted = false;
}

} // namespace emblem::command
