//===- batcher_test.cpp - Batches across requests -------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/serve/batcher.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

using namespace emblem::serve;
using emblem::http::Response;

namespace {

/// Computes a text's length, notes each batch, and waits where it is told to.
struct FakeModel {
  std::mutex mutex;
  std::condition_variable changed;
  bool isHeld = false;
  int entered = 0, woken = 0;
  std::vector<std::vector<std::string>> batches;

  void hold() {
    std::lock_guard lock(mutex);
    isHeld = true;
  }
  void letGo() {
    std::lock_guard lock(mutex);
    isHeld = false;
    changed.notify_all();
  }
  void awaitEntered(int count) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return entered >= count; });
  }
  void awaitWoken(int count) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return woken >= count; });
  }
} fake;

EmblemStatus embed(EmblemModel *, const EmblemCallOptions *options,
                   const EmblemText *texts, size_t count, float *vectors,
                   EmblemTextInfo *infos) {
  std::unique_lock lock(fake.mutex);
  fake.batches.emplace_back();
  for (size_t i = 0; i < count; ++i)
    fake.batches.back().emplace_back(texts[i].data, texts[i].size);
  ++fake.entered;
  fake.changed.notify_all();
  fake.changed.wait(lock, [] { return !fake.isHeld; });
  for (size_t i = 0; i < count; ++i) {
    if (texts[i].size > 20)
      return EMBLEM_TEXT_TOO_LONG;
    vectors[i] = float(texts[i].size) + (options->finish ? 0.5f : 0);
    infos[i] = {int64_t(texts[i].size), 0, 0};
  }
  return EMBLEM_OK;
}

EmblemStatus score(EmblemModel *, const EmblemCallOptions *,
                   const EmblemPair *pairs, size_t count, float *scores,
                   EmblemTextInfo *infos) {
  for (size_t i = 0; i < count; ++i) {
    scores[i] = float(pairs[i].first.size * 100 + pairs[i].second.size);
    infos[i] = {};
  }
  return EMBLEM_OK;
}

constexpr Batcher::Engine engine = {embed, score};

class TestWork final : public Work {
public:
  explicit TestWork(std::vector<std::string> given) : given(std::move(given)) {
    width = 1;
    for (const std::string &text : this->given)
      texts.push_back({text.data(), text.size()});
  }
  Response answer(Server &) override { return {}; }
  void step(EmblemModel *, size_t item) override {
    stepped += std::to_string(item);
    if (stepped == failsAfter)
      status = EMBLEM_STAGE_FAILED;
  }

  std::vector<std::string> given;
  std::string stepped, failsAfter = "-";
};

class BatcherTest : public testing::Test {
protected:
  void SetUp() override {
    fake.isHeld = false;
    fake.entered = fake.woken = 0;
    fake.batches.clear();
  }
  void start(size_t items, int64_t tokens = 1 << 20) {
    Batcher::Limits limits;
    limits.items = items;
    limits.tokens = tokens;
    ASSERT_TRUE(batcher.start(
        nullptr, limits,
        [](void *) {
          std::lock_guard lock(fake.mutex);
          ++fake.woken;
          fake.changed.notify_all();
        },
        nullptr));
  }
  std::vector<Work *> take() {
    std::vector<Work *> taken;
    while (Work *work = batcher.takeFinished())
      taken.push_back(work);
    return taken;
  }

  Batcher batcher{engine};
};

} // namespace

TEST_F(BatcherTest, ComputesEveryItem) {
  start(8);
  TestWork a({"a", "bb", "", "dddd"}), b({"eeeee"});
  batcher.add(a);
  batcher.add(b);
  batcher.stop();
  EXPECT_EQ(take().size(), 2u);
  EXPECT_EQ(a.rows, (std::vector<float>{1, 2, 0, 4}));
  EXPECT_EQ(b.rows, std::vector<float>{5});
  EXPECT_EQ(a.infos[3].tokens, 4);
  EXPECT_LE(a.arrived, a.begun);
  EXPECT_LE(a.begun, a.ended);
  EXPECT_EQ(batcher.waitingItems(), 0u);
}

TEST_F(BatcherTest, TakesAnItemOfEveryRequestInTurn) {
  start(4);
  fake.hold();
  TestWork first({"0"});
  batcher.add(first);
  fake.awaitEntered(1);
  // While a batch is computed three clients come, the first with many texts.
  TestWork many({"m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9"}),
      two({"t1", "t2"}), one({"o1"});
  batcher.add(many);
  batcher.add(two);
  batcher.add(one);
  EXPECT_EQ(batcher.waitingItems(), 12u);
  fake.letGo();
  batcher.stop();
  auto sorted = [](std::vector<std::string> batch) {
    std::sort(batch.begin(), batch.end());
    return batch;
  };
  ASSERT_EQ(fake.batches.size(), 4u);
  EXPECT_EQ(sorted(fake.batches[1]),
            (std::vector<std::string>{"m1", "m2", "o1", "t1"}));
  EXPECT_EQ(sorted(fake.batches[2]),
            (std::vector<std::string>{"m3", "m4", "m5", "t2"}));
  EXPECT_EQ(take(), (std::vector<Work *>{&first, &one, &two, &many}));
}

