//===- progress.cpp - Progress, for a person who watches ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/progress.h"

#include "runtime/platform/file.h"
#include "runtime/platform/wait.h"

#include <cinttypes>
#include <cstdio>

namespace emblem::command {

Progress::Progress(bool outputIsStandard, const char *what)
    : what(what), wanted(platform::isTerminal(platform::standardError) &&
                         !(outputIsStandard &&
                           platform::isTerminal(platform::standardOutput))),
      start(platform::monotonicNanoseconds()), last(start) {}

void Progress::draw() {
  const double seconds = (platform::monotonicNanoseconds() - start) * 1e-9;
  // An image has no tokens.
  double done = tokens > 0 ? tokens : texts;
  std::fprintf(stderr, "\r%" PRId64 " %s, %.0f %s/s\x1b[K", texts, what,
               seconds > 0 ? done / seconds : 0, tokens > 0 ? "tokens" : what);
  drawn = true;
}

void Progress::update(int64_t newTexts, int64_t newTokens) {
  texts = newTexts;
  tokens = newTokens;
  constexpr int64_t pause = 100'000'000; // nanoseconds
  const int64_t now = platform::monotonicNanoseconds();
  if (!wanted || now - last < pause)
    return;
  last = now;
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
