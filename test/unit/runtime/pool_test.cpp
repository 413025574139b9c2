//===- pool_test.cpp - Threads that several models share ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/unit/runtime/small_model.h"
#include "test/unit/runtime/thread_limit.h"

#include <atomic>
#include <gtest/gtest.h>
#include <thread>

namespace {

struct FreePool {
  void operator()(EmblemPool *pool) const { emblem_pool_free(pool); }
};
using OwnedPool = std::unique_ptr<EmblemPool, FreePool>;

OwnedPool openPool(int32_t threads, int32_t pinned = 0) {
  EmblemPool *pool = nullptr;
  EXPECT_EQ(emblem_pool_open(threads, pinned, &pool), EMBLEM_OK)
      << emblem_last_error();
  return OwnedPool(pool);
}

EmblemOptions optionsOf(EmblemPool *pool) {
  EmblemOptions options = defaultOptions();
  options.threads = emblem_pool_threads(pool);
  options.parallel_for = emblem_pool_parallel_for;
  options.parallel_context = pool;
  return options;
}

/// Indices that must each come once.
struct Items {
  explicit Items(int64_t count) : done(size_t(count), 0) {}
  std::vector<int> done; // plain: a race would be two threads with one index

  static void task(void *items, int64_t index) {
    ++static_cast<Items *>(items)->done[size_t(index)];
  }
  void runOn(EmblemPool *pool) {
    emblem_pool_parallel_for(pool, int64_t(done.size()), task, this);
    for (int times : done)
      ASSERT_EQ(times, 1);
  }
};

class PoolTest : public testing::TestWithParam<int> {};

} // namespace

TEST_P(PoolTest, RunsEachIndexOnce) {
  OwnedPool pool = openPool(GetParam(), GetParam() % 2);
  EXPECT_EQ(emblem_pool_threads(pool.get()), GetParam());
  for (int64_t count : {0, 1, 2, 3, 7, 8, 9, 1000})
    for (int run = 0; run < 100; ++run)
      Items(count).runOn(pool.get());
}

TEST_P(PoolTest, RunsOnAllItsThreads) {
  OwnedPool pool = openPool(GetParam());
  struct Seen {
    int wanted;
    std::atomic<int> arrived{0};
  } seen{.wanted = GetParam()};
  // Ends only if each index has a thread of its own.
  emblem_pool_parallel_for(
      pool.get(), GetParam(),
      [](void *context, int64_t) {
        Seen &seen = *static_cast<Seen *>(context);
        ++seen.arrived;
        while (seen.arrived < seen.wanted)
          std::this_thread::yield();
      },
      &seen);
  EXPECT_EQ(seen.arrived, GetParam());
}

TEST_P(PoolTest, CallsFromManyThreadsTakeTurns) {
  OwnedPool pool = openPool(GetParam());
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 6; ++caller)
    callers.emplace_back([&] {
      for (int run = 0; run < 500; ++run)
        Items(run % 23).runOn(pool.get());
    });
  for (std::thread &caller : callers)
    caller.join();
}

TEST_P(PoolTest, ModelsThatShareItGiveTheirOwnVectors) {
  const EmblemModelTable texts = smallModel(), pairs = pairModel();
  OwnedPool pool = openPool(GetParam());
  OwnedModel first = openModel(texts, optionsOf(pool.get())),
             second = openModel(texts, optionsOf(pool.get())),
             third = openModel(pairs, optionsOf(pool.get()));
  auto call = [&](uint32_t caller) {
    for (uint32_t run = 0; run < 40; ++run) {
      Sequences given = randomSequences(1 + run * 7 % 60, run + 100 * caller);
      if (caller == 0)
        for (int32_t id : given.ids)
          given.types.push_back(id % 2);
      std::vector<float> vectors(2 * given.count());
      const EmblemStatus status =
          caller == 0
              ? emblem_score_ids(third.get(), given.ids.data(),
                                 given.types.data(), given.offsets.data(),
                                 given.count(), vectors.data())
              : emblem_embed_ids(caller % 2 ? first.get() : second.get(),
                                 given.ids.data(), given.offsets.data(),
                                 given.count(), vectors.data());
      ASSERT_EQ(status, EMBLEM_OK) << emblem_last_error();
      ASSERT_EQ(vectors, expectedVectors(given)) << "caller " << caller;
    }
  };
  std::vector<std::thread> callers;
  for (uint32_t caller = 0; caller < 6; ++caller)
    callers.emplace_back(call, caller);
  for (std::thread &caller : callers)
    caller.join();
}

INSTANTIATE_TEST_SUITE_P(Threads, PoolTest, testing::Values(1, 2, 3, 8));

TEST(Pool, ModelsStartNoThreadsOfTheirOwn) {
  const EmblemModelTable table = smallModel();
  OwnedPool pool = openPool(3);
  ThreadLimit none(0);
  OwnedModel model = openModel(table, optionsOf(pool.get()));
  EmblemModelInfo info;
  ASSERT_EQ(emblem_info(model.get(), &info), EMBLEM_OK);
  EXPECT_EQ(info.threads, 3);
}

TEST(Pool, HasTheThreadsThatTheSystemGives) {
  ThreadLimit limit(0);
  OwnedPool pool = openPool(0);
  EXPECT_EQ(emblem_pool_threads(pool.get()), 1);
  Items(20).runOn(pool.get());
  EmblemPool *none = pool.get();
  EXPECT_EQ(emblem_pool_open(4, 0, &none), EMBLEM_OUT_OF_MEMORY);
  EXPECT_STREQ(emblem_last_error(),
               "the system does not give 4 threads; ask for fewer");
  EXPECT_EQ(none, nullptr);
}

TEST(Pool, RefusesWhatItCannotBe) {
  EmblemPool *pool = nullptr;
  for (int32_t threads : {-1, 100000}) {
    EXPECT_EQ(emblem_pool_open(threads, 0, &pool), EMBLEM_INVALID_ARGUMENT);
    EXPECT_NE(std::string(emblem_last_error()).find("it must be 1 to"),
              std::string::npos);
  }
  EXPECT_EQ(emblem_pool_open(1, 0, nullptr), EMBLEM_INVALID_ARGUMENT);
  EXPECT_EQ(emblem_pool_threads(nullptr), 0);
  emblem_pool_free(nullptr);
}
