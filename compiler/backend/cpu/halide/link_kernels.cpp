//===- link_kernels.cpp - Halide's code in the program's module -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/link_kernels.h"

#include "compiler/backend/cpu/halide/passes.h"
#include "compiler/target/isa.h"
#include "runtime/platform/file.h"
#include "runtime/platform/new_file.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/Operator.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

#include <cerrno>
#include <cstring>

using namespace emblem;
namespace path = llvm::sys::path;

static llvm::Expected<std::string> findTool() {
  // Any address in this executable will do.
  void *here = reinterpret_cast<void *>(&halide::linkKernels);
  std::string self = llvm::sys::fs::getMainExecutable(nullptr, here);
  llvm::SmallString<128> tool(path::parent_path(self));
  path::append(tool, "emblem-halide");
  if (!llvm::sys::fs::can_execute(tool))
    return llvm::createStringError(
        "'" + tool +
        "' is not there, which writes Halide's kernels; build it, "
        "or choose --kernels=mlir");
  return tool.str().str();
}

/// The bitcode of what the lines ask for.
static llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
runTool(llvm::ArrayRef<std::string> lines, const Target &target) {
  llvm::Expected<std::string> tool = findTool();
  if (!tool)
    return tool.takeError();
  // Without names, where the system can: nothing is left of them.
  platform::NewFile bitcode, errors;
  std::string place = std::string(platform::temporaryFolder()) + "/";
  if (!bitcode.create(place.c_str()) || !errors.create(place.c_str()))
    return llvm::createStringError(
        "there is no room for Halide's kernels in the folder of temporary "
        "files: " +
        std::string(std::strerror(errno)));

  std::string targetOption = "--target=" + target.isa->getHalideTarget(target);
  llvm::SmallVector<llvm::StringRef> words = {*tool, targetOption, "-o",
                                              bitcode.temporaryPath()};
  words.append(lines.begin(), lines.end());
  std::string why;
  int status = llvm::sys::ExecuteAndWait(
      *tool, words, /*Env=*/std::nullopt,
      {std::nullopt, std::nullopt, llvm::StringRef(errors.temporaryPath())},
      /*SecondsToWait=*/0, /*MemoryLimit=*/0, &why);
  if (status != 0) {
    auto text = llvm::MemoryBuffer::getFile(errors.temporaryPath());
    if (text && !(*text)->getBuffer().trim().empty())
      why = (*text)->getBuffer().trim().str();
    return llvm::createStringError("Halide's kernels: " + why);
  }
  auto read = llvm::MemoryBuffer::getFile(bitcode.temporaryPath());
  if (!read)
    return llvm::createStringError("cannot read Halide's kernels: " +
                                   read.getError().message());
  return std::move(*read);
}

/// What the kernels' contract has and Halide has not: multiply-adds are fused
/// where the target can, and the residual's buffer may be the result's, which
/// Halide's type-based aliases deny. `unfused` are the functions of attention:
/// a query has code of its own in each height of a tile, and which
/// multiply-adds LLVM fuses is not the same in all of them.
static void adapt(llvm::Module &kernels, const Target &target,
                  const llvm::StringSet<> &unfused) {
  for (llvm::Function &function : kernels) {
    bool fuses =
        target.fusedMultiplyAdd && !unfused.contains(function.getName());
    for (llvm::StringRef name : {"target-cpu", "target-features", "tune-cpu"})
      function.removeFnAttr(name);
    for (llvm::BasicBlock &block : function)
      for (llvm::Instruction &instruction : block) {
        instruction.setMetadata(llvm::LLVMContext::MD_tbaa, nullptr);
        if (fuses && llvm::isa<llvm::FPMathOperator>(instruction))
          instruction.setHasAllowContract(true);
      }
  }
}

/// The names in those of the requests that ask for attention.
static llvm::StringSet<> attentionFunctions(llvm::ArrayRef<std::string> lines) {
  llvm::StringSet<> names;
  for (llvm::StringRef line : lines) {
    if (!line.starts_with("attention "))
      continue;
    llvm::StringRef name = line.split(" name=").second;
    names.insert(name.take_until([](char c) { return c == ' '; }));
  }
  return names;
}

llvm::Error halide::linkKernels(mlir::ModuleOp lowered, const Target &target,
                                llvm::Module &program) {
  auto attribute =
      lowered->getAttrOfType<mlir::ArrayAttr>(halide::kKernelsAttribute);
  if (!attribute)
    return llvm::Error::success();
  llvm::SmallVector<std::string> lines;
  for (auto line : attribute.getAsRange<mlir::StringAttr>())
    lines.push_back(line.str());
  auto bitcode = runTool(lines, target);
  if (!bitcode)
    return bitcode.takeError();
  auto kernels = llvm::parseBitcodeFile(**bitcode, program.getContext());
  if (!kernels)
    return llvm::createStringError("Halide's bitcode does not read: " +
                                   llvm::toString(kernels.takeError()));
  (*kernels)->setTargetTriple(program.getTargetTriple());
  (*kernels)->setDataLayout(program.getDataLayout());
  adapt(**kernels, target, attentionFunctions(lines));
  if (llvm::Linker::linkModules(program, std::move(*kernels),
                                llvm::Linker::Flags::LinkOnlyNeeded))
    return llvm::createStringError("Halide's kernels do not link");
  return llvm::Error::success();
}
