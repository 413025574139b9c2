//===- class_parts.h - The constructors of tokenizer classes ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Each `build` makes the model, the normaliser and the pre-tokenizer of a class
// of transformers 5.24, each `finish` its post-processor, and each `convert`
// the vocabulary that its converter makes of a SentencePiece model.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_CLASS_PARTS_H
#define EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_CLASS_PARTS_H

#include "compiler/tokenizer/read/transformers/construction.h"

namespace emblem::frontend::library {

// Words cut into pieces: BERT, MPNet.
llvm::Error buildBert(Construction &);
llvm::Error finishBert(Construction &);
llvm::Error buildMpnet(Construction &);
llvm::Error finishMpnet(Construction &);

// Byte pairs.
llvm::Error buildByteLevel(Construction &); // GPT-2, RoBERTa, DeBERTa
llvm::Error buildGptNeox(Construction &);
llvm::Error buildQwen2(Construction &);
llvm::Error buildQwen35(Construction &);
llvm::Error buildLlama(Construction &);
llvm::Error buildGemma(Construction &);
llvm::Error buildSiglip2(Construction &);
llvm::Error buildClip(Construction &);
llvm::Error buildHerbert(Construction &);
llvm::Error finishRoberta(Construction &);
llvm::Error finishDeberta(Construction &);
llvm::Error finishGptNeox(Construction &);
llvm::Error finishQwen2(Construction &);
llvm::Error finishClip(Construction &);
llvm::Error finishHerbert(Construction &);

// SentencePiece's unigrams.
llvm::Error buildXlmRoberta(Construction &);
llvm::Error buildT5(Construction &);
llvm::Error buildAlbert(Construction &);
llvm::Error buildCamembert(Construction &);
llvm::Error buildDebertaV2(Construction &);
llvm::Error buildRembert(Construction &);
llvm::Error finishXlmRoberta(Construction &);
llvm::Error finishT5(Construction &);
llvm::Error finishCamembert(Construction &);
llvm::Error finishDebertaV2(Construction &);
llvm::Error finishRembert(Construction &);
llvm::Error convertXlmRoberta(Construction &);
llvm::Error convertT5(Construction &);
llvm::Error convertCamembert(Construction &);

/// RobertaProcessing of the two roles' tokens.
llvm::Error processAsRoberta(Construction &, llvm::StringRef first,
                             llvm::StringRef last, int64_t firstFallback,
                             int64_t lastFallback);

} // namespace emblem::frontend::library

#endif // EMBLEM_COMPILER_TOKENIZER_READ_TRANSFORMERS_CLASS_PARTS_H
