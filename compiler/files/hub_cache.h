//===- hub_cache.h - Models of the Hugging Face cache -----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// huggingface_hub keeps what it has fetched as CACHE/models--OWNER--NAME/, with
// a commit's files in snapshots/COMMIT (links into blobs/) and the commit of a
// branch or tag in refs/REVISION. CACHE is SENTENCE_TRANSFORMERS_HOME, where
// that is set, and then HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME/hub,
// XDG_CACHE_HOME/huggingface/hub or ~/.cache/huggingface/hub, the first that is
// set.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FILES_HUB_CACHE_H
#define EMBLEM_COMPILER_FILES_HUB_CACHE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace emblem::frontend {

/// Whether `text` may be a model's name on the Hub, "OWNER/NAME" or "NAME", and
/// is no file or folder here, nor called as one.
bool isHubName(llvm::StringRef text);

/// The path of a model: `model` itself where there is such a file or folder;
/// else the folder of that name in the cache, or the one GGUF file there. A name
/// without an owner is one of Sentence Transformers', but for a few of
/// transformers' first. Where it is not there, the error has the command that
/// fetches it. `revision`, a branch, a tag or a whole commit, is "main" where
/// empty; a local path has none.
llvm::Expected<std::string> findModel(llvm::StringRef model,
                                      llvm::StringRef revision);

/// "hf download OWNER/NAME" of a folder of the cache; empty of other folders.
std::string downloadCommand(llvm::StringRef folder);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FILES_HUB_CACHE_H
