//===- vector_writer.cpp - Vectors in the formats people read -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/vector_writer.h"

#include "runtime/command/json_text.h"

#include <bit>
#include <cmath>
#include <fmt/compile.h>

namespace emblem::command {

// The binary formats below write the machine's own bytes.
static_assert(std::endian::native == std::endian::little);

void appendFloat(std::string &text, float value) {
  // std::to_chars brings 130 KB of tables into each program.
  char digits[32];
  text.append(digits, fmt::format_to(digits, FMT_COMPILE("{}"), value));
}

namespace {

class JsonLinesWriter final : public VectorWriter {
public:
  explicit JsonLinesWriter(OutputFile &output) : output(output) {}

  void write(const TextVector &text) override {
    line = "{\"index\":" + std::to_string(text.index);
    if (text.file)
      line += ",\"file\":" + jsonString(text.file);
    line += ",\"embedding\":[";
    for (float component : text.vector) {
      // JSON has no word for infinity or NaN.
      if (std::isfinite(component))
        appendFloat(line, component);
      else
        line += "null";
      line += ',';
    }
    if (!text.vector.empty())
      line.pop_back();
    line += ']';
    if (!text.file)
      line += ",\"tokens\":" + std::to_string(text.tokens) +
              ",\"truncated\":" + (text.truncated ? "true" : "false");
    line += "}\n";
    output.write(line);
  }

private:
  OutputFile &output;
  std::string line;
};

class TextWriter final : public VectorWriter {
public:
  explicit TextWriter(OutputFile &output) : output(output) {}

  void write(const TextVector &text) override {
    line.clear();
    for (float component : text.vector) {
      appendFloat(line, component);
      line += ' ';
    }
    if (!line.empty())
      line.pop_back();
    line += '\n';
    output.write(line);
  }

private:
  OutputFile &output;
  std::string line;
};

class FvecsWriter final : public VectorWriter {
public:
  explicit FvecsWriter(OutputFile &output) : output(output) {}

  void write(const TextVector &text) override {
    int32_t dimension = text.vector.size();
    output.write(&dimension, sizeof(dimension));
    output.write(text.vector.data(), text.vector.size_bytes());
  }

private:
  OutputFile &output;
};

/// NumPy's format, version 1.0. Its header holds the number of vectors, which
/// is known last: it is filled in where the output can be rewritten; elsewhere
/// the vectors wait in a temporary file, so that memory stays bounded.
class NpyWriter : public VectorWriter {
public:
  /// An array of elements of NumPy's type `type`; `columns` is what follows the
  /// number of rows in its shape.
  NpyWriter(const char *type, std::string columns, OutputFile &output)
      : type(type), columns(std::move(columns)), output(output) {
    if (output.seekable())
      // Zeros: nobody takes an unfinished file for an array.
      output.write(std::string(headerSize, '\0'));
    else
      waiting.openTemporary();
  }

  void write(const TextVector &text) override {
    writeRow(text.vector.data(), text.vector.size_bytes());
  }

  void finish() override {
    std::string header = makeHeader();
    if (output.seekable()) {
      output.patch(0, header.data(), header.size());
      return;
    }
    output.write(header);
    output.append(waiting);
  }

protected:
  void writeRow(const void *bytes, size_t size) {
    OutputFile &rows = output.seekable() ? output : waiting;
    rows.write(bytes, size);
    output.takeFailure(rows);
    ++count;
  }

private:
  // Room for any two numbers, and a multiple of 64, so that the components are
  // aligned where the file is mapped.
  static constexpr size_t headerSize = 128;

  std::string makeHeader() const {
    std::string header("\x93NUMPY\x01\x00", 8);
    constexpr size_t dictionarySize = headerSize - 10;
    header += static_cast<char>(dictionarySize & 0xff);
    header += static_cast<char>(dictionarySize >> 8);
    header += std::string("{'descr': '") + type +
              "', 'fortran_order': False, 'shape': (" + std::to_string(count) +
              "," + columns + "), }";
    header.resize(headerSize - 1, ' ');
    header += '\n';
    return header;
  }

  const char *type;
  std::string columns;
  int64_t count = 0;
  OutputFile &output;
  OutputFile waiting;
};

class NpyVectors final : public NpyWriter {
public:
  NpyVectors(int64_t dimension, OutputFile &output)
      : NpyWriter("<f4", " " + std::to_string(dimension), output) {}
};

class NpyOffsets final : public NpyWriter {
public:
  explicit NpyOffsets(OutputFile &output) : NpyWriter("<i8", "", output) {
    write({});
  }
  void write(const TextVector &text) override {
    writeRow(&text.index, sizeof(text.index));
  }
};

} // namespace

std::unique_ptr<VectorWriter>
makeVectorWriter(VectorFormat format, int64_t dimension, OutputFile &output) {
  switch (format) {
  case VectorFormat::JsonLines:
    return std::make_unique<JsonLinesWriter>(output);
  case VectorFormat::Text:
    return std::make_unique<TextWriter>(output);
  case VectorFormat::Npy:
    return std::make_unique<NpyVectors>(dimension, output);
  case VectorFormat::Fvecs:
    return std::make_unique<FvecsWriter>(output);
  case VectorFormat::Sparse:
    break; // embed_outputs.cpp
  }
  __builtin_unreachable();
}

std::unique_ptr<VectorWriter> makeOffsetWriter(OutputFile &output) {
  return std::make_unique<NpyOffsets>(output);
}

} // namespace emblem::command
