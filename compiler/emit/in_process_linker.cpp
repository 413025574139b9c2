//===- in_process_linker.cpp - lld in this process ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/in_process_linker.h"

#include "lld/Common/CommonLinkerContext.h"
#include "lld/Common/Driver.h"
#include "llvm/Support/CrashRecoveryContext.h"

LLD_HAS_DRIVER(elf)

using namespace emblem::emit;

namespace {
class InProcessLinker : public Linker {
public:
  explicit InProcessLinker(llvm::ArrayRef<std::string> sysroot)
      : sysroot(sysroot) {}

  std::string getName() const override { return "lld in emblemc"; }
  llvm::Error link(const LinkInputs &inputs, OutputFile &output) const override;

private:
  llvm::SmallVector<std::string> sysroot;
};
} // namespace

std::unique_ptr<Linker>
emblem::emit::findInProcessLinker(const RuntimeFiles &runtime) {
  if (runtime.sysroot.empty())
    return nullptr;
  return std::make_unique<InProcessLinker>(runtime.sysroot);
}

/// What is said of the first error, in one line.
static std::string firstError(llvm::StringRef said) {
  llvm::StringRef rest = said.split("error: ").second;
  return rest.empty() ? "it crashed" : rest.split('\n').first.str();
}

llvm::Error InProcessLinker::link(const LinkInputs &inputs,
                                  OutputFile &output) const {
  // What is written to no file stays in memory, and is taken from there.
  std::vector<std::string> words = {"ld.lld", "--color-diagnostics=never", "-o",
                                    "/dev/null", inputs.object};
  for (const std::string &symbol : inputs.undefined)
    words.push_back("--undefined=" + symbol);
  if (inputs.isShared())
    words.insert(words.end(),
                 {"-shared", "-soname", inputs.soname, "--version-script",
                  inputs.versionScript, "-Bsymbolic"});
  else
    words.push_back("-pie");
  if (!inputs.wholeLibrary.empty())
    words.insert(words.end(), {"--whole-archive", inputs.wholeLibrary,
                               "--no-whole-archive"});
  llvm::append_range(words, inputs.libraries);
  // The same bytes from the same model: no build id, no symbols.
  words.insert(words.end(),
               {"-s", "--build-id=none", "--gc-sections", "--as-needed", "-z",
                "relro", "-z", "now", "-z", "noexecstack", "-z", "defs",
                "--hash-style=gnu", "--eh-frame-hdr", "--threads=1"});
  for (const std::string &file : sysroot)
    if (!inputs.isShared() || !llvm::StringRef(file).ends_with("/start.o"))
      words.push_back(file);
  llvm::SmallVector<const char *> arguments;
  for (const std::string &word : words)
    arguments.push_back(word.c_str());

  std::string said;
  llvm::raw_string_ostream errors(said);
  std::vector<char> bytes;
  // lld has one link at a time in global variables, and ends a process where
  // it cannot go on: here it comes back.
  llvm::CrashRecoveryContext::Enable();
  llvm::CrashRecoveryContext recovery;
  bool isLinked = false;
  recovery.RunSafely([&] {
    if (!lld::elf::link(arguments, llvm::nulls(), errors, /*exitEarly=*/false,
                        /*disableOutput=*/false))
      return;
    const std::unique_ptr<llvm::FileOutputBuffer> &buffer =
        lld::errorHandler().outputBuffer;
    if (buffer)
      bytes.assign(buffer->getBufferStart(), buffer->getBufferEnd());
    isLinked = true;
  });
  recovery.RunSafely([] { lld::CommonLinkerContext::destroy(); });
  llvm::CrashRecoveryContext::Disable();

  if (!isLinked)
    return llvm::createStringError(
        "linking failed: " + firstError(said) +
        "; install Emblem again, name a C compiler to link with in CC, or "
        "write --emit=obj");
  return output.write(0, bytes);
}
