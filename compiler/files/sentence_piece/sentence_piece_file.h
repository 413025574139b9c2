//===- sentence_piece_file.h - A reader of SentencePiece models -*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The format is sentencepiece_model.proto of the SentencePiece project. The
// reader believes nothing of it before it is checked.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FILES_SENTENCE_PIECE_SENTENCE_PIECE_FILE_H
#define EMBLEM_COMPILER_FILES_SENTENCE_PIECE_SENTENCE_PIECE_FILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace emblem::frontend {

struct SentencePiece {
  enum Type { Normal = 1, Unknown, Control, UserDefined, Unused, Byte };
  std::string text; // UTF-8
  float score = 0;  // finite
  Type type = Normal;
};

struct SentencePieceFile {
  enum class Model { Unigram = 1, BytePairs = 2 };
  std::vector<SentencePiece> pieces; // by id; at least one
  Model model = Model::Unigram;
  bool byteFallback = false;
  int unknownId = 0, beginId = 1, endId = 2; // negative: there is none
  std::string unknownPiece, beginPiece, endPiece;
  std::string charsmap; // empty: characters stay as they are
  bool addsDummyPrefix = true;
  bool removesExtraSpaces = true;
  bool escapesSpaces = true;

  /// The error is one sentence, and names the file.
  static llvm::Expected<SentencePieceFile> read(llvm::StringRef path);
};

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FILES_SENTENCE_PIECE_SENTENCE_PIECE_FILE_H
