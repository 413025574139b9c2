//===- word_vectors.cpp - Files of words and their vectors ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/word_vectors.h"

#include "compiler/files/model_file.h"

#include "llvm/ADT/StringSet.h"
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
/// Collects words; the first of two that are the same counts.
struct Collector {
  StringRef path;
  WordVectors result;
  StringSet<> seen;

  /// Room for the next vector, or null where the word is there already.
  float *add(StringRef word) {
    if (!seen.insert(word).second)
      return nullptr;
    result.words.push_back(word.str());
    result.values.resize(result.words.size() * result.dimension);
    return &*result.values.end() - result.dimension;
  }
  Error checkFinite(StringRef word) const {
    ArrayRef<float> vector =
        ArrayRef(result.values).take_back(result.dimension);
    if (llvm::all_of(vector, [](float x) { return std::isfinite(x); }))
      return Error::success();
    return wrong(path, "the vector of '" + word +
                           "' has a number that is not finite");
  }
};

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

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

static bool parseNumber(StringRef text, float &value) {
  text.consume_front("+");
  auto [end, error] = std::from_chars(text.begin(), text.end(), value);
  return error == std::errc() && end == text.end();
}

// Words may hold spaces: the last numbers of the line are the vector. A word
// that ends in one more number is a line with too many.
static Error parseLine(StringRef line, int64_t number, Collector &collector) {
  int64_t dimension = collector.result.dimension;
  std::vector<float> vector(dimension);
  StringRef rest = line.rtrim(" \t\r");
  for (int64_t i = dimension; i-- > 0;) {
    auto [before, field] = rest.rsplit(' ');
    if (before.size() == rest.size() || before.empty())
      return wrong(collector.path, "line " + Twine(number) +
                                       " must hold a word and " +
                                       Twine(dimension) + " numbers");
    if (!parseNumber(field, vector[i]))
      return wrong(collector.path, "line " + Twine(number) + ": '" + field +
                                       "' is not a number");
    rest = before.rtrim(' ');
  }
  float oneMore;
  if (auto [before, last] = rest.rsplit(' ');
      !last.empty() && parseNumber(last, oneMore))
    return wrong(collector.path, "line " + Twine(number) + " holds more than " +
                                     Twine(dimension) + " numbers");
  float *row = collector.add(rest);
  if (!row)
    return Error::success();
  llvm::copy(vector, row);
  return collector.checkFinite(rest);
}

static Error parseText(StringRef bytes, Collector &collector) {
  if (!bytes.starts_with("\xEF\xBB\xBF ")) // else it is a word
    bytes.consume_front("\xEF\xBB\xBF");   // an editor's mark
  int64_t number = 1, lines = 0;
  auto [first, others] = bytes.split('\n');
  std::optional<Header> header = parseHeader(first);
  if (header) {
    collector.result.dimension = header->dimension;
    bytes = others;
    ++number;
  } else {
    collector.result.dimension = first.rtrim(" \t\r").count(' ');
    // A word and one number would be counts that are written wrongly.
    if (collector.result.dimension < 2 ||
        collector.result.dimension > mostDimensions)
      return wrong(collector.path,
                   "its first line is neither a word and its numbers, two or "
                   "more, nor the counts of words and of numbers");
  }
  for (; !bytes.empty(); ++number, ++lines) {
    auto [line, rest] = bytes.split('\n');
    if (Error error = parseLine(line, number, collector))
      return error;
    bytes = rest;
  }
  if (header && lines != header->words)
    return wrong(collector.path, "its first line says " + Twine(header->words) +
                                     " words, and there are " + Twine(lines));
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Binary
//===----------------------------------------------------------------------===//

static Error parseBinary(StringRef bytes, Collector &collector) {
  auto [first, rest] = bytes.split('\n');
  std::optional<Header> header = parseHeader(first.take_front(100));
  if (!header)
    return wrong(collector.path, "it must begin with the counts of words and "
                                 "of numbers, as word2vec's binary form does");
  collector.result.dimension = header->dimension;
  size_t vectorBytes = header->dimension * sizeof(float);
  for (int64_t i = 0; i < header->words; ++i) {
    rest = rest.ltrim('\n');
    size_t space = rest.find(' ');
    if (space == StringRef::npos || rest.size() - space - 1 < vectorBytes)
      return wrong(collector.path, "it ends within word " + Twine(i + 1) +
                                       " of " + Twine(header->words));
    StringRef word = rest.take_front(space);
    const char *numbers = rest.data() + space + 1;
    rest = rest.drop_front(space + 1 + vectorBytes);
    float *row = collector.add(word);
    if (!row)
      continue;
    for (int64_t k = 0; k < header->dimension; ++k)
      row[k] =
          support::endian::read<float, endianness::little>(numbers + 4 * k);
    if (Error error = collector.checkFinite(word))
      return error;
  }
  if (!rest.ltrim('\n').empty())
    return wrong(collector.path, "bytes follow the last of its " +
                                     Twine(header->words) + " words");
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

bool emblem::frontend::isWordVectorFile(StringRef path) {
  return path.ends_with(".txt") || path.ends_with(".vec") ||
         path.ends_with(".bin");
}

Expected<WordVectors> emblem::frontend::parseWordVectors(StringRef bytes,
                                                         StringRef path) {
  // A zip or a pickle: PyTorch's files end in .bin too.
  if (bytes.starts_with("PK\x03\x04") || bytes.starts_with("\x80"))
    return createStringError("'" + path +
                             "' is a PyTorch checkpoint; save the model again "
                             "as safetensors");
  Collector collector{path, {}, {}};
  Error error = path.ends_with(".bin") ? parseBinary(bytes, collector)
                                       : parseText(bytes, collector);
  if (error)
    return error;
  if (collector.result.words.empty())
    return wrong(path, "it has no words");
  return std::move(collector.result);
}

Expected<WordVectors> emblem::frontend::readWordVectors(StringRef path) {
  auto buffer = mapFile(path);
  if (!buffer)
    return buffer.takeError();
  return parseWordVectors((*buffer)->getBuffer(), path);
}
