//===- archive.cpp - From an object file to a static library --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/link.h"

#include "llvm/Object/Archive.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace emblem::driver;

static llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
read(llvm::StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return llvm::createStringError("cannot read '" + path +
                                   "': " + buffer.getError().message());
  return std::move(*buffer);
}

/// Appends a library's members; `library` owns their bytes.
static llvm::Error addMembers(llvm::StringRef path,
                              std::unique_ptr<llvm::MemoryBuffer> &library,
                              std::vector<llvm::NewArchiveMember> &contents) {
  if (llvm::Error error = read(path).moveInto(library))
    return error;
  auto members = llvm::object::Archive::create(library->getMemBufferRef());
  if (!members)
    return members.takeError();
  llvm::Error error = llvm::Error::success();
  for (const llvm::object::Archive::Child &child :
       (*members)->children(error)) {
    auto member =
        llvm::NewArchiveMember::getOldMember(child, /*Deterministic=*/true);
    if (!member)
      return member.takeError();
    contents.push_back(std::move(*member));
  }
  return error;
}

llvm::Error emblem::driver::archive(llvm::StringRef object,
                                    const RuntimeFiles &runtime,
                                    llvm::StringRef name, bool images,
                                    OutputFile &output) {
  std::unique_ptr<llvm::MemoryBuffer> model, library, imageLibrary;
  if (llvm::Error error = read(object).moveInto(model))
    return error;
  std::vector<llvm::NewArchiveMember> contents;
  contents.emplace_back(llvm::MemoryBufferRef(model->getBuffer(), name));
  if (llvm::Error error = addMembers(runtime.runtime, library, contents))
    return error;
  if (images)
    if (llvm::Error error = addMembers(runtime.image, imageLibrary, contents))
      return error;
  return llvm::writeArchiveToStream(output.stream(), contents,
                                    llvm::SymtabWritingMode::NormalSymtab,
                                    llvm::object::Archive::K_GNU,
                                    /*Deterministic=*/true, /*Thin=*/false);
}
