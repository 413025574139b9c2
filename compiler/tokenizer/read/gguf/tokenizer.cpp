//===- tokenizer.cpp - The tokenizer in a GGUF file -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/read/gguf/tokenizer.h"

#include "compiler/files/gguf/gguf_file.h"
#include "compiler/tokenizer/read/gguf/vocabulary.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace emblem::frontend;

static constexpr StringLiteral keyPrefix = "tokenizer.ggml.";

Expected<std::string> emblem::frontend::readGgufTokenizer(StringRef path) {
  auto file = GgufFile::open(path);
  if (!file)
    return file.takeError();
  const json::Object &metadata = (*file)->getMetadata();
  if (auto whole = metadata.getString("tokenizer.huggingface.json"))
    return whole->str();
  json::Object own;
  for (const auto &[key, value] : metadata) {
    StringRef name = key;
    if (name.consume_front(keyPrefix))
      own[name.str()] = value;
  }
  JsonObject keys(path.str(), std::move(own), keyPrefix.str());
  auto model = keys.string("model", "");
  if (!model)
    return model.takeError();
  using Maker = Expected<json::Object> (*)(const JsonObject &);
  auto make = StringSwitch<Maker>(*model)
                  .Case("bert", gguf::makeWordPiece)
                  .Case("gpt2", gguf::makeBytePairs)
                  .Case("llama", gguf::makeSentencePairs)
                  .Case("t5", gguf::makeUnigram)
                  .Default(nullptr);
  if (!make)
    return keys.error("model",
                      "the tokenizers that are known in GGUF files are "
                      "\"bert\", \"gpt2\", \"llama\" and \"t5\"; write the "
                      "model's description with emblem-translate --to-yaml, "
                      "and name its tokenizer.json there");
  auto tokenizer = make(keys);
  if (!tokenizer)
    return tokenizer.takeError();
  return formatv("{0}", json::Value(std::move(*tokenizer))).str();
}
