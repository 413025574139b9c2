//===- runtime_files.cpp - Places of the runtime's libraries --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/runtime_files.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Object/Archive.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace emblem::emit;
namespace path = llvm::sys::path;

static bool defines(llvm::StringRef archive, llvm::StringRef symbol) {
  auto bytes = llvm::MemoryBuffer::getFile(archive, /*IsText=*/false,
                                           /*RequiresNullTerminator=*/false);
  if (!bytes)
    return false;
  auto opened = llvm::object::Archive::create(**bytes);
  if (!opened) {
    llvm::consumeError(opened.takeError());
    return false;
  }
  auto member = (*opened)->findSym(symbol);
  if (!member)
    llvm::consumeError(member.takeError());
  return member && *member;
}

llvm::Expected<RuntimeFiles>
emblem::emit::findRuntimeFiles(llvm::StringRef triple, llvm::StringRef device) {
  // Any address in this executable will do.
  void *here = reinterpret_cast<void *>(&findRuntimeFiles);
  std::string self = llvm::sys::fs::getMainExecutable(nullptr, here);
  if (self.empty())
    return llvm::createStringError(
        "where emblemc lies, and the runtime beside it, is not known without "
        "/proc; mount it, or write --emit=obj");
  llvm::SmallString<128> folder(path::parent_path(self));
  path::append(folder, EMBLEM_INSTALLED_RUNTIME);
  if (!llvm::sys::fs::exists(folder)) {
    folder = path::parent_path(path::parent_path(self));
    path::append(folder, "lib");
  }
  llvm::Triple wanted(triple), host(llvm::sys::getDefaultTargetTriple());
  bool isForeign = wanted.getArch() != host.getArch();
  if (isForeign) {
    path::append(folder, wanted.getArchName());
    if (!llvm::sys::fs::exists(folder))
      return llvm::createStringError(
          "this Emblem was built without the runtime for " +
          wanted.getArchName() + " ('" + folder +
          "'); build it where that architecture's C++ compiler is (apt install "
          "g++-" +
          wanted.getArchName() + "-linux-gnu), or write --emit=obj");
  }

  auto find = [&](llvm::StringRef name) -> llvm::Expected<std::string> {
    llvm::SmallString<128> file(folder);
    path::append(file, name);
    if (!llvm::sys::fs::exists(file))
      return llvm::createStringError("the runtime's " + name + " is not in '" +
                                     folder + "'; build or install it there");
    return file.str().str();
  };

  RuntimeFiles files;
  llvm::SmallString<128> sysroot(folder);
  path::append(sysroot, "sysroot");
  std::error_code problem;
  for (llvm::sys::fs::directory_iterator file(sysroot, problem), end;
       file != end && !problem; file.increment(problem))
    files.sysroot.push_back(file->path());
  llvm::sort(files.sysroot);
  if (llvm::Error error = find("libemblem_runtime.a").moveInto(files.runtime))
    return error;
  if (llvm::Error error = find("libemblem_command.a").moveInto(files.command))
    return error;
  files.serves = defines(files.command, symbolsOf(Part::Serve).front());
  if (llvm::Error error =
          find("libemblem_interface.a").moveInto(files.interface))
    return error;
  if (auto image = find("libemblem_image.a"))
    files.image = std::move(*image);
  else if (isForeign)
    llvm::consumeError(image.takeError());
  else
    return image.takeError();
  if (!device.empty())
    if (llvm::Error error = find(device).moveInto(files.device))
      return error;
  return files;
}

static constexpr std::pair<Part, llvm::StringLiteral> partSymbols[] = {
#define EMBLEM_PART(name, symbol) {Part::name, symbol},
#include "runtime/command/parts.def"
};

llvm::SmallVector<llvm::StringRef>
emblem::emit::symbolsOf(llvm::ArrayRef<Part> parts) {
  llvm::SmallVector<llvm::StringRef> symbols;
  for (auto [part, symbol] : partSymbols)
    if (llvm::is_contained(parts, part))
      symbols.push_back(symbol);
  return symbols;
}

static constexpr llvm::StringLiteral header =
#include "emblem_header.inc"
    ;

llvm::StringRef emblem::emit::interfaceHeader() { return header; }
