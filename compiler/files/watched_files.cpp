//===- watched_files.cpp - Files that change while they are read ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/watched_files.h"

#include "compiler/files/printable_text.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Signals.h"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <mutex>

using namespace llvm;
using namespace emblem::frontend;

namespace {
/// Never freed: a signal's action reads it.
struct WatchedFile {
  std::string path, printed;
  sys::fs::UniqueID id;
  uint64_t bytes;
  sys::TimePoint<> written;
  const char *begin, *end; // where it is mapped, at least at first
  const WatchedFile *next;
};
} // namespace

static std::atomic<const WatchedFile *> newest;
static const char *programName = "";

void emblem::frontend::watchFile(StringRef path,
                                 const sys::fs::file_status &status,
                                 const MemoryBuffer &buffer) {
  bool isMapped = buffer.getBufferKind() == MemoryBuffer::MemoryBuffer_MMap;
  auto *file = new WatchedFile{path.str(),
                               printableText(path, 500),
                               status.getUniqueID(),
                               status.getSize(),
                               status.getLastModificationTime(),
                               isMapped ? buffer.getBufferStart() : nullptr,
                               isMapped ? buffer.getBufferEnd() : nullptr,
                               newest.load()};
  while (!newest.compare_exchange_weak(file->next, file))
    ;
}

Error emblem::frontend::checkWatchedFiles() {
  for (const WatchedFile *file = newest; file; file = file->next) {
    sys::fs::file_status now;
    if (sys::fs::status(file->path, now) || now.getUniqueID() != file->id)
      continue;
    if (now.getSize() != file->bytes ||
        now.getLastModificationTime() != file->written)
      return createStringError("'" + file->path +
                               "' was written while it was read; compile the "
                               "model again when nothing writes to it");
  }
  return Error::success();
}

#ifdef SIGBUS
static void onMissingPage(int signal, siginfo_t *info, void *) {
  const char *at = static_cast<const char *>(info->si_addr);
  for (const WatchedFile *file = newest; file; file = file->next) {
    // The rest of its last page is mapped, too.
    if (at < file->begin || at >= file->end + 4096)
      continue;
    // Nothing that allocates or locks may run here.
    char sentence[4096];
    int length = std::snprintf(
        sentence, sizeof(sentence),
        "%s: error: '%s' was cut while it was read, or its disk fails; "
        "compile the model again when nothing writes to it\n",
        programName, file->printed.c_str());
    raw_fd_ostream(2, /*shouldClose=*/false, /*unbuffered=*/true)
        .write(sentence, length);
    sys::RunInterruptHandlers(); // which removes temporary files
    std::_Exit(1);
  }
  // It is none of these files: a fault as any other.
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}
#endif

void emblem::frontend::reportCutFiles(const char *program) {
  programName = program;
#ifdef SIGBUS
  struct sigaction action = {};
  action.sa_sigaction = onMissingPage;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGBUS, &action, nullptr);
#endif
}
