//===- c_compiler.cpp - The system's C compiler as a linker ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/c_compiler.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#include <cstdlib>

using namespace emblem::emit;

namespace {
class CCompiler : public Linker {
public:
  CCompiler(std::string program, llvm::StringRef triple,
            llvm::ArrayRef<llvm::StringRef> arguments = {})
      : program(std::move(program)),
        arguments(arguments.begin(), arguments.end()), triple(triple) {}

  std::string getName() const override { return program; }
  llvm::Error link(const LinkInputs &inputs, OutputFile &output) const override;

  /// Refuses one that has no libc to link statically.
  llvm::Error checkStaticLibc(const OutputFile &output) const;

private:
  struct Ending {
    int status; // below 0: it did not start, or a signal ended it
    std::string why;
  };
  /// Runs it with its standard output and its errors in the files `out` and
  /// `errors`, where given; "": nowhere.
  Ending execute(llvm::ArrayRef<std::string> arguments,
                 std::optional<llvm::StringRef> out = std::nullopt,
                 std::optional<llvm::StringRef> errors = std::nullopt) const;
  llvm::Error toError(const Ending &ending) const;
  /// The line that it answers to `question`.
  llvm::Expected<std::string> ask(llvm::StringRef question,
                                  const OutputFile &output) const;
  /// Refuses one that links for another architecture, if it says for which.
  llvm::Error checkMachine(const OutputFile &output) const;

  std::string program;                // a path
  std::vector<std::string> arguments; // that $CC holds beside the program
  std::string triple;                 // of what it is to link
};
} // namespace

