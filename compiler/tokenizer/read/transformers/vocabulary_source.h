//===- vocabulary_source.h - Vocabularies of other files --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_VOCABULARY_SOURCE_H
#define EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_VOCABULARY_SOURCE_H

#include "compiler/tokenizer/read/transformers/construction.h"

#include "compiler/files/sentence_piece/sentence_piece_file.h"

namespace emblem::frontend::library {

/// The file that a class reads where no tokenizer.json lies: vocab.txt,
/// vocab.json or a SentencePiece model. The error names what lies there and
/// what could.
llvm::Expected<std::string> findVocabularyFile(const TokenizerClass &of,
                                               llvm::StringRef folder);

/// Reads that file for the class's constructor.
llvm::Error readVocabularySource(Construction &made, llvm::StringRef file);

/// The whole tokenizer that TokenizersBackend makes of a SentencePiece model,
/// by the model's own settings.
llvm::Error buildOfModel(Construction &made, SentencePieceFile file);

} // namespace emblem::frontend::library

#endif // EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_VOCABULARY_SOURCE_H
