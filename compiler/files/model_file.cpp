//===- model_file.cpp - The files of a model, and where they lie ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/model_file.h"

#include "compiler/files/watched_files.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace emblem::frontend;

// No text of a model has a tenth of it, and what is read is held several times.
static constexpr uint64_t mostTextBytes = UINT64_C(256) << 20;

static Error cannotRead(StringRef path, const Twine &why) {
  return createStringError("cannot read '" + path + "': " + why);
}

// What can be read from the begin to the end, and again: a pipe would wait for
// its writer, and a device may never end.
static Expected<sys::fs::file_status> findFile(StringRef path) {
  sys::fs::file_status status;
  if (std::error_code error = sys::fs::status(path, status))
    return cannotRead(path, error.message());
  if (sys::fs::is_directory(status))
    return cannotRead(
        path, std::make_error_code(std::errc::is_a_directory).message());
  if (!sys::fs::is_regular_file(status))
    return cannotRead(path, "it is no file, but a pipe, a socket or a device; "
                            "copy what it gives to a file");
  return status;
}

static Expected<std::unique_ptr<MemoryBuffer>> readFile(StringRef path,
                                                        bool isText) {
  auto status = findFile(path);
  if (!status)
    return status.takeError();
  if (isText && status->getSize() > mostTextBytes)
    return cannotRead(path, "it has " + Twine(status->getSize()) +
                                " bytes, and a text file of a model at most " +
                                Twine(mostTextBytes) +
                                "; is it the right file?");
  // A volatile file is not mapped.
  auto buffer = MemoryBuffer::getFile(
      path, isText, /*RequiresNullTerminator=*/isText, /*IsVolatile=*/isText);
  if (!buffer)
    return cannotRead(path, buffer.getError().message());
  if ((*buffer)->getBuffer().starts_with(
          "version https://git-lfs.github.com/spec/"))
    return cannotRead(path, "it is a pointer of Git LFS and not the file; "
                            "fetch that with 'git lfs pull'");
  watchFile(path, *status, **buffer);
  return std::move(*buffer);
}

Expected<std::unique_ptr<MemoryBuffer>>
emblem::frontend::readTextFile(StringRef path) {
  return readFile(path, /*isText=*/true);
}

Expected<std::unique_ptr<MemoryBuffer>>
emblem::frontend::mapFile(StringRef path) {
  return readFile(path, /*isText=*/false);
}

Error emblem::frontend::damagedFile(StringRef path, const Twine &what) {
  return createStringError("'" + path + "' is damaged: " + what +
                           "; download or save it again");
}

std::string emblem::frontend::resolvePath(StringRef directory, StringRef path) {
  SmallString<128> result(path);
  if (!sys::path::is_absolute(path)) {
    result = directory;
    sys::path::append(result, path);
  }
  sys::fs::make_absolute(result);
  sys::path::remove_dots(result);
  return result.str().str();
}

bool emblem::frontend::isThere(StringRef path) {
  sys::fs::file_status status;
  return !sys::fs::status(path, status, /*follow=*/false);
}

std::string emblem::frontend::folderOf(StringRef file) {
  StringRef parent = sys::path::parent_path(file);
  return parent.empty() ? "." : parent.str();
}

// The folder's absolute path without links; as it stands where it is missing.
static std::string realFolder(StringRef folder) {
  SmallString<128> result;
  if (sys::fs::real_path(folder, result))
    return resolvePath(".", folder);
  return result.str().str();
}

std::string emblem::frontend::rebasePath(StringRef path, StringRef from,
                                         StringRef to) {
  if (sys::path::is_absolute(path))
    return path.str();
  if (to.empty())
    return resolvePath(from, path);
  // Only folders are followed: a file of a download cache is itself a link.
  std::string file = resolvePath(from, path);
  SmallString<128> source(realFolder(sys::path::parent_path(file)));
  sys::path::append(source, sys::path::filename(file));
  std::string target = realFolder(to);

  auto sourcePart = sys::path::begin(source),
       sourceEnd = sys::path::end(source);
  auto targetPart = sys::path::begin(target),
       targetEnd = sys::path::end(target);
  while (sourcePart != sourceEnd && targetPart != targetEnd &&
         *sourcePart == *targetPart)
    ++sourcePart, ++targetPart;
  // Where they share nothing but the root, the way up says nothing.
  if (sourcePart == std::next(sys::path::begin(source)))
    return source.str().str();
  SmallString<128> result;
  for (; targetPart != targetEnd; ++targetPart)
    sys::path::append(result, "..");
  for (; sourcePart != sourceEnd; ++sourcePart)
    sys::path::append(result, *sourcePart);
  return result.str().str();
}
