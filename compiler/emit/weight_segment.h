//===- weight_segment.h - Weights behind a linked file ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// A program or a shared library has its weights, and the report behind them, as
// a segment of its own behind all others, which the kernel or ld.so maps: no
// linker reads or writes a byte of it, and it may have any size. The header of
// a note that the object brings along (symbol::note) becomes the segment's. A
// section lies over it, or strip would cut it off.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_EMIT_WEIGHT_SEGMENT_H
#define EMBLEM_COMPILER_EMIT_WEIGHT_SEGMENT_H

#include "compiler/emit/elf_image.h"
#include "compiler/package/data_section.h"

namespace emblem::emit {

class WeightSegment {
public:
  /// Finds the segment's place behind `image`. `bytes` is about how large it
  /// will be.
  static llvm::Expected<WeightSegment> plan(ElfImage image, int64_t bytes);

  /// Where the segment begins in the file, and in memory.
  int64_t getPlace() const { return place; }
  int64_t getAddress() const { return address; }

  llvm::Error setDistances(llvm::ArrayRef<package::DistanceWord> words);
  /// The file's head, and what goes to `getTailPlace`: all but the segment,
  /// once it has its size.
  void setSize(int64_t bytes);
  llvm::ArrayRef<char> getHead() const { return image.getBytes(); }
  int64_t getTailPlace() const { return tailPlace; }
  llvm::ArrayRef<char> getTail() const { return tail; }

private:
  explicit WeightSegment(ElfImage image) : image(std::move(image)) {}

  ElfImage image;
  int64_t place = 0, address = 0, alignment = 0;
  size_t segment = 0; // its header's index
  int64_t tailPlace = 0;
  std::vector<char> tail; // the sections' names and headers
};

} // namespace emblem::emit

#endif // EMBLEM_COMPILER_EMIT_WEIGHT_SEGMENT_H
