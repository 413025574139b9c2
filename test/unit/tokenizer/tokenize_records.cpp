//===- tokenize_records.cpp - Many texts' ids, for a script to compare ----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// tokenize_records TOKENIZER.json MAX_TOKENS [places]
// tokenize_records FOLDER MAX_TOKENS [SETTINGS]
//
// A folder is read as transformers reads it, SETTINGS, a JSON object, above its
// files; standard error then has its class, the most tokens (-1: any number) and
// whether it gives pairs types.
//
// Standard input: for each text its length in bytes (uint32), and its bytes.
// Standard output: for each text how many ids it has (int32), and the ids
// (int32 each); with `places` then where each begins and ends (int32 each), and
// twice, with special tokens and without, the size (int32) and the bytes of what
// they are decoded to. Little-endian. test/fixtures/tokenizer/ has the scripts.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/compile/token_texts.h"
#include "compiler/tokenizer/compile/tokenizer_compiler.h"
#include "compiler/tokenizer/read/transformers/load_tokenizer.h"
#include "runtime/tokenizer/tokenizer.h"

#include "llvm/Support/Alignment.h"
#include "llvm/Support/AllocatorBase.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <vector>

using namespace emblem;

static bool readBytes(void *data, size_t bytes) {
  return std::fread(data, 1, bytes, stdin) == bytes;
}

static llvm::Expected<frontend::TokenizerDescription>
readFolder(const char *folder, const char *settings) {
  auto parsed = llvm::json::parse(settings);
  if (!parsed)
    return parsed.takeError();
  const llvm::json::Object &overrides = *parsed->getAsObject();
  auto facts = frontend::readTokenizerFacts(folder, overrides);
  if (!facts)
    return facts.takeError();
  std::fprintf(stderr, "%s %.17g %d\n", facts->className.c_str(),
               std::isinf(facts->maxLength) ? -1.0 : facts->maxLength,
               facts->givesTypes);
  return frontend::readFolderTokenizer(folder, overrides);
}

static void writePlaces(const runtime::Tokenizer &tokenizer,
                        const frontend::TokenTexts &texts,
                        std::span<const int32_t> ids,
                        const std::vector<runtime::TokenPlace> &places) {
  for (size_t i = 0; i < ids.size(); ++i)
    std::fwrite(&places[i].range.begin, sizeof(int32_t), 1, stdout);
  for (size_t i = 0; i < ids.size(); ++i)
    std::fwrite(&places[i].range.end, sizeof(int32_t), 1, stdout);
  for (bool skipsSpecial : {false, true}) {
    runtime::Buffer<uint8_t> text;
    const char *problem;
    if (!tokenizer.decode(
            {texts.bytes.data(), texts.ends.data(), int64_t(texts.ends.size())},
            ids, skipsSpecial, text, &problem)) {
      std::fprintf(stderr, "tokenize_records: %s\n", problem);
      std::exit(1);
    }
    int32_t size = int32_t(text.size());
    std::fwrite(&size, sizeof(size), 1, stdout);
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
}

int main(int argc, char **argv) {
  if (argc != 3 && argc != 4) {
    std::fprintf(
        stderr,
        "usage: tokenize_records PATH MAX_TOKENS [places | SETTINGS]\n");
    return 2;
  }
  const bool places = argc == 4 && std::strcmp(argv[3], "places") == 0;
  llvm::ExitOnError exitOnError("tokenize_records: ");
  frontend::TokenizerDescription description = exitOnError(
      llvm::sys::fs::is_directory(argv[1])
          ? readFolder(argv[1], argc == 4 && !places ? argv[3] : "{}")
          : frontend::readTokenizer(argv[1]));
  const frontend::TokenTexts texts = frontend::getTokenTexts(description);
  std::string bytes = exitOnError(frontend::compileTokenizer(description));
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
  std::vector<runtime::TokenPlace> found;
  runtime::Tokenizer::Scratch scratch;
  uint32_t length;
  while (readBytes(&length, sizeof(length))) {
    text.resize(length);
    if (!readBytes(text.data(), length)) {
      std::fprintf(stderr, "tokenize_records: the last text is cut short\n");
      return 1;
    }
    // Few texts have as many tokens as they may.
    const size_t most =
        places ? std::min(ids.size(), text.size() * 8 + 64) : ids.size();
    found.resize(places ? most : 0);
    runtime::Encoding encoding =
        tokenizer.encode({text.data(), text.size()}, int64_t(most), ids.data(),
                         scratch, {.places = places ? found.data() : nullptr});
    int32_t count = int32_t(encoding.count);
    std::fwrite(&count, sizeof(count), 1, stdout);
    std::fwrite(ids.data(), sizeof(int32_t), size_t(count), stdout);
    if (places)
      writePlaces(tokenizer, texts, {ids.data(), size_t(count)}, found);
  }
  llvm::deallocate_buffer(tables, bytes.size(), runtime::tokenizerAlignment);
  return 0;
}
