//===- word_vectors.h - Files of words and their vectors --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Text (*.txt, *.vec): a word a line, then its numbers, separated by spaces.
// word2vec and fastText begin with a line "<words> <dimension>", GloVe does
// not.
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

#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace emblem::frontend {

struct WordVectors {
  int64_t dimension = 0;
  std::vector<std::string> words;
  std::vector<float> values; // [words, dimension]
};

/// Whether a file of this name holds word vectors.
bool isWordVectorFile(llvm::StringRef path);

/// An error names the file, and the line or the word that is not right.
llvm::Expected<WordVectors> readWordVectors(llvm::StringRef path);
/// The same for bytes in memory; errors call them `path`, whose ending says
/// what they are.
llvm::Expected<WordVectors> parseWordVectors(llvm::StringRef bytes,
                                             llvm::StringRef path);

/// The name under which a WeightStore has the vectors of such a file.
inline constexpr llvm::StringLiteral wordVectorTable = "word_vectors";

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FILES_WORD_VECTORS_H
