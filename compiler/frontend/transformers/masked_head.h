//===- masked_head.h - The head that fills in masked words ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_MASKED_HEAD_H
#define EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_MASKED_HEAD_H

#include "compiler/description/description.h"
#include "compiler/files/json_file.h"
#include "compiler/frontend/architecture/model_folders.h"

namespace emblem::frontend {

/// Describes the head of transformers' ...ForMaskedLM as `model.sparse`; its
/// pooling is the SpladePooling module's to say. A decoder that the file does
/// not hold is the table of tokens.
llvm::Error addMaskedHead(const ModelFolders &folders, const JsonObject &config,
                          Description &model);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_MASKED_HEAD_H
