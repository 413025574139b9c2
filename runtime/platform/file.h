//===- file.h - Files, pipes and terminals ----------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_PLATFORM_FILE_H
#define EMBLEM_RUNTIME_PLATFORM_FILE_H

#include <cstddef>
#include <cstdint>

namespace emblem::platform {

// Where a function gives -1, or false, errno says why. None allocates but
// followLinks().

// Open files are numbers; these are open from the start.
inline constexpr int standardInput = 0, standardOutput = 1, standardError = 2;

int openToRead(const char *path);
/// What is there is written as it is: a device or a named pipe.
int openToWrite(const char *path);
/// A new file without a name, to write and read: in temporaryFolder(), or in
/// memory where nobody named one and the usual one is not there, as in a
/// container. For one that gets a name see new_file.h.
int createTemporaryFile();
/// False: the last bytes could not be written.
bool closeFile(int file);

/// As many bytes as there are now, at most `size`; 0: the end.
int64_t readFile(int file, void *bytes, size_t size);
int64_t readFileAt(int file, void *bytes, size_t size, int64_t offset);
/// How many bytes were written, at least one.
int64_t writeFile(int file, const void *bytes, size_t size);
int64_t writeFileAt(int file, const void *bytes, size_t size, int64_t offset);

enum class FileKind { Regular, Folder, Device, Other };

struct FileStatus {
  FileKind kind;
  int64_t bytes;
  uint32_t permissions; // for setPermissions()
  int64_t changed;      // nanoseconds: another number after every change
};

/// Of a link, what it leads to.
bool statusOf(const char *path, FileStatus &status);
bool statusOf(int file, FileStatus &status);
void setPermissions(int file, uint32_t permissions);

bool isReadable(const char *path);
bool isWritable(const char *path);
bool isTerminal(int file);
/// Whether every write goes to the end, wherever the file stands.
bool appends(int file);
/// Where the next read or write goes; -1 in what has no places, as a pipe.
int64_t positionOf(int file);
/// Whether a read would return at once.
bool hasInput(int file);
/// Whether a write of a few hundred bytes would.
bool hasRoom(int file);

/// What a link leads to, to be freed, whether it is there or not; of any other
/// path the path. Null where links lead in a circle.
char *followLinks(const char *path);
/// Where temporary files go.
const char *temporaryFolder();

} // namespace emblem::platform

#endif // EMBLEM_RUNTIME_PLATFORM_FILE_H
