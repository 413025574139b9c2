//===- probe_test.cpp - What models of two precisions are compared on -----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/accuracy/probe_texts.h"

#include "llvm/Support/ConvertUTF.h"
#include "gtest/gtest.h"

#include <set>

using namespace emblem::accuracy;

TEST(ProbeTexts, AreDifferentTextsOfSeveralLengthsInUtf8) {
  std::set<llvm::StringRef> texts;
  size_t shortest = SIZE_MAX, longest = 0;
  for (llvm::StringRef text : probeTexts()) {
    EXPECT_TRUE(texts.insert(text).second) << text.str();
    const auto *begin = reinterpret_cast<const llvm::UTF8 *>(text.begin());
    EXPECT_TRUE(llvm::isLegalUTF8String(
        &begin, reinterpret_cast<const llvm::UTF8 *>(text.end())))
        << text.str();
    shortest = std::min(shortest, text.size());
    longest = std::max(longest, text.size());
  }
  EXPECT_GE(texts.size(), 32u);
  EXPECT_LE(texts.size(), 64u);
  EXPECT_LT(shortest, 10u);
  EXPECT_GT(longest, 800u);
}
