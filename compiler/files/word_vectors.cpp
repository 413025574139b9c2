//===- word_vectors.cpp - Files of words and their vectors ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/word_vectors.h"

#include "compiler/files/model_file.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/Path.h"

#include <charconv>
#include <cmath>

using namespace llvm;
using namespace emblem::frontend;

// More is a file that says nonsense, and not worth the memory of a line.
static constexpr int64_t mostDimensions = 1 << 16;

static Error wrong(StringRef path, const Twine &what) {
  return createStringError("'" + path +
                           "' is not a file of word vectors: " + what);
}

namespace {
struct Header {
  int64_t words = 0;
  int64_t dimension = 0;
};
} // namespace

static std::optional<Header> parseHeader(StringRef line) {
  Header header;
  auto [words, dimension] = line.trim().split(' ');
  if (words.getAsInteger(10, header.words) ||
      dimension.trim().getAsInteger(10, header.dimension) || header.words < 1 ||
      header.dimension < 1 || header.words > INT32_MAX ||
      header.dimension > mostDimensions)
    return std::nullopt;
  return header;
}

static bool parseNumber(StringRef text, float &value) {
  text.consume_front("+");
  auto [end, error] = std::from_chars(text.begin(), text.end(), value);
  return error == std::errc() && end == text.end();
}

/// Finds the words, and checks what belongs to them. The first of two words
/// that are the same counts.
class WordVectors::Indexer {
public:
  explicit Indexer(WordVectors &file)
      : file(file), path(file.buffer->getBufferIdentifier()) {}

  Error indexText(StringRef bytes);
  Error indexBinary(StringRef bytes);

private:
  Error indexLine(StringRef line, int64_t number);
  Error add(StringRef word, bool isFinite);

  WordVectors &file;
  StringRef path;
  DenseSet<StringRef> seen;
};

