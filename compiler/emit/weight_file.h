//===- weight_file.h - Weights that are written into a file -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_EMIT_WEIGHT_FILE_H
#define EMBLEM_COMPILER_EMIT_WEIGHT_FILE_H

#include "compiler/emit/output_file.h"
#include "compiler/package/weight_section.h"

#include <utility>

namespace emblem::emit {

/// A part of a file that holds zeros. What is zero stays unwritten, so that a
/// file system need not store it.
class WeightFile : public package::WeightSink {
public:
  /// `begin` is the weights' place in the file, which outlives this.
  WeightFile(OutputFile &file, int64_t begin) : file(file), begin(begin) {}

  llvm::Error write(int64_t offset, llvm::ArrayRef<char> bytes) override;

private:
  OutputFile &file;
  int64_t begin;
};

/// A part of a file as read-only memory, which is none of the process's own.
class MappedWeights {
public:
  static llvm::Expected<MappedWeights> open(const OutputFile &file,
                                            int64_t begin, int64_t bytes);
  MappedWeights(MappedWeights &&other)
      : mapping(std::exchange(other.mapping, nullptr)), bytes(other.bytes),
        skipped(other.skipped) {}
  ~MappedWeights();

  const char *data() const { return mapping + skipped; }

private:
  MappedWeights(char *mapping, size_t bytes, int64_t skipped)
      : mapping(mapping), bytes(bytes), skipped(skipped) {}

  char *mapping;
  size_t bytes;
  int64_t skipped; // from the page that the mapping begins with
};

} // namespace emblem::emit

#endif // EMBLEM_COMPILER_EMIT_WEIGHT_FILE_H
