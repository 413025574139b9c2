//===- weight_file.cpp - Weights that are written into a file -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/weight_file.h"

#include "runtime/platform/memory.h"

#include "llvm/Support/Process.h"

#include <cerrno>
#include <cstring>

using namespace emblem::emit;

static bool isZero(llvm::ArrayRef<char> bytes) {
  return bytes.empty() ||
         (bytes[0] == 0 &&
          std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

llvm::Error WeightFile::write(int64_t offset, llvm::ArrayRef<char> bytes) {
  if (isZero(bytes))
    return llvm::Error::success();
  return file.write(begin + offset, bytes);
}

llvm::Expected<MappedWeights>
MappedWeights::open(const OutputFile &file, int64_t begin, int64_t bytes) {
  int64_t page = llvm::sys::Process::getPageSizeEstimate();
  int64_t skipped = begin % page;
  size_t mapped = std::max<int64_t>(bytes + skipped, 1);
  void *mapping = platform::mapFile(file.descriptor(), begin - skipped, mapped);
  if (!mapping)
    return llvm::createStringError("cannot map '" + file.path() +
                                   "': " + std::strerror(errno));
  return MappedWeights(static_cast<char *>(mapping), mapped, skipped);
}

MappedWeights::~MappedWeights() {
  if (mapping)
    platform::releaseMemory(mapping, bytes);
}