Error WordVectors::Indexer::add(StringRef word, bool isFinite) {
  if (!seen.insert(word).second)
    return Error::success();
  file.words.push_back(word);
  if (isFinite)
    return Error::success();
  return wrong(path,
               "the vector of '" + word + "' has a number that is not finite");
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

// Words may hold spaces: the last numbers of the line are the vector. A word
// that ends in one more number is a line with too many.
Error WordVectors::Indexer::indexLine(StringRef line, int64_t number) {
  auto wrongLine = [&](const Twine &what) {
    return wrong(path, "line " + Twine(number) + what);
  };
  StringRef rest = line.rtrim(" \t\r");
  bool isFinite = true;
  for (int64_t i = 0; i < file.dimension; ++i) {
    auto [before, field] = rest.rsplit(' ');
    if (before.size() == rest.size() || before.empty())
      return wrongLine(" must hold a word and " + Twine(file.dimension) +
                       " numbers");
    float value;
    if (!parseNumber(field, value))
      return wrongLine(": '" + field + "' is not a number");
    isFinite &= std::isfinite(value);
    rest = before.rtrim(' ');
  }
  float oneMore;
  if (auto [before, last] = rest.rsplit(' ');
      !last.empty() && parseNumber(last, oneMore))
    return wrongLine(" holds more than " + Twine(file.dimension) + " numbers");
  return add(rest, isFinite);
}

Error WordVectors::Indexer::indexText(StringRef bytes) {
  if (!bytes.starts_with("\xEF\xBB\xBF ")) // else it is a word
    bytes.consume_front("\xEF\xBB\xBF");   // an editor's mark
  int64_t number = 1, lines = 0;
  auto [first, others] = bytes.split('\n');
  std::optional<Header> header = parseHeader(first);
  if (header) {
    file.dimension = header->dimension;
    bytes = others;
    ++number;
  } else {
    file.dimension = first.rtrim(" \t\r").count(' ');
    // A word and one number would be counts that are written wrongly.
    if (file.dimension < 2 || file.dimension > mostDimensions)
      return wrong(path,
                   "its first line is neither a word and its numbers, two or "
                   "more, nor the counts of words and of numbers");
  }
  for (; !bytes.empty(); ++number, ++lines) {
    auto [line, rest] = bytes.split('\n');
    if (Error error = indexLine(line, number))
      return error;
    bytes = rest;
  }
  if (header && lines != header->words)
    return wrong(path, "its first line says " + Twine(header->words) +
                           " words, and there are " + Twine(lines));
  return Error::success();
}

/// The numbers behind the word of a line that is right.
static void readNumbers(StringRef line, MutableArrayRef<float> vector) {
  for (float &value : vector) {
    line = line.ltrim(' ');
    line.consume_front("+");
    const char *end = std::from_chars(line.begin(), line.end(), value).ptr;
    line = line.drop_front(end - line.begin());
  }
}

//===----------------------------------------------------------------------===//
// Binary
//===----------------------------------------------------------------------===//

static void readFloats(const char *at, MutableArrayRef<float> vector) {
  for (auto [k, value] : llvm::enumerate(vector))
    value = support::endian::read<float, endianness::little>(at + 4 * k);
}

Error WordVectors::Indexer::indexBinary(StringRef bytes) {
  auto [first, rest] = bytes.split('\n');
  std::optional<Header> header = parseHeader(first.take_front(100));
  if (!header)
    return wrong(path, "it must begin with the counts of words and of numbers, "
                       "as word2vec's binary form does");
  file.dimension = header->dimension;
  size_t vectorBytes = header->dimension * sizeof(float);
  std::vector<float> vector(header->dimension);
  for (int64_t i = 0; i < header->words; ++i) {
    rest = rest.ltrim('\n');
    size_t space = rest.find(' ');
    if (space == StringRef::npos || rest.size() - space - 1 < vectorBytes)
      return wrong(path, "it ends within word " + Twine(i + 1) + " of " +
                             Twine(header->words));
    readFloats(rest.data() + space + 1, vector);
    bool isFinite =
        llvm::all_of(vector, [](float x) { return std::isfinite(x); });
    if (Error error = add(rest.take_front(space), isFinite))
      return error;
    rest = rest.drop_front(space + 1 + vectorBytes);
  }
  if (!rest.ltrim('\n').empty())
    return wrong(path, "bytes follow the last of its " + Twine(header->words) +
                           " words");
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

bool emblem::frontend::isWordVectorFile(StringRef path) {
  return path.ends_with(".txt") || path.ends_with(".vec") ||
         path.ends_with(".bin");
}

Expected<std::unique_ptr<WordVectors>>
WordVectors::parse(std::unique_ptr<MemoryBuffer> buffer) {
  StringRef path = buffer->getBufferIdentifier(), bytes = buffer->getBuffer();
  // A zip or a pickle: PyTorch's files end in .bin too.
  if (bytes.starts_with("PK\x03\x04") || bytes.starts_with("\x80"))
    return createStringError("'" + path +
                             "' is a PyTorch checkpoint; save the model again "
                             "as safetensors");
  bool isBinary = path.ends_with(".bin");
  std::unique_ptr<WordVectors> file(
      new WordVectors(std::move(buffer), isBinary));
  Indexer indexer(*file);
  if (Error error =
          isBinary ? indexer.indexBinary(bytes) : indexer.indexText(bytes))
    return error;
  if (file->words.empty())
    return wrong(path, "it has no words");
  return file;
}

Expected<std::unique_ptr<WordVectors>> WordVectors::open(StringRef path) {
  auto buffer = mapFile(path);
  if (!buffer)
    return buffer.takeError();
  return parse(std::move(*buffer));
}

void WordVectors::read(int64_t begin, MutableArrayRef<float> values) const {
  for (size_t row = 0; row * dimension < values.size(); ++row) {
    StringRef word = words[begin / dimension + row];
    MutableArrayRef<float> vector = values.slice(row * dimension, dimension);
    if (isBinary)
      readFloats(word.end() + 1, vector);
    else
      readNumbers(
          buffer->getBuffer().drop_front(word.end() - buffer->getBufferStart()),
          vector);
  }
}
