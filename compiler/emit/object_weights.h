//===- object_weights.h - Weights behind an object file ---------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_EMIT_OBJECT_WEIGHTS_H
#define EMBLEM_COMPILER_EMIT_OBJECT_WEIGHTS_H

#include "compiler/emit/elf_image.h"

namespace emblem::emit {

/// The section that the data have in an object file; LLVM writes one byte of it
/// (compiler/backend/cpu/program/program.h).
inline constexpr llvm::StringLiteral objectSection = ".rodata.emblem_weights";

/// What a linker takes: its own distances have 32 bits.
inline constexpr int64_t kLargestObject = INT64_C(0x7fff0000);

/// An object file whose section of weights is moved behind its end, where it
/// may have any size.
class ObjectWeights {
public:
  static llvm::Expected<ObjectWeights> plan(llvm::StringRef object,
                                            llvm::StringRef path);
  /// Where the section begins, from the object's own begin.
  int64_t getPlace() const { return place; }
  void setSize(int64_t bytes);
  llvm::ArrayRef<char> getHead() const { return image.getBytes(); }

private:
  explicit ObjectWeights(ElfImage image) : image(std::move(image)) {}

  ElfImage image;
  int64_t place = 0;
};

/// The error where `bytes` are more than an object file or archive takes.
llvm::Error checkObjectSize(llvm::StringRef path, int64_t bytes);

} // namespace emblem::emit

#endif // EMBLEM_COMPILER_EMIT_OBJECT_WEIGHTS_H
