//===- batch.cpp - Texts as token ids, back to back -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/evaluator/batch.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

Expected<emblem::evaluator::Batch>
emblem::evaluator::parseBatch(StringRef text) {
  SmallVector<StringRef> texts;
  text.split(texts, ',');

  Batch batch;
  batch.offsets.push_back(0);
  for (StringRef sequence : texts) {
    SmallVector<StringRef> words;
    SplitString(sequence, words, " \t\r\n");
    if (words.empty())
      return createStringError("text " + Twine(batch.offsets.size()) +
                               " has no token ids: give each at least one, "
                               "such as \"1 2 3, 4 5\"");
    int32_t type = 0;
    for (StringRef word : words) {
      int32_t id;
      if (word == "|") {
        ++type;
        continue;
      }
      if (word.getAsInteger(10, id))
        return createStringError(
            "'" + word +
            "' is not a token id: write whole numbers, with spaces "
            "between ids and commas between texts");
      batch.ids.push_back(id);
      batch.types.push_back(type);
    }
    if (batch.ids.size() == static_cast<size_t>(batch.offsets.back()))
      return createStringError("text " + Twine(batch.offsets.size()) +
                               " has no token ids beside '|'");
    batch.offsets.push_back(static_cast<int32_t>(batch.ids.size()));
  }
  if (!text.contains('|'))
    batch.types.clear();
  return batch;
}

emblem::evaluator::Batch emblem::evaluator::withoutTrailing(const Batch &batch,
                                                            int32_t padding) {
  Batch shown = {{}, {}, {0}};
  for (size_t s = 0; s + 1 < batch.offsets.size(); ++s) {
    size_t begin = size_t(batch.offsets[s]), end = size_t(batch.offsets[s + 1]);
    while (end - begin > 1 && batch.ids[end - 1] == padding)
      --end;
    for (size_t i = begin; i < end; ++i) {
      shown.ids.push_back(batch.ids[i]);
      if (!batch.types.empty())
        shown.types.push_back(batch.types[i]);
    }
    shown.offsets.push_back(int32_t(shown.ids.size()));
  }
  return shown;
}