CCompiler::Ending
CCompiler::execute(llvm::ArrayRef<std::string> more,
                   std::optional<llvm::StringRef> out,
                   std::optional<llvm::StringRef> errors) const {
  std::vector<llvm::StringRef> words = {program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  words.insert(words.end(), more.begin(), more.end());

  Ending ending;
  ending.status = llvm::sys::ExecuteAndWait(
      program, words, /*Env=*/std::nullopt, {std::nullopt, out, errors},
      /*SecondsToWait=*/0,
      /*MemoryLimit=*/0, &ending.why);
  return ending;
}

llvm::Error CCompiler::toError(const Ending &ending) const {
  if (ending.status == 0)
    return llvm::Error::success();
  return llvm::createStringError(
      "linking with '" + program + "' failed: " +
      (ending.why.empty()
           ? "it ended with status " + std::to_string(ending.status)
           : ending.why));
}

llvm::Expected<std::string> CCompiler::ask(llvm::StringRef question,
                                           const OutputFile &output) const {
  llvm::Expected<OutputFile> answer = OutputFile::createScratch(output.place());
  if (!answer)
    return answer.takeError();
  if (llvm::Error error = toError(
          execute({question.str()}, answer->temporaryPath(), /*errors=*/"")))
    return error;
  auto text = llvm::MemoryBuffer::getFile(answer->temporaryPath());
  if (!text)
    return llvm::createStringError("cannot read '" + answer->temporaryPath() +
                                   "': " + text.getError().message());
  return (*text)->getBuffer().trim().str();
}

llvm::Error CCompiler::checkMachine(const OutputFile &output) const {
  llvm::Expected<std::string> answer = ask("-dumpmachine", output);
  if (!answer) {
    llvm::consumeError(answer.takeError());
    return llvm::Error::success();
  }
  llvm::Triple machine(*answer), wanted(triple);
  if (machine.getArch() == llvm::Triple::UnknownArch ||
      machine.getArch() == wanted.getArch())
    return llvm::Error::success();
  return llvm::createStringError(
      "'" + program + "' links for " + machine.getArchName() +
      ", and the target is " + wanted.getArchName() +
      "; name in CC a C compiler that links for that, or unset it");
}

llvm::Error CCompiler::checkStaticLibc(const OutputFile &output) const {
  llvm::Expected<std::string> path = ask("-print-file-name=libc.a", output);
  if (!path)
    return path.takeError();
  // Where there is none the name comes back as it went.
  if (llvm::sys::path::is_absolute(*path))
    return llvm::Error::success();
  return llvm::createStringError(
      "'" + program +
      "' has no libc.a, which --static links; install it (apt install "
      "libc6-dev, or for another architecture its libc6-dev-...-cross; dnf "
      "install glibc-static), or leave --static out");
}

llvm::Error CCompiler::link(const LinkInputs &inputs,
                            OutputFile &output) const {
  std::vector<std::string> words = {"-o", output.temporaryPath().str(),
                                    inputs.object};
  for (const std::string &symbol : inputs.undefined)
    words.push_back("-Wl,--undefined=" + symbol);
  if (inputs.isShared())
    words.insert(words.end(), {"-shared", "-Wl,-soname," + inputs.soname,
                               "-Wl,--version-script," + inputs.versionScript,
                               "-Wl,-Bsymbolic"});
  if (!inputs.wholeLibrary.empty())
    words.insert(words.end(), {"-Wl,--whole-archive", inputs.wholeLibrary,
                               "-Wl,--no-whole-archive"});
  llvm::append_range(words, inputs.libraries);
  // The same bytes from the same model: no build id, no symbols, no names of
  // temporary files. The rest keeps the program small and its data read-only.
  words.insert(words.end(), {"-s", "-Wl,--build-id=none", "-Wl,--gc-sections",
                             "-Wl,--as-needed", "-Wl,-z,relro", "-Wl,-z,now",
                             "-Wl,-z,noexecstack"});
#ifdef EMBLEM_SANITIZE
  words.push_back("-fsanitize=address,undefined");
#endif
#ifndef NDEBUG
  // What is not optimised calls more of C++ than the runtime has.
  words.push_back("-lstdc++");
#endif
  words.insert(
      words.end(),
      {inputs.linkage == Linkage::Static ? "-static-pie" : "-static-libgcc",
       "-pthread", "-ldl", "-lm"});
  if (output.isNamed())
    return toError(execute(words));
  // A linker that writes to the file as it is leaves nothing, whatever ends it.
  // Some need a name, for they put a file of their own in its place.
  const Ending ending = execute(words, std::nullopt, /*errors=*/"");
  if (ending.status < 0 || (ending.status == 0 && output.size() > 0))
    return toError(ending);
  if (llvm::Error error = checkMachine(output))
    return error;
  auto named = OutputFile::createScratch(output.place(), /*mustBeNamed=*/true);
  if (!named)
    return named.takeError();
  words[1] = named->temporaryPath().str();
  if (llvm::Error error = toError(execute(words)))
    return error;
  auto bytes = llvm::MemoryBuffer::getFile(named->temporaryPath(),
                                           /*IsText=*/false,
                                           /*RequiresNullTerminator=*/false);
  if (!bytes)
    return llvm::createStringError("cannot read '" + named->temporaryPath() +
                                   "': " + bytes.getError().message());
  llvm::StringRef text = (*bytes)->getBuffer();
  return output.write(0, {text.data(), text.size()});
}

static llvm::Expected<std::unique_ptr<CCompiler>>
findDriver(llvm::StringRef triple, llvm::StringRef otherwise) {
  if (const char *variable = std::getenv("CC"); variable && *variable) {
    llvm::SmallVector<llvm::StringRef> words;
    llvm::SplitString(variable, words);
    if (words.empty())
      return llvm::createStringError("CC is blank; unset it, or name in it a "
                                     "C compiler to link with");
    llvm::ErrorOr<std::string> found =
        llvm::sys::findProgramByName(words.front());
    if (!found)
      return llvm::createStringError(
          "CC names '" + words.front() +
          "', which is no program here; unset it, or name in it a C compiler "
          "to link with");
    return std::make_unique<CCompiler>(*found, triple,
                                       llvm::ArrayRef(words).drop_front());
  }

  llvm::Triple wanted(triple), host(llvm::sys::getDefaultTargetTriple());
  if (wanted.getOS() != host.getOS())
    return llvm::createStringError(
        "this machine's C compiler does not link for " + triple +
        "; name one that does in CC, or " + otherwise);
  if (wanted.getArch() != host.getArch()) {
    std::string name = (wanted.getArchName() + "-linux-gnu-gcc").str();
    if (llvm::ErrorOr<std::string> found = llvm::sys::findProgramByName(name))
      return std::make_unique<CCompiler>(*found, triple);
    return llvm::createStringError(
        "this machine's C compiler does not link for " + triple + ", and " +
        name + " is not on PATH; install it (apt install g++-" +
        wanted.getArchName() + "-linux-gnu), name one that does in CC, or " +
        otherwise);
  }
  for (llvm::StringRef name : {"cc", "gcc", "clang"})
    if (llvm::ErrorOr<std::string> found = llvm::sys::findProgramByName(name))
      return std::make_unique<CCompiler>(*found, triple);
  return llvm::createStringError(
      "there is no C compiler to link with: none of cc, gcc and clang is on "
      "PATH; install one (apt install gcc), name it in CC, or " +
      otherwise);
}

llvm::Expected<std::unique_ptr<Linker>>
emblem::emit::findCCompiler(llvm::StringRef triple, Linkage linkage,
                            const OutputFile &output) {
  llvm::Expected<std::unique_ptr<CCompiler>> found =
      findDriver(triple, linkage == Linkage::Static ? "leave --static out"
                                                    : "write --emit=obj");
  if (!found)
    return found.takeError();
  if (linkage == Linkage::Static)
    if (llvm::Error error = (*found)->checkStaticLibc(output))
      return error;
  return std::move(*found);
}
