//===- pair_suffix.cpp - The last tokens of a pair's text -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/compile/pair_suffix.h"

#include "runtime/tokenizer/tokenizer.h"
#include "runtime/tokenizer/tokenizer_tables.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cstring>
#include <vector>

using namespace llvm;
using namespace emblem::runtime;

static Expected<std::vector<int32_t>> encode(const Tokenizer &tokenizer,
                                             StringRef filler, size_t most) {
  Tokenizer::Scratch scratch;
  std::vector<int32_t> ids(most), types(most);
  Encoding encoding = tokenizer.encodePair(
      {filler.data(), filler.size()}, {filler.data(), filler.size()},
      static_cast<int64_t>(most), ids.data(), types.data(), scratch);
  if (encoding.count < 0)
    return createStringError("there is no memory to compile the tokenizer");
  ids.resize(encoding.count);
  return ids;
}

Error emblem::frontend::addPairSuffix(std::string &tables) {
  auto aligned = WritableMemoryBuffer::getNewUninitMemBuffer(
      tables.size(), "tokenizer", Align(tokenizerAlignment));
  llvm::copy(tables, aligned->getBufferStart());
  Tokenizer tokenizer;
  const char *problem = nullptr;
  if (!Tokenizer::open(aligned->getBufferStart(), tables.size(), tokenizer,
                       &problem))
    return createStringError(problem);
  TokenizerHeader header;
  std::memcpy(&header, tables.data(), sizeof(header));
  // A character is four bytes at most, and a normaliser may write some more.
  size_t most = 64;
  for (TableSection part : header.pairText)
    most += 32 * part.count;
  auto first = encode(tokenizer, "0", most);
  if (!first)
    return first.takeError();
  auto second = encode(tokenizer, "1 2 3 4", most);
  if (!second)
    return second.takeError();
  auto [end, other] = std::mismatch(first->rbegin(), first->rend(),
                                    second->rbegin(), second->rend());
  std::vector<int32_t> suffix(end.base(), first->end());
  // Without what differs, there is no telling where the suffix begins.
  if (end == first->rend() || other == second->rend())
    suffix.clear();

  tables.resize(alignTo(tables.size(), tokenizerAlignment));
  header.pairSuffix = {tables.size(), suffix.size()};
  tables.append(reinterpret_cast<const char *>(suffix.data()),
                suffix.size() * sizeof(int32_t));
  tables.resize(alignTo(tables.size(), tokenizerAlignment));
  header.bytes = tables.size();
  std::memcpy(tables.data(), &header, sizeof(header));
  return Error::success();
}
