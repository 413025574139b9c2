//===- tokenizer_benchmark.cpp - The speed from texts to ids --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// tokenizer_benchmark TOKENIZER.json TEXTS [ROUNDS]
//
// Reads TEXTS, a text a line, and prints the seconds that all of them take on
// one thread, the best of ROUNDS, and how many ids there are. tokenizers.py
// sets it beside the reference.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/compile/tokenizer_compiler.h"
#include "compiler/tokenizer/read/transformers/load_tokenizer.h"
#include "runtime/tokenizer/tokenizer.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <chrono>
#include <cstdio>
#include <cstring>
#include <vector>

using namespace emblem;

int main(int argc, char **argv) {
  if (argc < 3) {
    std::fprintf(stderr,
                 "usage: tokenizer_benchmark TOKENIZER.json TEXTS [ROUNDS]\n");
    return 2;
  }
  llvm::ExitOnError exitOnError("tokenizer_benchmark: ");
  std::string bytes = exitOnError(frontend::compileTokenizer(
      exitOnError(frontend::readTokenizer(argv[1]))));
  auto tables = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(
      bytes.size(), "tokenizer", llvm::Align(runtime::tokenizerAlignment));
  std::memcpy(tables->getBufferStart(), bytes.data(), bytes.size());
  runtime::Tokenizer tokenizer;
  const char *error = nullptr;
  if (!runtime::Tokenizer::open(tables->getBufferStart(), bytes.size(),
                                tokenizer, &error)) {
    std::fprintf(stderr, "tokenizer_benchmark: %s\n", error);
    return 1;
  }
  auto file = exitOnError(
      llvm::errorOrToExpected(llvm::MemoryBuffer::getFile(argv[2])));
  llvm::SmallVector<llvm::StringRef> texts;
  file->getBuffer().split(texts, '\n');

  std::vector<int32_t> ids(file->getBufferSize() * 4 + 16);
  runtime::Tokenizer::Scratch scratch;
  double best = 1e9;
  int64_t count = 0;
  for (int round = argc > 3 ? std::atoi(argv[3]) : 5; round > 0; --round) {
    count = 0;
    auto start = std::chrono::steady_clock::now();
    for (llvm::StringRef text : texts)
      count += tokenizer
                   .encode({text.data(), text.size()}, int64_t(ids.size()),
                           ids.data(), scratch)
                   .count;
    std::chrono::duration<double> taken =
        std::chrono::steady_clock::now() - start;
    best = std::min(best, taken.count());
  }
  std::printf("%.6f %lld\n", best, static_cast<long long>(count));
  return 0;
}
