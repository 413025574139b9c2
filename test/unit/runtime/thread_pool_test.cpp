//===- thread_pool_test.cpp - Threads that share one piece of work --------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/parallel/thread_pool.h"

#include "test/unit/runtime/thread_limit.h"

#include "runtime/platform/usable_cpus.h"

#include <chrono>
#include <gtest/gtest.h>
#include <pthread.h>
#include <set>
#include <thread>
#include <vector>

using namespace emblem::runtime;
using emblem::platform::AffinityMask;

namespace {

/// Items that threads claim; each must be done once.
struct Work {
  explicit Work(int64_t items) : done(size_t(items), 0) {}
  std::atomic<int64_t> claimed{0};
  std::vector<int> done; // plain: a race would be two threads with one item
  std::atomic<int> badThreads{0};
  int threads = 0;

  static void body(void *context, int thread) {
    Work &work = *static_cast<Work *>(context);
    if (thread < 0 || thread >= work.threads)
      ++work.badThreads;
    for (int64_t item; (item = work.claimed++) < int64_t(work.done.size());)
      ++work.done[size_t(item)];
  }

  void runOn(ThreadPool &pool) {
    threads = pool.size();
    pool.run(body, this);
    EXPECT_EQ(badThreads, 0);
    for (int times : done)
      ASSERT_EQ(times, 1);
  }
};

class ThreadPoolTest : public testing::TestWithParam<int> {};

} // namespace

TEST_P(ThreadPoolTest, DoesAllWorkOnce) {
  ThreadPool pool;
  ASSERT_TRUE(pool.start(GetParam(), false));
  EXPECT_EQ(pool.size(), GetParam());
  for (int run = 0; run < 2000; ++run)
    Work(run % 37).runOn(pool);
}

TEST_P(ThreadPoolTest, WakesThreadsThatSleep) {
  ThreadPool pool;
  ASSERT_TRUE(pool.start(GetParam(), false));
  for (int run = 0; run < 20; ++run) {
    Work(100).runOn(pool);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

TEST_P(ThreadPoolTest, StartsAndStopsWithoutARun) {
  for (int i = 0; i < 50; ++i) {
    ThreadPool pool;
    ASSERT_TRUE(pool.start(GetParam(), i % 2 == 0));
  }
}

INSTANTIATE_TEST_SUITE_P(Threads, ThreadPoolTest,
                         testing::Values(1, 2, 3, 8, 32));

TEST(ThreadPool, OneThreadIsTheCallersOwn) {
  ThreadPool pool;
  ASSERT_TRUE(pool.start(1, true));
  pthread_t ran = {};
  pool.run([](void *context,
              int) { *static_cast<pthread_t *>(context) = pthread_self(); },
           &ran);
  EXPECT_TRUE(pthread_equal(ran, pthread_self()));
}

TEST(ThreadPool, HasTheThreadsThatTheSystemGives) {
  for (int given : {0, 1, 3}) {
    ThreadLimit limit(given);
    ThreadPool pool;
    EXPECT_FALSE(pool.start(5, given % 2 == 0));
    EXPECT_EQ(pool.size(), 1 + given);
    for (int run = 0; run < 50; ++run)
      Work(run).runOn(pool);
  }
}

TEST(ThreadPool, EveryThreadComesWhenThereIsTime) {
  ThreadPool pool;
  ASSERT_TRUE(pool.start(4, false));
  std::atomic<int> arrived{0};
  pool.run(
      [](void *context, int) {
        auto &arrived = *static_cast<std::atomic<int> *>(context);
        ++arrived;
        while (arrived < 4)
          std::this_thread::yield();
      },
      &arrived);
  EXPECT_EQ(arrived, 4);
}

TEST(ThreadPool, PinnedThreadsKeepToOneCpuAndTheCallerIsLeftAlone) {
  const int before = AffinityMask::ofThisThread().count();
  ThreadPool pool;
  ASSERT_TRUE(pool.start(3, true));
  struct Seen {
    std::atomic<int> arrived{0};
    int cpus[3] = {};
  } seen;
  pool.run(
      [](void *context, int thread) {
        Seen &seen = *static_cast<Seen *>(context);
        seen.cpus[thread] = AffinityMask::ofThisThread().count();
        ++seen.arrived;
        while (seen.arrived < 3)
          std::this_thread::yield();
      },
      &seen);
  EXPECT_EQ(seen.cpus[0], before);
  EXPECT_EQ(seen.cpus[1], 1);
  EXPECT_EQ(seen.cpus[2], 1);
}

TEST(WakeWord, WakesASleeper) {
  WakeWord word;
  std::atomic<uint32_t> woken{0};
  std::thread sleeper([&] { woken = word.waitFor(3, {0, 0}); });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  word.add(2);
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(woken, 0u) << "2 is not 3";
  word.add(2);
  sleeper.join();
  EXPECT_EQ(woken, 4u);
}
