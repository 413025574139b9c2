//===- metadata.h - The keys of a GGUF file ---------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FILES_GGUF_METADATA_H
#define EMBLEM_COMPILER_FILES_GGUF_METADATA_H

#include "llvm/Support/DataExtractor.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

namespace emblem::frontend {

/// A string: its length in 8 bytes, then its bytes. Empty where the cursor
/// fails.
llvm::StringRef readGgufString(llvm::DataExtractor &data,
                               llvm::DataExtractor::Cursor &cursor);

/// Reads `count` keys with their values. Where the bytes end before that, the
/// cursor holds the error and the result says nothing; an error of the result
/// names the file and the key.
llvm::Expected<llvm::json::Object>
readGgufMetadata(llvm::StringRef path, uint64_t count,
                 llvm::DataExtractor &data,
                 llvm::DataExtractor::Cursor &cursor);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FILES_GGUF_METADATA_H
