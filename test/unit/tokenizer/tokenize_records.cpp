//===- tokenize_records.cpp - Many texts' ids, for a script to compare ----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// tokenize_records TOKENIZER.json MAX_TOKENS
//
// Standard input: for each text its length in bytes (uint32), and its bytes.
// Standard output: for each text how many ids it has (int32), and the ids
// (int32 each). Little-endian. test/fixtures/tokenizer/ has the scripts.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/compile/tokenizer_compiler.h"
#include "compiler/tokenizer/read/tokenizer_json.h"
#include "runtime/tokenizer/tokenizer.h"

#include "llvm/Support/Alignment.h"
#include "llvm/Support/AllocatorBase.h"
#include "llvm/Support/Error.h"

#include <cstdio>
#include <cstring>
#include <vector>

using namespace emblem;

static bool readBytes(void *data, size_t bytes) {
  return std::fread(data, 1, bytes, stdin) == bytes;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: tokenize_records TOKENIZER.json MAX_TOKENS\n");
    return 2;
  }
  llvm::ExitOnError exitOnError("tokenize_records: ");
  std::string bytes = exitOnError(frontend::compileTokenizer(
      exitOnError(frontend::readTokenizer(argv[1]))));
  void *tables =
      llvm::allocate_buffer(bytes.size(), runtime::tokenizerAlignment);
  std::memcpy(tables, bytes.data(), bytes.size());

  runtime::Tokenizer tokenizer;
  const char *error = nullptr;
  if (!runtime::Tokenizer::open(tables, bytes.size(), tokenizer, &error)) {
    std::fprintf(stderr, "tokenize_records: %s\n", error);
    return 1;
  }
  std::vector<int32_t> ids(std::strtoull(argv[2], nullptr, 10));
  std::vector<char> text;
  runtime::Tokenizer::Scratch scratch;
  uint32_t length;
  while (readBytes(&length, sizeof(length))) {
    text.resize(length);
    if (!readBytes(text.data(), length)) {
      std::fprintf(stderr, "tokenize_records: the last text is cut short\n");
      return 1;
    }
    runtime::Encoding encoding = tokenizer.encode(
        {text.data(), text.size()}, int64_t(ids.size()), ids.data(), scratch);
    int32_t count = int32_t(encoding.count);
    std::fwrite(&count, sizeof(count), 1, stdout);
    std::fwrite(ids.data(), sizeof(int32_t), size_t(count), stdout);
  }
  llvm::deallocate_buffer(tables, bytes.size(), runtime::tokenizerAlignment);
  return 0;
}
