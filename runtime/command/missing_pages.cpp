//===- missing_pages.cpp - Mapped files that are cut ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/missing_pages.h"

#include "runtime/command/diagnostics.h"
#include "runtime/platform/file.h"
#include "runtime/platform/new_file.h"
#include "runtime/platform/process.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace emblem::command {

static const char *volatile mappedBegin, *volatile mappedEnd;
static const char *volatile mappedPath;

static std::atomic_flag isEnding;

/// In a signal's action: nothing that allocates or locks may run. Several
/// threads may meet such a page, and one speaks.
static void end(const void *address) {
  if (isEnding.test_and_set())
    while (isEnding.test()) { // until the first one ends the process
    }
  const char *at = static_cast<const char *>(address);
  char sentence[2048];
  // The rest of its last page is mapped, too.
  constexpr int page = 64 << 10;
  const bool isKnown = at >= mappedBegin && at < mappedEnd + page;
  const int length = std::snprintf(
      sentence, sizeof(sentence),
      isKnown ? "%s: error: %.1000s was cut while it was read, or its disk "
                "fails\n"
              : "%s: error: %.1000s was cut while it runs, or its disk fails; "
                "copy it again\n",
      programName(), isKnown ? mappedPath : "the program's own file");
  for (int i = 0; i < length - 1; ++i)
    if (static_cast<unsigned char>(sentence[i]) < 0x20)
      sentence[i] = '?';
  (void)platform::writeFile(platform::standardError, sentence, length);
  platform::removeUnfinishedFiles();
  std::_Exit(1);
}

void reportMissingPages() { platform::callOnMissingPage(end); }

void nameMappedFile(const void *begin, size_t bytes, const char *path) {
  mappedPath = path;
  mappedBegin = static_cast<const char *>(begin);
  mappedEnd = mappedBegin + bytes;
}

} // namespace emblem::command
