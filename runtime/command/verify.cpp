//===- verify.cpp - Whether a program is as it was compiled ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/verify.h"

#include "runtime/command/checksum.h"
#include "runtime/command/diagnostics.h"
#include "runtime/command/output_file.h"
#include "runtime/platform/file.h"
#include "runtime/platform/whole_file.h"

#include <algorithm>
#include <cerrno>
#include <cinttypes>

namespace emblem::command {

/// Of the file's first `bytes`. False: it cannot be read, or ends before.
static bool sum(int file, int64_t bytes, Checksum &checksum) {
  std::vector<char> block(4 << 20);
  for (int64_t at = 0; at < bytes;) {
    const int64_t wanted = std::min<int64_t>(bytes - at, block.size());
    const int64_t count = platform::readFileAt(file, block.data(), wanted, at);
    if (count <= 0)
      return false;
    checksum.add(block.data(), count);
    at += count;
  }
  return true;
}

int verifyProgram() {
  const int file = platform::openOwnProgram();
  platform::FileStatus status;
  if (file < 0 || !platform::statusOf(file, status))
    return badInput("cannot read the program's own file: %s", strerror(errno));
  ProgramFooter footer = {};
  const int64_t bytes = status.bytes - int64_t(sizeof(footer));
  const bool hasFooter =
      bytes > 0 && platform::readFileAt(file, &footer, sizeof(footer), bytes) ==
                       int64_t(sizeof(footer));
  Checksum checksum;
  const bool isSummed = hasFooter && sum(file, bytes, checksum);
  platform::closeFile(file);
  if (hasFooter && !isSummed)
    return badInput("cannot read the program's own file: %s", strerror(errno));
  if (!hasFooter ||
      memcmp(footer.magic, ProgramFooter::mark, sizeof(footer.magic)) != 0)
    return badInput("the program's checksum is gone: a tool has changed the "
                    "file since it was compiled, or its end is damaged");
  if (checksum.value() != footer.checksum)
    return badInput("the program is damaged: its checksum is not that of its "
                    "%" PRId64 " bytes; copy or compile it again",
                    status.bytes);
  OutputFile output;
  output.open(nullptr);
  output.print("%-18sholds, of %" PRId64 " bytes\n", "checksum", status.bytes);
  return output.finish();
}

} // namespace emblem::command
