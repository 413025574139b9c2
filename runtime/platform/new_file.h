//===- new_file.h - A file that gets its name when it is whole --*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_PLATFORM_NEW_FILE_H
#define EMBLEM_RUNTIME_PLATFORM_NEW_FILE_H

#include <cstddef>

namespace emblem::platform {

/// Written without a name where the file system can do that: whatever ends the
/// process, nothing is left. Elsewhere it has a random name in its folder,
/// which a signal that ends the process removes, if it can be caught.
///
/// Where a function gives false, errno says why. None allocates.
class NewFile {
public:
  NewFile() = default;
  NewFile(const NewFile &) = delete;
  NewFile &operator=(const NewFile &) = delete;
  ~NewFile() { discard(); }

  /// To be written and read, in the folder of `path`. `mustBeNamed`: another
  /// program may put a file of its own in its place.
  bool create(const char *path, bool mustBeNamed = false);
  int descriptor() const { return file; }
  bool isNamed() const { return named; }
  /// By which other programs may open it while this one runs, name or not.
  const char *temporaryPath() const { return temporary; }

  /// Everyone may run it who may read it.
  void allowToRun();
  /// Gives it this name, in place of what has it; `path` is in the folder of
  /// create()'s. The file is closed.
  bool keep(const char *path);
  /// Closes it, where it is open, and nothing is left of it.
  void discard();

private:
  bool createNamed(const char *path);
  bool nameIt(const char *path);
  void forgetName();

  int file = -1;
  bool named = false;
  char temporary[4096] = "";
};

/// What the signals do, for who ends the process otherwise.
void removeUnfinishedFiles();

} // namespace emblem::platform

#endif // EMBLEM_RUNTIME_PLATFORM_NEW_FILE_H
