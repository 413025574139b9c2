//===- vector_writer.h - Vectors in the formats people read -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_VECTOR_WRITER_H
#define EMBLEM_RUNTIME_COMMAND_VECTOR_WRITER_H

#include "runtime/command/output_file.h"
#include "runtime/command/vector_format.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace emblem::command {

struct TextVector {
  int64_t index = 0; // of the text, from 0
  std::span<const float> vector;
  int64_t tokens = 0; // that were embedded
  bool truncated = false;
  const char *file = nullptr; // of an image, in UTF-8; it has no tokens
};

/// Appends the shortest decimal that reads back to the same float.
void appendFloat(std::string &text, float value);

/// Writes vectors one by one, in the order of their texts. Failures stay in
/// the file that it writes to.
class VectorWriter {
public:
  virtual ~VectorWriter() = default;
  virtual void write(const TextVector &vector) = 0;
  /// After the last vector. Does not commit the file.
  virtual void finish() {}
};

/// `dimension`: components of every vector. `output` must outlive the writer.
std::unique_ptr<VectorWriter>
makeVectorWriter(VectorFormat format, int64_t dimension, OutputFile &output);

/// A NumPy array of int64: 0, and then the `index` of each that is written.
std::unique_ptr<VectorWriter> makeOffsetWriter(OutputFile &output);

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_VECTOR_WRITER_H
