//===- emulated_function.cpp - Another architecture's code ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "emulated_function.h"

#include "compiler/backend/cpu/program/program.h"
#include "compiler/backend/cpu/program/word_loads.h"
#include "compiler/target/isa.h"

#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

#include <sys/wait.h>
#include <unistd.h>

using namespace emblem;
using namespace emblem::cpu;

namespace {

/// How a target's code runs where the machine is of another architecture.
struct Emulation {
  llvm::StringLiteral target, compiler, emulator, cpu;
};

constexpr Emulation emulations[] = {
    {"aarch64", "aarch64-linux-gnu-gcc", "qemu-aarch64", "cortex-a57"},
    {"aarch64-v8.2-dotprod", "aarch64-linux-gnu-gcc", "qemu-aarch64",
     "neoverse-n1"},
    {"aarch64-v8.6", "aarch64-linux-gnu-gcc", "qemu-aarch64", "max"},
};

const Emulation *findEmulation(const Target &target) {
  for (const Emulation &one : emulations)
    if (one.target == target.name)
      return &one;
  return nullptr;
}

/// A file that is removed.
class Scratch {
public:
  explicit Scratch(llvm::StringRef suffix) {
    if (llvm::sys::fs::createTemporaryFile("emblem", suffix, path))
      llvm::report_fatal_error("a temporary file cannot be written");
  }
  ~Scratch() { llvm::sys::fs::remove(path); }

  llvm::SmallString<128> path;
};

/// As a program's module is changed before code is generated (program.cpp).
void readWords(llvm::Module &program) {
  llvm::FunctionAnalysisManager analyses;
  llvm::PassBuilder().registerFunctionAnalyses(analyses);
  for (llvm::Function &function : program)
    if (!function.isDeclaration())
      WordLoadsPass().run(function, analyses);
}

void link(const Emulation &emulation, llvm::Module &program,
          const Target &target, llvm::StringRef name, llvm::StringRef output) {
  if (!target.isa->loadsWordsOfIntegers())
    readWords(program);
  Scratch object("o");
  std::error_code problem;
  llvm::raw_fd_ostream out(object.path, problem);
  llvm::cantFail(writeObject(program, /*tokenizer=*/"", target, out));
  out.close();
  const std::string compiler =
      *llvm::sys::findProgramByName(emulation.compiler);
  const std::string alias = ("-Wl,--defsym=function=" + name).str();
  if (llvm::sys::ExecuteAndWait(compiler, {compiler, "-O1", "-static", alias,
                                           CALL_FUNCTION_SOURCE, object.path,
                                           "-o", output}))
    llvm::report_fatal_error("the function does not link");
}

} // namespace

bool cpu::isEmulated(const Target &target) {
  const Emulation *emulation = findEmulation(target);
  return emulation && llvm::sys::findProgramByName(emulation->compiler) &&
         llvm::sys::findProgramByName(emulation->emulator);
}

EmulatedFunction::EmulatedFunction(const Target &target, llvm::Module &program,
                                   llvm::StringRef name) {
  const Emulation &emulation = *findEmulation(target);
  Scratch linked("run");
  link(emulation, program, target, name, linked.path);
  int toChild[2], fromChild[2];
  if (pipe(toChild) != 0 || pipe(fromChild) != 0 || (process = fork()) < 0)
    llvm::report_fatal_error("the emulator does not start");
  if (process == 0) {
    dup2(toChild[0], STDIN_FILENO);
    dup2(fromChild[1], STDOUT_FILENO);
    for (int end : {toChild[0], toChild[1], fromChild[0], fromChild[1]})
      close(end);
    execlp(emulation.emulator.data(), emulation.emulator.data(), "-cpu",
           emulation.cpu.data(), linked.path.c_str(), nullptr);
    _exit(127);
  }
  close(toChild[0]);
  close(fromChild[1]);
  calls = fdopen(toChild[1], "w");
  results = fdopen(fromChild[0], "r");
  // When it answers it has opened its file, which may go then.
  const int64_t noArguments = 0;
  std::fwrite(&noArguments, sizeof(noArguments), 1, calls);
  std::fflush(calls);
  if (std::fgetc(results) != 1)
    llvm::report_fatal_error("the emulator does not run the function");
}

EmulatedFunction::~EmulatedFunction() {
  std::fclose(calls);
  std::fclose(results);
  waitpid(process, nullptr, 0);
}

static size_t bytesOf(const Argument &argument) {
  int64_t bytes = argument.word;
  for (int64_t size : llvm::ArrayRef(argument.sizes, argument.rank))
    bytes *= size;
  return size_t(bytes);
}

void EmulatedFunction::operator()(llvm::ArrayRef<Argument> arguments) {
  auto write = [&](const void *from, size_t bytes) {
    std::fwrite(from, 1, bytes, calls);
  };
  const int64_t count = arguments.size();
  write(&count, sizeof(count));
  for (const Argument &argument : arguments) {
    write(&argument.rank, sizeof(argument.rank));
    write(&argument.word, sizeof(argument.word));
    if (argument.rank < 0)
      continue;
    write(argument.sizes, argument.rank * sizeof(int64_t));
    write(argument.elements, bytesOf(argument));
  }
  std::fflush(calls);
  for (const Argument &argument : arguments)
    if (argument.rank >= 0 && bytesOf(argument) > 0 &&
        std::fread(argument.elements, bytesOf(argument), 1, results) != 1)
      llvm::report_fatal_error("the emulated function ended");
}