TEST_F(BatcherTest, NeverLetsOneWaitBehindAnothersThousands) {
  start(4);
  fake.hold();
  TestWork first({"0"});
  batcher.add(first);
  fake.awaitEntered(1);
  TestWork many(std::vector<std::string>(2000, "m"));
  batcher.add(many);
  fake.letGo();
  fake.awaitEntered(5);
  fake.hold();
  const size_t before = fake.entered;
  TestWork one({"one"});
  batcher.add(one);
  fake.letGo();
  batcher.stop();
  // The batch that was being formed, and then one's own.
  size_t batch = 0;
  while (std::find(fake.batches[batch].begin(), fake.batches[batch].end(),
                   "one") == fake.batches[batch].end())
    ++batch;
  EXPECT_LE(batch, before + 2);
  EXPECT_EQ(take().size(), 3u);
  EXPECT_EQ(many.rows, std::vector<float>(2000, 1));
}

TEST_F(BatcherTest, BatchesWhatIsTreatedAlike) {
  start(8);
  fake.hold();
  TestWork first({"0"});
  batcher.add(first);
  fake.awaitEntered(1);
  TestWork plain({"a", "b"}), raw({"cc", "dd"}), pairs({});
  raw.call.finish = EMBLEM_FINISH_RAW;
  const EmblemText text = {"xyz", 3};
  pairs.kind = Work::Kind::Pairs;
  pairs.pairs = {{text, text}};
  TestWork plainToo({"e"});
  batcher.add(plain);
  batcher.add(raw);
  batcher.add(pairs);
  batcher.add(plainToo);
  fake.letGo();
  batcher.stop();
  ASSERT_EQ(fake.batches.size(), 3u);
  EXPECT_EQ(fake.batches[1].size(), 3u);
  EXPECT_EQ(raw.rows, (std::vector<float>{2.5, 2.5}));
  EXPECT_EQ(pairs.rows, std::vector<float>{303});
  EXPECT_EQ(take().size(), 5u);
}

TEST_F(BatcherTest, HasALimitOfTokens) {
  start(100, 12);
  fake.hold();
  TestWork first({"0"});
  batcher.add(first);
  fake.awaitEntered(1);
  // Of 5 tokens each: two a batch. One alone may be larger.
  TestWork many(std::vector<std::string>(5, "twelve bytes"));
  batcher.add(many);
  fake.letGo();
  batcher.stop();
  ASSERT_EQ(fake.batches.size(), 4u);
  EXPECT_EQ(fake.batches[1].size(), 2u);
  EXPECT_EQ(fake.batches[3].size(), 1u);
  EXPECT_EQ(batcher.takeSizes().size(), 4u);
}

TEST_F(BatcherTest, FailsTheRequestAtFaultAlone) {
  start(8);
  fake.hold();
  TestWork first({"0"});
  batcher.add(first);
  fake.awaitEntered(1);
  TestWork good({"a", "b"}),
      bad({"c", "d", "a text that is far too long", "e", "f", "g", "h", "i"});
  batcher.add(good);
  batcher.add(bad);
  fake.letGo();
  batcher.stop();
  EXPECT_EQ(take().size(), 3u);
  EXPECT_EQ(good.status, EMBLEM_OK);
  EXPECT_EQ(good.rows, (std::vector<float>{1, 1}));
  EXPECT_EQ(bad.status, EMBLEM_TEXT_TOO_LONG);
  EXPECT_EQ(bad.fault, 2u);
  EXPECT_EQ(batcher.waitingItems(), 0u);
}

TEST_F(BatcherTest, DropsWhoHasLeft) {
  start(2);
  fake.hold();
  TestWork first({"0", "1", "2", "3"});
  batcher.add(first);
  fake.awaitEntered(1);
  TestWork waits({"never", "seen"}), stays({"s"});
  batcher.add(waits);
  batcher.add(stays);
  batcher.drop(waits);
  EXPECT_EQ(take(), std::vector<Work *>{&waits});
  batcher.drop(first); // of which two items are being computed
  EXPECT_TRUE(take().empty());
  EXPECT_EQ(batcher.waitingItems(), 1u);
  fake.letGo();
  batcher.stop();
  EXPECT_EQ(take(), (std::vector<Work *>{&first, &stays}));
  EXPECT_EQ(fake.batches.size(), 2u);
  EXPECT_EQ(fake.batches[1], std::vector<std::string>{"s"});
  // What is finished already may be dropped, too.
  batcher.drop(stays);
}

TEST_F(BatcherTest, TakesStepsOneByOne) {
  start(8);
  TestWork steps({}), failing({});
  for (TestWork *one : {&steps, &failing}) {
    one->kind = Work::Kind::Steps;
    one->steps = 4;
  }
  failing.failsAfter = "01";
  batcher.add(steps);
  batcher.add(failing);
  batcher.stop();
  EXPECT_EQ(take().size(), 2u);
  EXPECT_EQ(steps.stepped, "0123");
  EXPECT_EQ(failing.stepped, "01");
  EXPECT_EQ(failing.status, EMBLEM_STAGE_FAILED);
}
