//===- text_groups_test.cpp - A batch split into whole texts --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cpu/text_groups.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <numeric>
#include <random>
#include <vector>

using namespace emblem::runtime;

namespace {

using Lengths = std::vector<int32_t>; // tokens of each text

constexpr int64_t plenty = 1 << 30;

/// The groups' sizes in tokens; none where there are no groups. Whatever the
/// texts, fails the test unless every text is in exactly one group, in order,
/// no group is over the limit, and no thread has more than a tenth too much.
Lengths groupSizes(const Lengths &lengths, const GroupLimits &limits) {
  std::vector<int32_t> offsets(lengths.size() + 1, 0);
  std::partial_sum(lengths.begin(), lengths.end(), offsets.begin() + 1);
  constexpr int32_t untouched = -7;
  std::vector<int32_t> starts(lengths.size() + 2, untouched);
  const int64_t groups = splitIntoGroups(
      offsets.data(), int64_t(lengths.size()), limits, starts.data());
  EXPECT_EQ(starts.back(), untouched) << "there is room for sequences + 1";
  if (groups == 0)
    return {};

  Lengths sizes;
  EXPECT_EQ(starts[0], 0);
  EXPECT_EQ(starts[size_t(groups)], int32_t(lengths.size()));
  std::vector<int64_t> load(size_t(limits.threads), 0);
  for (size_t g = 0; g < size_t(groups); ++g) {
    EXPECT_LT(starts[g], starts[g + 1]) << "group " << g << " has no text";
    sizes.push_back(offsets[size_t(starts[g + 1])] -
                    offsets[size_t(starts[g])]);
    EXPECT_LE(sizes.back(), limits.most) << "group " << g;
    *std::min_element(load.begin(), load.end()) += sizes.back();
  }
  EXPECT_LE(double(*std::max_element(load.begin(), load.end())),
            1.1 * offsets.back() / limits.threads);
  return sizes;
}

} // namespace

TEST(TextGroups, EvenTextsGiveEachThreadAsMany) {
  for (int threads : {1, 2, 3, 4, 7, 16, 64, 65, 128, 500})
    for (int32_t length : {1, 8, 32, 100})
      for (int rounds : {1, 2, 5}) {
        const int64_t usual = 400;
        const int64_t texts = rounds * threads * usual / length;
        const Lengths sizes = groupSizes(Lengths(size_t(texts), length),
                                         {threads, usual, plenty});
        EXPECT_EQ(sizes.size(), size_t(rounds * threads))
            << threads << " threads, " << texts << " texts of " << length;
        const auto [least, most] =
            std::minmax_element(sizes.begin(), sizes.end());
        EXPECT_LE(*most - *least, length);
      }
}

TEST(TextGroups, GroupsStayNearTheUsualSize) {
  for (int64_t tokens : {1000, 3210, 9999}) {
    const Lengths sizes =
        groupSizes(Lengths(size_t(tokens / 10), 10), {2, 400, plenty});
    ASSERT_FALSE(sizes.empty());
    for (int32_t size : sizes) {
      EXPECT_GE(size, 200);
      EXPECT_LE(size, 600);
    }
  }
}

TEST(TextGroups, TooFewTokensForAllThreads) {
  EXPECT_EQ(groupSizes(Lengths(12, 8), {2, 400, plenty}).size(), 2u);
  EXPECT_TRUE(groupSizes(Lengths(11, 8), {2, 400, plenty}).empty());
  EXPECT_TRUE(groupSizes({1, 1}, {1, 400, plenty}).empty());
  EXPECT_TRUE(groupSizes(Lengths(100, 8), {64, 400, plenty}).empty());
}

TEST(TextGroups, OneTextIsForAllThreads) {
  EXPECT_TRUE(groupSizes({512}, {1, 400, plenty}).empty());
  EXPECT_TRUE(groupSizes({100'000}, {2, 400, plenty}).empty());
}

TEST(TextGroups, TextsTooUnevenForTheThreads) {
  // One thread would work alone for most of the time.
  EXPECT_TRUE(groupSizes({500, 20, 20, 20}, {2, 400, plenty}).empty());
  EXPECT_TRUE(groupSizes({20, 20, 20, 500}, {2, 400, plenty}).empty());
  EXPECT_TRUE(groupSizes({300, 300, 300}, {2, 400, plenty}).empty());
  EXPECT_TRUE(groupSizes({300, 300, 300}, {4, 400, plenty}).empty());
  // One thread has nobody to wait for.
  EXPECT_FALSE(groupSizes({500, 20, 20, 20}, {1, 400, plenty}).empty());
  // Beside enough short texts a long one does no harm.
  Lengths lengths(100, 20);
  lengths[50] = 500;
  EXPECT_FALSE(groupSizes(lengths, {2, 400, plenty}).empty());
}

TEST(TextGroups, AfterALongTextGroupsAreNoCrumbs) {
  // Each group reads all weights: one of few tokens costs as much as many.
  Lengths lengths(500, 8);
  lengths[0] = lengths[200] = 2000;
  const Lengths sizes = groupSizes(lengths, {2, 400, plenty});
  ASSERT_FALSE(sizes.empty());
  EXPECT_GE(*std::min_element(sizes.begin(), sizes.end()), 200);
}

TEST(TextGroups, NoGroupIsOverTheLimit) {
  // groupSizes holds it to the limit; here it must find groups at all.
  EXPECT_FALSE(groupSizes(Lengths(60, 10), {2, 400, 50}).empty());
  EXPECT_FALSE(groupSizes(Lengths(60, 10), {2, 400, 10}).empty());
  EXPECT_EQ(groupSizes(Lengths(100, 1), {2, 400, 1}).size(), 100u);
  // A text that no thread has room for.
  EXPECT_TRUE(groupSizes(Lengths(60, 10), {2, 400, 9}).empty());
  Lengths lengths(1000, 10);
  lengths.back() = 51;
  EXPECT_TRUE(groupSizes(lengths, {2, 400, 50}).empty());
}

TEST(TextGroups, AnyLengthsAndLimits) {
  std::mt19937 random(3);
  int split = 0;
  for (int i = 0; i < 20'000; ++i) {
    Lengths lengths(1 + random() % 300);
    const uint32_t longest = 1u << (random() % 10);
    for (int32_t &length : lengths)
      length = int32_t(1 + random() % longest);
    const GroupLimits limits = {.threads = int(1 + random() % 80),
                                .usual = int64_t(1 + random() % 500),
                                .most = int64_t(1 + random() % 1000)};
    split += !groupSizes(lengths, limits).empty();
    ASSERT_FALSE(HasFailure())
        << "batch " << i << ": " << lengths.size() << " texts of up to "
        << longest << ", " << limits.threads << " threads, usual "
        << limits.usual << ", most " << limits.most;
  }
  EXPECT_GT(split, 1000) << "both answers are tried";
  EXPECT_LT(split, 19'000);
}
