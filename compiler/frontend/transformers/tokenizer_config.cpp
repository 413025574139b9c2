//===- tokenizer_config.cpp - Keys of tokenizer_config.json ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/tokenizer_config.h"

#include "compiler/files/model_file.h"

using namespace llvm;
using namespace emblem::frontend;

Expected<JsonObject>
emblem::frontend::readTokenizerConfig(const ModelFolders &folders) {
  auto config = JsonObject::readOptional(
      resolvePath(folders.transformer, "tokenizer_config.json"));
  if (!config)
    return config;
  return config->with(folders.tokenizerArguments);
}
