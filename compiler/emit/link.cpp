//===- link.cpp - From an object file to a program or a shared library ----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/link.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#include <cstdlib>

using namespace emblem::emit;

namespace {
struct Ending {
  int status; // of the linker; below 0: it did not start, or a signal ended it
  std::string why;
};
} // namespace

/// Runs the linker with its standard output and its errors in the files `out`
/// and `errors`, where given; "": nowhere.
static Ending execute(const Linker &linker,
                      llvm::ArrayRef<std::string> arguments,
                      std::optional<llvm::StringRef> out = std::nullopt,
                      std::optional<llvm::StringRef> errors = std::nullopt) {
  std::vector<llvm::StringRef> words = {linker.program};
  words.insert(words.end(), linker.arguments.begin(), linker.arguments.end());
  words.insert(words.end(), arguments.begin(), arguments.end());

  Ending ending;
  ending.status = llvm::sys::ExecuteAndWait(
      linker.program, words, /*Env=*/std::nullopt, {std::nullopt, out, errors},
      /*SecondsToWait=*/0,
      /*MemoryLimit=*/0, &ending.why);
  return ending;
}

static llvm::Error toError(const Linker &linker, const Ending &ending) {
  if (ending.status == 0)
    return llvm::Error::success();
  return llvm::createStringError(
      "linking with '" + linker.program + "' failed: " +
      (ending.why.empty()
           ? "it ended with status " + std::to_string(ending.status)
           : ending.why));
}

/// The line that the linker answers to `question`.
static llvm::Expected<std::string>
ask(const Linker &linker, llvm::StringRef question, const OutputFile &output) {
  llvm::Expected<OutputFile> answer = OutputFile::createScratch(output.place());
  if (!answer)
    return answer.takeError();
  if (llvm::Error error =
          toError(linker, execute(linker, {question.str()},
                                  answer->temporaryPath(), /*errors=*/"")))
    return error;
  auto text = llvm::MemoryBuffer::getFile(answer->temporaryPath());
  if (!text)
    return llvm::createStringError("cannot read '" + answer->temporaryPath() +
                                   "': " + text.getError().message());
  return (*text)->getBuffer().trim().str();
}

/// Refuses one that links for another architecture, if it says for which.
static llvm::Error checkMachine(const Linker &linker,
                                const OutputFile &output) {
  llvm::Expected<std::string> answer = ask(linker, "-dumpmachine", output);
  if (!answer) {
    llvm::consumeError(answer.takeError());
    return llvm::Error::success();
  }
  llvm::Triple machine(*answer), wanted(linker.triple);
  if (machine.getArch() == llvm::Triple::UnknownArch ||
      machine.getArch() == wanted.getArch())
    return llvm::Error::success();
  return llvm::createStringError(
      "'" + linker.program + "' links for " + machine.getArchName() +
      ", and the target is " + wanted.getArchName() +
      "; name in CC a C compiler that links for that, or unset it");
}

llvm::Expected<Linker> emblem::emit::findLinker(llvm::StringRef triple) {
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
    return Linker{*found,
                  std::vector<std::string>(words.begin() + 1, words.end()),
                  triple.str()};
  }

  llvm::Triple wanted(triple), host(llvm::sys::getDefaultTargetTriple());
  if (wanted.getOS() != host.getOS())
    return llvm::createStringError(
        "this machine's C compiler does not link for " + triple +
        "; name one that does in CC, or write --emit=obj");
  if (wanted.getArch() != host.getArch()) {
    std::string name = (wanted.getArchName() + "-linux-gnu-gcc").str();
    if (llvm::ErrorOr<std::string> found = llvm::sys::findProgramByName(name))
      return Linker{*found, {}, triple.str()};
    return llvm::createStringError(
        "this machine's C compiler does not link for " + triple + ", and " +
        name + " is not on PATH; install it (apt install g++-" +
        wanted.getArchName() +
        "-linux-gnu), name one that does in CC, or write --emit=obj");
  }
  for (llvm::StringRef name : {"cc", "gcc", "clang"})
    if (llvm::ErrorOr<std::string> found = llvm::sys::findProgramByName(name))
      return Linker{*found, {}, triple.str()};
  return llvm::createStringError(
      "there is no C compiler to link with: none of cc, gcc and clang is on "
      "PATH; install one (apt install gcc), name it in CC, or write "
      "--emit=obj");
}

llvm::Error emblem::emit::checkStaticLibc(const Linker &linker,
                                          const OutputFile &output) {
  llvm::Expected<std::string> path =
      ask(linker, "-print-file-name=libc.a", output);
  if (!path)
    return path.takeError();
  // Where there is none the name comes back as it went.
  if (llvm::sys::path::is_absolute(*path))
    return llvm::Error::success();
  return llvm::createStringError(
      "'" + linker.program +
      "' has no libc.a, which --static links; install it (apt install "
      "libc6-dev, or for another architecture its libc6-dev-...-cross; dnf "
      "install glibc-static), or leave --static out");
}

llvm::Error emblem::emit::link(const Linker &linker,
                               llvm::ArrayRef<std::string> inputs,
                               Linkage linkage, OutputFile &output) {
  std::vector<std::string> arguments = {"-o", output.temporaryPath().str()};
  arguments.insert(arguments.end(), inputs.begin(), inputs.end());
  // The same bytes from the same model: no build id, no symbols, no names of
  // temporary files. The rest keeps the program small and its data read-only.
  arguments.insert(arguments.end(),
                   {"-s", "-Wl,--build-id=none", "-Wl,--gc-sections",
                    "-Wl,--as-needed", "-Wl,-z,relro", "-Wl,-z,now",
                    "-Wl,-z,noexecstack"});
#ifdef EMBLEM_SANITIZE
  arguments.push_back("-fsanitize=address,undefined");
#endif
#ifndef NDEBUG
  // What is not optimised calls more of C++ than the runtime has.
  arguments.push_back("-lstdc++");
#endif
  arguments.insert(
      arguments.end(),
      {linkage == Linkage::Static ? "-static-pie" : "-static-libgcc",
       "-pthread", "-ldl", "-lm"});
  if (output.isNamed())
    return toError(linker, execute(linker, arguments));
  // A linker that writes to the file as it is leaves nothing, whatever ends it.
  // Some need a name, for they put a file of their own in its place.
  const Ending ending = execute(linker, arguments, std::nullopt, /*errors=*/"");
  if (ending.status < 0 || (ending.status == 0 && output.size() > 0))
    return toError(linker, ending);
  if (llvm::Error error = checkMachine(linker, output))
    return error;
  auto named = OutputFile::createScratch(output.place(), /*mustBeNamed=*/true);
  if (!named)
    return named.takeError();
  arguments[1] = named->temporaryPath().str();
  if (llvm::Error error = toError(linker, execute(linker, arguments)))
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
