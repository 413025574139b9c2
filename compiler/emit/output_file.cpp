//===- output_file.cpp - A file that is whole or not there ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/output_file.h"

#include "runtime/platform/file.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Signals.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <vector>

using namespace emblem;
using namespace emblem::emit;

static llvm::Error cannotWrite(llvm::StringRef path, llvm::StringRef why) {
  return llvm::createStringError("cannot write '" + path + "': " + why);
}

static llvm::Error cannotWrite(llvm::StringRef path) {
  return cannotWrite(path, std::strerror(errno));
}

OutputFile::OutputFile(llvm::StringRef path,
                       std::unique_ptr<platform::NewFile> newFile)
    : finalPath(path), target(path), file(std::move(newFile)),
      output(std::make_unique<llvm::raw_fd_ostream>(file->descriptor(),
                                                    /*shouldClose=*/false)) {}

OutputFile::~OutputFile() {
  if (!file)
    return;
  output->clear_error();
  output.reset();
  if (file->isNamed())
    llvm::sys::DontRemoveFileOnSignal(file->temporaryPath());
}

llvm::Expected<OutputFile> OutputFile::create(llvm::StringRef path,
                                              llvm::StringRef beside,
                                              bool mustBeNamed) {
  auto file = std::make_unique<platform::NewFile>();
  if (!file->create(beside.str().c_str(), mustBeNamed))
    return cannotWrite(path);
  // LLVM's own handlers come first.
  if (file->isNamed())
    llvm::sys::RemoveFileOnSignal(file->temporaryPath());
  return OutputFile(path, std::move(file));
}

llvm::Expected<OutputFile> OutputFile::create(llvm::StringRef path) {
  using platform::FileKind;
  platform::FileStatus status = {FileKind::Regular, 0, 0, 0};
  std::string given = path.str(), beside;
  (void)platform::statusOf(given.c_str(), status);
  if (status.kind == FileKind::Folder)
    return cannotWrite(path, "it is a folder; name a file with -o");
  bool isSpecial = status.kind != FileKind::Regular;
  if (isSpecial) {
    beside = std::string(platform::temporaryFolder()) + "/";
  } else {
    char *followed = platform::followLinks(given.c_str());
    if (!followed)
      return cannotWrite(path);
    beside = followed;
    std::free(followed);
  }
  llvm::Expected<OutputFile> file = create(path, beside, /*mustBeNamed=*/false);
  if (file) {
    file->isSpecial = isSpecial;
    file->target = beside;
  }
  return file;
}

llvm::Expected<OutputFile> OutputFile::createScratch(llvm::StringRef path,
                                                     bool mustBeNamed) {
  return create(path, path, mustBeNamed);
}

llvm::Error OutputFile::flush() {
  output->flush();
  if (std::error_code error = output->error()) {
    output->clear_error();
    return cannotWrite(finalPath, error.message());
  }
  return llvm::Error::success();
}

llvm::Error OutputFile::clear() {
  if (llvm::Error error = flush())
    return error;
  output->seek(0);
  return extendTo(0);
}

llvm::Error OutputFile::extendTo(int64_t size) {
  if (std::error_code error =
          llvm::sys::fs::resize_file(file->descriptor(), size))
    return cannotWrite(finalPath, error.message());
  return llvm::Error::success();
}

llvm::Error OutputFile::write(int64_t place, llvm::ArrayRef<char> bytes) {
  while (!bytes.empty()) {
    int64_t written = platform::writeFileAt(file->descriptor(), bytes.data(),
                                            bytes.size(), place);
    if (written <= 0)
      return cannotWrite(finalPath);
    bytes = bytes.drop_front(written);
    place += written;
  }
  return llvm::Error::success();
}

uint64_t OutputFile::size() const {
  platform::FileStatus status;
  return platform::statusOf(file->descriptor(), status) ? status.bytes : 0;
}

llvm::Error
OutputFile::read(llvm::function_ref<void(llvm::ArrayRef<char>)> use) const {
  std::vector<char> block(4 << 20);
  for (int64_t place = 0, count;; place += count) {
    count =
        platform::readFileAt(descriptor(), block.data(), block.size(), place);
    if (count < 0)
      return llvm::createStringError("cannot read '" + finalPath +
                                     "' again: " + std::strerror(errno));
    if (count == 0)
      return llvm::Error::success();
    use(llvm::ArrayRef(block).take_front(count));
  }
}

llvm::Error OutputFile::copyOut() {
  int to = platform::openToWrite(finalPath.c_str());
  if (to < 0)
    return cannotWrite(finalPath);
  int problem = 0;
  llvm::Error error = read([&](llvm::ArrayRef<char> bytes) {
    while (!problem && !bytes.empty()) {
      int64_t count = platform::writeFile(to, bytes.data(), bytes.size());
      if (count < 0)
        problem = errno;
      else
        bytes = bytes.drop_front(count);
    }
  });
  if (!platform::closeFile(to) && !problem)
    problem = errno;
  if (error)
    return error;
  return problem ? cannotWrite(finalPath, std::strerror(problem))
                 : llvm::Error::success();
}

llvm::Error OutputFile::keep(bool executable) {
  if (llvm::Error error = flush())
    return error;
  if (executable)
    file->allowToRun();
  output.reset();
  llvm::Error error = isSpecial                    ? copyOut()
                      : file->keep(target.c_str()) ? llvm::Error::success()
                                                   : cannotWrite(finalPath);
  file.reset();
  return error;
}

llvm::Error emblem::emit::flushStandardOutput() {
  llvm::outs().flush();
  std::error_code error = llvm::outs().error();
  if (!error)
    return llvm::Error::success();
  llvm::outs().clear_error();
  return llvm::createStringError("cannot write standard output: " +
                                 error.message());
}
