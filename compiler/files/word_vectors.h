//===- word_vectors.h - Files of words and their vectors --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Text (*.txt, *.vec): a word a line, then its numbers, separated by spaces or
// tabs; what ends a line, and blank lines, say nothing. word2vec and fastText
// begin with a line "<words> <dimension>", GloVe does not.
//
// Binary (*.bin), word2vec's: that line, then for each word its bytes, a space
// and its numbers as little-endian float32; a newline may stand before a word.
//
// Words are bytes, and may hold anything but, in binary, a space. Of a word
// that is there twice the first counts, as in gensim.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FILES_WORD_VECTORS_H
#define EMBLEM_COMPILER_FILES_WORD_VECTORS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <vector>

namespace emblem::frontend {

/// A mapped file, of any size: it keeps where each word is, and reads numbers
/// when they are asked for.
class WordVectors {
public:
  /// Maps the file and checks all of it, numbers too, in one pass. An error
  /// names the file, and the line or the word that is not right.
  static llvm::Expected<std::unique_ptr<WordVectors>>
  open(llvm::StringRef path);
  /// The same for bytes in memory; the buffer's identifier is their path, whose
  /// ending says what they are.
  static llvm::Expected<std::unique_ptr<WordVectors>>
  parse(std::unique_ptr<llvm::MemoryBuffer> buffer);

  llvm::StringRef getPath() const { return buffer->getBufferIdentifier(); }
  int64_t getDimension() const { return dimension; }
  /// They live as long as this does.
  llvm::ArrayRef<llvm::StringRef> getWords() const { return words; }
  /// The vectors of some words, one after the other, as elements `begin` and
  /// on of all words' vectors: whole vectors alone. Any thread may call it.
  void read(int64_t begin, llvm::MutableArrayRef<float> values) const;

private:
  class Indexer;
  WordVectors(std::unique_ptr<llvm::MemoryBuffer> buffer, bool isBinary)
      : buffer(std::move(buffer)), isBinary(isBinary) {}

  std::unique_ptr<llvm::MemoryBuffer> buffer;
  bool isBinary;
  int64_t dimension = 0;
  std::vector<llvm::StringRef> words; // in the buffer, their numbers behind
};

/// Whether a file of this name holds word vectors.
bool isWordVectorFile(llvm::StringRef path);

/// The name under which a WeightStore has the vectors of such a file.
inline constexpr llvm::StringLiteral wordVectorTable = "word_vectors";

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FILES_WORD_VECTORS_H
