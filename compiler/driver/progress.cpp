//===- progress.cpp - The phase at work, on the terminal ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/progress.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace emblem::driver;

Progress::Progress(Phase last)
    : visible(llvm::errs().is_displayed()), last(last),
      start(std::chrono::steady_clock::now()) {}

Progress::~Progress() { clear(); }

void Progress::clear() {
  if (visible)
    llvm::errs() << "\r\033[K";
}

void Progress::begin(Phase phase) {
  if (!visible)
    return;
  clear();
  llvm::errs() << "[" << static_cast<int>(phase) + 1 << "/"
               << static_cast<int>(last) + 1 << "] " << describe(phase).name
               << ": " << describe(phase).description;
}

void Progress::note(const llvm::Twine &line) {
  clear();
  llvm::errs() << line << "\n";
}

void Progress::done(llvm::StringRef path, uint64_t bytes) {
  if (!visible)
    return;
  std::chrono::duration<double> seconds =
      std::chrono::steady_clock::now() - start;
  clear();
  llvm::errs() << path << ": "
               << llvm::format("%.1f MB, %.1f s\n", bytes * 1e-6,
                               seconds.count());
}
