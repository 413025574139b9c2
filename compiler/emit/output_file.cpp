//===- output_file.cpp - A file that is whole or not there ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/output_file.h"

#include "runtime/platform/file.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Error.h"

#include <cerrno>
#include <cstring>

using namespace emblem::emit;
namespace fs = llvm::sys::fs;

static llvm::Error cannotWrite(llvm::StringRef path, llvm::StringRef why) {
  return llvm::createStringError("cannot write '" + path + "': " + why);
}

OutputFile::OutputFile(llvm::StringRef path, fs::TempFile temporary)
    : finalPath(path), target(path),
      file(std::make_unique<fs::TempFile>(std::move(temporary))),
      output(std::make_unique<llvm::raw_fd_ostream>(file->FD,
                                                    /*shouldClose=*/false)) {}

OutputFile::~OutputFile() {
  if (!file)
    return;
  output->clear_error();
  output.reset();
  llvm::consumeError(file->discard());
}

llvm::Expected<OutputFile> OutputFile::create(llvm::StringRef path) {
  fs::file_status status;
  if (!fs::status(path, status) && !fs::is_regular_file(status))
    return cannotWrite(path, fs::is_directory(status)
                                 ? "it is a folder; name a file with -o"
                                 : "it is not an ordinary file");
  bool isLink = false;
  (void)fs::is_symlink_file(path, isLink);
  if (!isLink)
    return createScratch(path);
  llvm::SmallString<128> target;
  if (fs::real_path(path, target))
    return cannotWrite(path, "it is a link that leads nowhere");
  llvm::Expected<OutputFile> file = createScratch(target);
  if (file)
    file->finalPath = path;
  return file;
}

llvm::Expected<OutputFile> OutputFile::createScratch(llvm::StringRef path) {
  llvm::Expected<fs::TempFile> file =
      fs::TempFile::create(path + ".%%%%%%%%.tmp");
  if (!file)
    return cannotWrite(path, llvm::toString(file.takeError()));
  return OutputFile(path, std::move(*file));
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
  if (std::error_code error = fs::resize_file(file->FD, size))
    return cannotWrite(finalPath, error.message());
  return llvm::Error::success();
}

llvm::Error OutputFile::write(int64_t place, llvm::ArrayRef<char> bytes) {
  while (!bytes.empty()) {
    int64_t written =
        platform::writeFileAt(file->FD, bytes.data(), bytes.size(), place);
    if (written <= 0)
      return cannotWrite(finalPath, std::strerror(errno));
    bytes = bytes.drop_front(written);
    place += written;
  }
  return llvm::Error::success();
}

llvm::Error OutputFile::keep(bool executable) {
  if (llvm::Error error = flush())
    return error;
  if (executable) {
    auto everything = static_cast<fs::perms>(fs::all_all & ~fs::getUmask());
    if (std::error_code error = fs::setPermissions(file->TmpName, everything))
      return cannotWrite(finalPath, error.message());
  }
  output.reset();
  std::unique_ptr<fs::TempFile> kept = std::move(file);
  if (llvm::Error error = kept->keep(target))
    return cannotWrite(finalPath, llvm::toString(std::move(error)));
  return llvm::Error::success();
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
