//===- error_sentence.cpp - An error as it is printed ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/error_sentence.h"

#include "compiler/files/printable_text.h"

#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>

using namespace llvm;
using namespace emblem::frontend;

// Longer than a path is in practice, and than what stands between two names.
static constexpr size_t mostPartBytes = 500;
static constexpr size_t mostBytes = 4000;

std::string emblem::frontend::toSentence(Error error) {
  std::string message = toString(std::move(error)), sentence;
  // Names stand between quotes. One that holds a quote itself is two parts.
  for (StringRef rest = message; true;) {
    auto [part, others] = rest.split('\'');
    sentence += printableText(part, mostPartBytes);
    if (part.size() == rest.size())
      break;
    sentence += '\'';
    rest = others;
  }
  return printableText(sentence, mostBytes);
}

// Nothing that allocates may run here.
static void say(void *program, const char *reason, bool) {
  StringRef why = reason;
  raw_fd_ostream out(2, /*shouldClose=*/false, /*unbuffered=*/true);
  out << static_cast<const char *>(program) << ": error: ";
  if (why.contains("pthread_create"))
    out << "the system gives no more threads; ask for fewer with --threads=1, "
           "or raise its limit (ulimit -u, or the container's)";
  else if (why.contains_insensitive("memory") ||
           why.contains_insensitive("alloc"))
    out << "out of memory";
  else
    out << why;
  out << '\n';
  sys::RunInterruptHandlers(); // which removes temporary files
  std::_Exit(1);
}

void emblem::frontend::sayFatalErrors(const char *program) {
  void *name = const_cast<char *>(program);
  install_fatal_error_handler(say, name);
  install_bad_alloc_error_handler(say, name);
}
