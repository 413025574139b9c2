//===- assemble.cpp - Machine code of a device's kernels ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/device/device_code.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"

using namespace emblem;

static constexpr llvm::StringLiteral kAssembler = "ptxas";

static llvm::Expected<std::string> findAssembler() {
  if (auto named = llvm::sys::Process::GetEnv("EMBLEM_PTXAS")) {
    // A path comes back as it went.
    if (auto found = llvm::sys::findProgramByName(*named);
        found && llvm::sys::fs::can_execute(*found))
      return *found;
    return llvm::createStringError(
        "EMBLEM_PTXAS names '" + *named +
        "', which is no program here; name the CUDA toolkit's ptxas in it, or "
        "leave --cubin out: the driver compiles the kernels then");
  }
  auto found = llvm::sys::findProgramByName(kAssembler);
  if (found)
    return *found;
  return llvm::createStringError("--cubin needs the CUDA toolkit's ptxas, "
                                 "which is not on PATH; name it in "
                                 "EMBLEM_PTXAS, or leave --cubin out: the "
                                 "driver compiles the kernels then");
}

/// A new file, which is gone when `remover` is.
static llvm::Expected<std::string> createScratch(llvm::StringRef suffix,
                                                 llvm::FileRemover &remover) {
  llvm::SmallString<128> path;
  if (std::error_code error =
          llvm::sys::fs::createTemporaryFile("emblem", suffix, path))
    return llvm::createStringError("cannot make a temporary file: " +
                                   error.message());
  remover.setFile(path);
  return path.str().str();
}

static llvm::Error assemble(llvm::StringRef assembler, llvm::StringRef chip,
                            llvm::StringRef name, device::KernelCode &code) {
  llvm::FileRemover removers[3];
  std::string text, machine, messages;
  for (auto [path, suffix, remover] : {std::tuple(&text, "ptx", &removers[0]),
                                       {&machine, "cubin", &removers[1]},
                                       {&messages, "txt", &removers[2]}})
    if (llvm::Error error = createScratch(suffix, *remover).moveInto(*path))
      return error;
  std::error_code written;
  llvm::raw_fd_ostream out(text, written);
  out << code.text;
  out.close();
  if (written || out.has_error())
    return llvm::createStringError("cannot write '" + text + "'");
  std::string arch = ("-arch=" + chip).str();
  llvm::StringRef arguments[] = {assembler, arch, text, "-o", machine};
  std::optional<llvm::StringRef> outputs[] = {llvm::StringRef(""),
                                              llvm::StringRef(messages),
                                              llvm::StringRef(messages)};
  std::string problem;
  int status = llvm::sys::ExecuteAndWait(assembler, arguments, std::nullopt,
                                         outputs, 0, 0, &problem);
  if (status != 0) {
    if (problem.empty())
      if (auto said = llvm::MemoryBuffer::getFile(messages))
        problem = (*said)->getBuffer().split('\n').first.str();
    return llvm::createStringError("'" + assembler + "' does not assemble " +
                                   name + " for " + chip + ": " + problem);
  }
  auto bytes = llvm::MemoryBuffer::getFile(machine, /*IsText=*/false,
                                           /*RequiresNullTerminator=*/false);
  if (!bytes)
    return llvm::createStringError(
        "cannot read what '" + assembler +
        "' has written: " + bytes.getError().message());
  code.machine = (*bytes)->getBuffer().str();
  if (code.machine.empty())
    return llvm::createStringError("'" + assembler +
                                   "' has written nothing; is it ptxas?");
  return llvm::Error::success();
}

llvm::Error device::assemble(Code &code, llvm::StringRef chip) {
  llvm::Expected<std::string> assembler = findAssembler();
  if (!assembler)
    return assembler.takeError();
  for (auto &[name, kernel] : code)
    if (llvm::Error error =
            ::assemble(*assembler, chip, name.getValue(), kernel))
      return error;
  return llvm::Error::success();
}
