//===- tokenizer_config.h - Two files about one tokenizer -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_TOKENIZER_CONFIG_H
#define EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_TOKENIZER_CONFIG_H

#include "compiler/files/json_file.h"

namespace emblem::frontend {

/// Emblem reads tokenizer.json alone; transformers lets tokenizer_config.json
/// change it as it loads. The error names a setting in which the two differ:
/// the side where texts are cut, the steps of BERT's normaliser, BERT's first
/// and last token.
llvm::Error checkTokenizerConfig(const JsonObject &config,
                                 llvm::StringRef tokenizerFile);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_TOKENIZER_CONFIG_H
