//===- checksum_test.cpp - A checksum against damage ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/checksum.h"

#include <gtest/gtest.h>
#include <set>
#include <string>

using namespace emblem::command;

static uint64_t sumOf(const std::string &bytes) {
  Checksum checksum;
  checksum.add(bytes.data(), bytes.size());
  return checksum.value();
}

static std::string someBytes(size_t size) {
  std::string bytes(size, 0);
  for (size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<char>(i * 131 >> 3);
  return bytes;
}

TEST(Checksum, DoesNotDependOnHowBytesCome) {
  const std::string bytes = someBytes(300);
  for (size_t step : {1, 7, 31, 32, 33, 100}) {
    Checksum checksum;
    for (size_t at = 0; at < bytes.size(); at += step)
      checksum.add(bytes.data() + at, std::min(step, bytes.size() - at));
    EXPECT_EQ(checksum.value(), sumOf(bytes)) << step;
  }
}

TEST(Checksum, SeesEveryChangeOfABitAndEveryCut) {
  const std::string bytes = someBytes(100);
  std::set<uint64_t> sums = {sumOf(bytes)};
  size_t changes = 1;
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit, ++changes) {
    std::string changed = bytes;
    changed[bit / 8] ^= 1 << bit % 8;
    sums.insert(sumOf(changed));
  }
  for (size_t size = 0; size < bytes.size(); ++size, ++changes)
    sums.insert(sumOf(bytes.substr(0, size)));
  for (size_t zeros = 1; zeros < 40; ++zeros, ++changes)
    sums.insert(sumOf(bytes + std::string(zeros, 0)));
  EXPECT_EQ(sums.size(), changes);
}
