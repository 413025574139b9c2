//===- output_file.h - A file that is whole or not there --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_EMIT_OUTPUT_FILE_H
#define EMBLEM_COMPILER_EMIT_OUTPUT_FILE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <memory>
#include <string>

namespace emblem::emit {

/// Written under a temporary name beside its own, and renamed by keep(). Left
/// alone, or on a signal that ends the process, it is removed: nothing half
/// written ever stands under the name.
class OutputFile {
public:
  /// Errors where the folder cannot be written, or where `path` is there
  /// already and is no ordinary file (a folder, a device). Of a link, what it
  /// leads to is written.
  static llvm::Expected<OutputFile> create(llvm::StringRef path);

  /// A scratch file beside `path`, where there is room for what is written
  /// there; it is never kept.
  static llvm::Expected<OutputFile> createScratch(llvm::StringRef path);

  OutputFile(OutputFile &&) = default;
  ~OutputFile();

  llvm::StringRef path() const { return finalPath; }
  /// For programs that write the file themselves.
  llvm::StringRef temporaryPath() const { return file->TmpName; }
  llvm::raw_fd_ostream &stream() { return *output; }

  int descriptor() const { return file->FD; }

  /// Ends what was written so far: the file is empty.
  llvm::Error clear();
  /// Writes bytes at a place of the file, past the stream; on any thread.
  llvm::Error write(int64_t place, llvm::ArrayRef<char> bytes);
  /// Makes the file that long, with zeros.
  llvm::Error extendTo(int64_t size);

  /// Writes what is buffered; the file may then be read by its temporary name.
  llvm::Error flush();
  /// Gives the file its name. `executable` adds the right to run it.
  llvm::Error keep(bool executable = false);

private:
  OutputFile(llvm::StringRef path, llvm::sys::fs::TempFile file);

  std::string finalPath, target; // as it was given, and without a link
  std::unique_ptr<llvm::sys::fs::TempFile> file; // null once kept
  std::unique_ptr<llvm::raw_fd_ostream> output;
};

/// Writes what standard output has buffered.
llvm::Error flushStandardOutput();

} // namespace emblem::emit

#endif // EMBLEM_COMPILER_EMIT_OUTPUT_FILE_H
