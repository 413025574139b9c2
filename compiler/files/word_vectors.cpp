//===- word_vectors.cpp - Files of words and their vectors ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/word_vectors.h"

#include "compiler/files/model_file.h"
#include "compiler/files/torch_mark.h"

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
// Of those numbers with a word; a file without ends of lines is not looked
// through for one.
static constexpr size_t mostLineBytes = 8 << 20;

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

// What separates fields, and may end a line. A word may hold any other blank.
static constexpr StringLiteral blanks(" \t"), lineEnds(" \t\r");

/// Takes the last field from `rest`, and the blanks before it.
static StringRef takeLast(StringRef &rest) {
  StringRef field = rest.drop_front(rest.find_last_of(blanks) + 1);
  rest = rest.drop_back(field.size()).rtrim(blanks);
  return field;
}

static std::optional<Header> parseHeader(StringRef line) {
  Header header;
  StringRef words = line.trim(lineEnds);
  StringRef dimension = takeLast(words);
  if (words.getAsInteger(10, header.words) ||
      dimension.getAsInteger(10, header.dimension) || header.words < 1 ||
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

namespace {
/// The lines that are not blank, from the first on.
class Lines {
public:
  explicit Lines(StringRef bytes) : rest(bytes) {}

  /// False: there is none left.
  bool next() {
    while (!rest.empty()) {
      ++number;
      StringRef whole = rest.take_front(mostLineBytes).split('\n').first;
      rest = rest.drop_front(std::min(rest.size(), whole.size() + 1));
      line = whole.rtrim(lineEnds);
      if (!line.empty())
        return true;
    }
    return false;
  }

  StringRef line, rest;
  int64_t number = 0; // of the line, blank ones counted
};
} // namespace

/// Finds the words, and checks what belongs to them. The first of two words
/// that are the same counts.
class WordVectors::Indexer {
public:
  explicit Indexer(WordVectors &file)
      : file(file), path(file.buffer->getBufferIdentifier()) {}

  Error indexText(StringRef bytes);
  Error indexBinary(StringRef bytes);

private:
  static int64_t findDimension(Lines lines);
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
  if (line.size() == mostLineBytes)
    return wrongLine(" has more than " + Twine(mostLineBytes) + " bytes");
  StringRef rest = line;
  bool isFinite = true;
  for (int64_t i = 0; i < file.dimension; ++i) {
    if (rest.find_first_of(blanks) == StringRef::npos)
      return wrongLine(" must hold a word and " + Twine(file.dimension) +
                       " numbers");
    StringRef field = takeLast(rest);
    float value;
    if (!parseNumber(field, value))
      return wrongLine(": '" + field + "' is not a number");
    isFinite &= std::isfinite(value);
  }
  float oneMore;
  StringRef word = rest;
  if (StringRef last = takeLast(rest);
      last.size() < word.size() && parseNumber(last, oneMore))
    return wrongLine(" holds more than " + Twine(file.dimension) + " numbers");
  return add(word, isFinite);
}

// How many numbers follow a word without spaces; 0: some field is no number.
static int64_t countNumbers(StringRef line) {
  int64_t count = 0;
  for (float value; line.find_first_of(blanks) != StringRef::npos; ++count)
    if (!parseNumber(takeLast(line), value))
      return 0;
  return count;
}

// A word with spaces does not say how many numbers there are, but one of the
// next may.
int64_t WordVectors::Indexer::findDimension(Lines lines) {
  for (int i = 0; i < 100; ++i) {
    if (int64_t count = countNumbers(lines.line))
      return count;
    if (lines.line.size() == mostLineBytes || !lines.next())
      break;
  }
  return 0;
}

Error WordVectors::Indexer::indexText(StringRef bytes) {
  if (!bytes.starts_with("\xEF\xBB\xBF ")) // else it is a word
    bytes.consume_front("\xEF\xBB\xBF");   // an editor's mark
  Lines lines(bytes);
  bool isLine = lines.next();
  std::optional<Header> header = parseHeader(lines.line);
  if (header) {
    file.dimension = header->dimension;
    isLine = lines.next();
  } else {
    file.dimension = findDimension(lines);
    // A word and one number would be counts that are written wrongly.
    if (file.dimension < 2 || file.dimension > mostDimensions)
      return wrong(path,
                   "its first line is neither a word and its numbers, two or "
                   "more, nor the counts of words and of numbers");
  }
  int64_t count = 0;
  for (; isLine; isLine = lines.next(), ++count)
    if (Error error = indexLine(lines.line, lines.number))
      return error;
  if (header && count != header->words)
    return wrong(path, "its first line says " + Twine(header->words) +
                           " words, and there are " + Twine(count));
  return Error::success();
}

/// The numbers behind the word of a line that is right.
static void readNumbers(StringRef line, MutableArrayRef<float> vector) {
  for (float &value : vector) {
    line = line.ltrim(blanks);
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
  StringRef first = bytes.take_front(100).split('\n').first;
  StringRef rest = bytes.drop_front(std::min(bytes.size(), first.size() + 1));
  std::optional<Header> header = parseHeader(first);
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
  if (beginsAsTorchFile(bytes))
    return createStringError("'" + path +
                             "' is a PyTorch checkpoint, a model's weights "
                             "alone; name the folder of the model");
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
