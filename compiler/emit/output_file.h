//===- output_file.h - A file that is whole or not there --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_EMIT_OUTPUT_FILE_H
#define EMBLEM_COMPILER_EMIT_OUTPUT_FILE_H

#include "runtime/platform/new_file.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <memory>
#include <string>

namespace emblem::emit {

/// Gets its name in keep(). Left alone, or where the process ends before, it
/// leaves nothing (platform::NewFile): nothing half written ever stands under
/// the name.
class OutputFile {
public:
  /// Of a link, what it leads to is written. A device or a pipe is written to,
  /// in keep(). Errors where the folder cannot be written, or `path` is one.
  static llvm::Expected<OutputFile> create(llvm::StringRef path);

  /// A scratch file beside `path`, where there is room for what is written
  /// there; it is never kept. `mustBeNamed` as for platform::NewFile.
  static llvm::Expected<OutputFile> createScratch(llvm::StringRef path,
                                                  bool mustBeNamed = false);

  OutputFile(OutputFile &&) = default;
  ~OutputFile();

  llvm::StringRef path() const { return finalPath; }
  /// The path in whose folder there is room for scratch files.
  llvm::StringRef place() const { return target; }
  /// For programs that write or read it.
  llvm::StringRef temporaryPath() const { return file->temporaryPath(); }
  llvm::raw_fd_ostream &stream() { return *output; }

  bool isNamed() const { return file->isNamed(); }
  int descriptor() const { return file->descriptor(); }

  /// Ends what was written so far: the file is empty.
  llvm::Error clear();
  /// Writes bytes at a place of the file, past the stream; on any thread.
  llvm::Error write(int64_t place, llvm::ArrayRef<char> bytes);
  /// Hands all of it out, block by block.
  llvm::Error read(llvm::function_ref<void(llvm::ArrayRef<char>)> use) const;
  /// Makes the file that long, with zeros.
  llvm::Error extendTo(int64_t size);

  /// Writes what is buffered; the file may then be read.
  llvm::Error flush();
  /// The bytes that were flushed.
  uint64_t size() const;
  /// Gives the file its name. `executable` adds the right to run it.
  llvm::Error keep(bool executable = false);

private:
  OutputFile(llvm::StringRef path, std::unique_ptr<platform::NewFile> file);
  static llvm::Expected<OutputFile>
  create(llvm::StringRef path, llvm::StringRef beside, bool mustBeNamed);
  /// To what is no file, from the first byte on.
  llvm::Error copyOut();

  std::string finalPath, target;           // as it was given; without a link
  bool isSpecial = false;                  // no file, but what is written to
  std::unique_ptr<platform::NewFile> file; // null once kept
  std::unique_ptr<llvm::raw_fd_ostream> output;
};

/// Writes what standard output has buffered.
llvm::Error flushStandardOutput();

} // namespace emblem::emit

#endif // EMBLEM_COMPILER_EMIT_OUTPUT_FILE_H
