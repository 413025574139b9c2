//===- vector_format.h - Formats of vectors ---------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_VECTOR_FORMAT_H
#define EMBLEM_RUNTIME_COMMAND_VECTOR_FORMAT_H

namespace emblem::command {

enum class VectorFormat {
  JsonLines, // one object a line: index, embedding, tokens, truncated
  Text,      // one vector a line, components separated by spaces
  Npy,       // one float32 array [texts, dimension]
  Fvecs,     // a vector: its dimension as int32, then its float32 components
  Sparse,    // one object a line: index, indices, values, tokens, truncated
};

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_VECTOR_FORMAT_H
