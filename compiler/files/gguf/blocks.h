//===- blocks.h - ggml's quantised blocks as floats -------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A block holds 32 or 256 elements of a row as small integers q, and what turns
// them into floats: one half-precision scale d and perhaps a minimum m, or in
// the types of 256 sub-blocks of 32 (in Q2_K, Q3_K and Q6_K of 16), whose
// scales are small integers themselves. In the IQ4 types q is one of 16 numbers
// from a table. The layouts are those of ggml-common.h in
// github.com/ggml-org/ggml, the arithmetic that of the Python package `gguf`
// (quants.py), operation by operation: the floats are the same to the bit.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FILES_GGUF_BLOCKS_H
#define EMBLEM_COMPILER_FILES_GGUF_BLOCKS_H

#include "compiler/files/element_type.h"

#include "llvm/ADT/ArrayRef.h"

namespace emblem::frontend {

/// Whether elements of this type lie in blocks.
inline bool hasBlocks(ElementType type) { return getInfo(type).count > 1; }

/// Decodes as many blocks as fill `values`, whose size is a multiple of the
/// block's. Nothing is asked of the alignment of `data`.
void decodeBlocks(ElementType type, const char *data,
                  llvm::MutableArrayRef<float> values);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FILES_GGUF_BLOCKS_H
