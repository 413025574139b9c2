//===- device_launch_test.cpp - Batches through a driver ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/unit/runtime/cuda/device_model.h"

#include "runtime/model/model.h"
#include "test/unit/runtime/allocation_counter.h"

#include <gtest/gtest.h>
#include <thread>

namespace {

std::vector<std::string> entries() {
  std::vector<std::string> names;
  for (const RecordedLaunch &launch : driver().launches)
    names.push_back(launch.entry);
  return names;
}

Sequences oneOf(size_t length) {
  Sequences sequences;
  sequences.add(std::vector<int32_t>(length, 7));
  return sequences;
}

class DeviceLaunch : public testing::TestWithParam<bool> {
protected:
  DeviceLaunch() { setenv("EMBLEM_CUDA_GRAPHS", GetParam() ? "1" : "0", 1); }
};

} // namespace

TEST_P(DeviceLaunch, GivesTheVectorsOfAPlainLoop) {
  for (size_t count : {1, 2, 9, 100, 3000}) {
    const DeviceModel model;
    setenv("EMBLEM_CUDA_GRAPHS", GetParam() ? "1" : "0", 1);
    const Sequences sequences = randomSequences(count, uint32_t(count));
    EXPECT_EQ(embedOn(model, "cuda", sequences), expectedVectors(sequences));
    EXPECT_EQ(driver().count("cuGraphLaunch") > 0, GetParam());
    EXPECT_TRUE(driver().live.empty());
  }
}

TEST_P(DeviceLaunch, TextsTooMakeTheirWay) {
  const DeviceModel model;
  EmblemOptions options = optionsFor("cuda");
  options.max_batch_tokens = 16;
  OwnedModel opened = openModel(model.table, options);
  OwnedModel onCpu = openModel(model.table, optionsFor("cpu"));
  const std::vector<EmblemText> texts(50, EmblemText{"a bb ccc", 8});
  std::vector<float> vectors(100), expected(100);
  ASSERT_EQ(
      emblem_embed(opened.get(), texts.data(), 50, vectors.data(), nullptr),
      EMBLEM_OK)
      << emblem_last_error();
  ASSERT_EQ(
      emblem_embed(onCpu.get(), texts.data(), 50, expected.data(), nullptr),
      EMBLEM_OK);
  EXPECT_EQ(vectors, expected);

  // One that is cut ends the call; what was begun is done.
  options.overflow = EMBLEM_ERROR;
  opened = openModel(model.table, options);
  std::vector<EmblemText> cut = texts;
  cut[40] = {"a b c d e f g h", 15};
  vectors.assign(100, 0);
  EXPECT_EQ(emblem_embed(opened.get(), cut.data(), 50, vectors.data(), nullptr),
            EMBLEM_TEXT_TOO_LONG);
  EXPECT_TRUE(
      std::equal(vectors.begin(), vectors.begin() + 60, expected.begin()));
}

TEST_P(DeviceLaunch, TheNextBatchIsQueuedBeforeTheLastOneEnds) {
  const DeviceModel model;
  EmblemOptions options = optionsFor("cuda");
  options.max_batch_tokens = 8;
  OwnedModel opened = openModel(model.table, options);
  Sequences sequences;
  for (int i = 0; i < 3; ++i)
    sequences.add({1, 2, 3, 4, 5, 6});
  std::vector<float> vectors;
  driver().calls.clear();
  ASSERT_EQ(embed(opened.get(), sequences, vectors), EMBLEM_OK);
  std::string order;
  for (const std::string &call : driver().calls)
    order += call == "cuMemcpyHtoDAsync_v2" ? "s"
             : call == "cuEventSynchronize" ? "l"
                                            : "";
  EXPECT_EQ(order, "sslsll");
  EXPECT_EQ(vectors, expectedVectors(sequences));
}

TEST_P(DeviceLaunch, TheCallersContextStaysItsOwn) {
  const DeviceModel model;
  int other;
  ASSERT_EQ(
      driverFunction<decltype(cuCtxSetCurrent)>("cuCtxSetCurrent")(&other), 0);
  embedOn(model, "cuda", oneOf(4));
  void *context = nullptr;
  driverFunction<decltype(cuCtxGetCurrent)>("cuCtxGetCurrent")(&context);
  EXPECT_EQ(context, &other);
  driverFunction<decltype(cuCtxSetCurrent)>("cuCtxSetCurrent")(nullptr);
}

TEST_P(DeviceLaunch, LaunchesEachStageInOrderWithItsGrid) {
  const DeviceModel model;
  setenv("EMBLEM_CUDA_GRAPHS", GetParam() ? "1" : "0", 1);
  Sequences sequences;
  for (int i = 0; i < 5; ++i)
    sequences.add({1, 2, 3, 4}); // 20 tokens, in the bucket of 24
  embedOn(model, "cuda", sequences);
  EXPECT_EQ(entries(),
            (std::vector<std::string>{"embed_few", "tiles", "pool"}));
  const std::vector<RecordedLaunch> &launches = driver().launches;
  EXPECT_EQ(launches[0].gridX, 33u);
  EXPECT_EQ(launches[0].gridY, GetParam() ? 6u : 5u);
  EXPECT_EQ(launches[0].threads, 128u);
  // 2 tiles a text; at most 24 / 3 and one for each of the bucket's 6 texts.
  EXPECT_EQ(launches[1].gridY, GetParam() ? 4u : 3u);
  EXPECT_EQ(launches[2].gridY, 2u);
  EXPECT_EQ(launches[2].gridX, 1u);
}

TEST_P(DeviceLaunch, AGridGoesOnInItsThirdDimension) {
  const DeviceModel model;
  setenv("EMBLEM_CUDA_GRAPHS", GetParam() ? "1" : "0", 1);
  EmblemOptions options = optionsFor("cuda");
  options.max_batch_tokens = 65535 * 4 + 5;
  OwnedModel opened = openModel(model.table, options);
  Sequences sequences;
  for (int i = 0; i < 65535 + 1; ++i)
    sequences.add({i % 7, 2, 3, 4});
  std::vector<float> vectors;
  ASSERT_EQ(embed(opened.get(), sequences, vectors), EMBLEM_OK);
  EXPECT_EQ(vectors, expectedVectors(sequences));
  const RecordedLaunch &launch = driver().launches[0];
  EXPECT_EQ(launch.gridZ, 2u);
  EXPECT_LE(launch.gridY, 65535u);
}

TEST_P(DeviceLaunch, ArgumentsPointWhereTheTableSays) {
  const DeviceModel model;
  setenv("EMBLEM_CUDA_GRAPHS", GetParam() ? "1" : "0", 1);
  EmblemOptions options = optionsFor("cuda");
  options.max_batch_tokens = 40; // a capacity of 48
  OwnedModel opened = openModel(model.table, options);
  std::vector<float> vectors;
  ASSERT_EQ(embed(opened.get(), oneOf(8), vectors), EMBLEM_OK);
  const auto &embed = driver().launches[0].parameters;
  const auto &pool = driver().launches[2].parameters;
  auto distance = [](const void *from, const void *to) {
    return static_cast<const char *>(to) - static_cast<const char *>(from);
  };
  EXPECT_EQ(distance(embed[1], embed[2]), 4 * 48 + 16);
  EXPECT_EQ(distance(embed[1], embed[0]), 12 * 48 + 192) << "behind the arena";
  EXPECT_EQ(distance(embed[0], embed[3]), 256) << "the ids behind the shape";
  EXPECT_EQ(distance(pool[5], embed[6]), 256) << "of the weights";
  EXPECT_EQ(pool[0], embed[0]);
  EXPECT_EQ(pool[3], embed[5]);
  EmblemModelInfo info;
  emblem_info(opened.get(), &info);
  EXPECT_EQ(info.max_batch_tokens, 40);
  EXPECT_EQ(info.arena_bytes, 12 * 48 + 192);
}

TEST_P(DeviceLaunch, LoadsTheRowClassesInUseAlone) {
  const DeviceModel model;
  OwnedModel opened = openModel(model.table, optionsFor("cuda"));
  EXPECT_TRUE(driver().code.empty());
  std::vector<float> vectors;
  embed(opened.get(), oneOf(8), vectors);
  EXPECT_EQ(driver().code, (std::multiset<std::string>{"// embed, few rows",
                                                       "// tiles and pool"}));
  EXPECT_TRUE(driver().maxSharedBytes.empty());
  embed(opened.get(), randomSequences(20, 3), vectors);
  embed(opened.get(), oneOf(3), vectors);
  EXPECT_EQ(driver().code.size(), 3u);
  ASSERT_EQ(driver().maxSharedBytes.size(), 1u);
  EXPECT_EQ(driver().maxSharedBytes.begin()->second, 100 << 10);
  EXPECT_EQ(driver().count("cuModuleGetFunction"), 4);
}

TEST_P(DeviceLaunch, LeavesOutWhatNobodyWants) {
  DeviceModel model;
  static constexpr EmblemOutput outputs[] = {
      {"dense", EMBLEM_DENSE, EMBLEM_ROWS_ARE_SEQUENCES, 2, nullptr, 0, 0},
      {"tokens", EMBLEM_MULTI_VECTOR, EMBLEM_ROWS_ARE_TOKENS, 1, nullptr, 0,
       0}};
  model.table.outputs = outputs;
  model.table.output_count = 2;
  // "tokens" is what embed writes first.
  model.embedArguments[1] = {EMBLEM_ARGUMENT_OUTPUT, 0, 0, 1};
  model.poolArguments[1] = model.embedArguments[1];
  model.tileKernels[0] = model.embedKernels[1];
  model.stages[1] = model.stages[0];
  model.stages[1].output = 1; // again, for the output alone
  OwnedModel opened = openModel(model.table, optionsFor("cuda"));
  float dense[2] = {}, tokens[2] = {};
  const int32_t ids[] = {4, 5};
  const int64_t offsets[] = {0, 2};
  for (int wanted = 0; wanted < 4; ++wanted) {
    driver().launches.clear();
    float *rows[] = {wanted & 1 ? dense : nullptr,
                     wanted & 2 ? tokens : nullptr};
    ASSERT_EQ(emblem_run(opened.get(), ids, offsets, 1, rows), EMBLEM_OK)
        << emblem_last_error();
    EXPECT_EQ(entries().size(), 1u + (wanted & 1) + (wanted >> 1));
  }
  EXPECT_EQ(dense[0], 9);
  EXPECT_EQ(tokens[0], 4);
  EXPECT_EQ(tokens[1], 5);
}

TEST_P(DeviceLaunch, ABatchOfManyWideVectorsGoesInParts) {
  DeviceModel model;
  static constexpr EmblemOutput wide = {
      "sparse", EMBLEM_SPARSE, EMBLEM_ROWS_ARE_SEQUENCES, 1 << 21, nullptr, 0,
      0};
  model.table.outputs = &wide; // 8 MiB a text, so that 8 go together
  model.table.output_count = 1;
  OwnedModel opened = openModel(model.table, optionsFor("cuda"));
  std::vector<int32_t> ids(20);
  std::vector<int64_t> offsets = {0};
  for (int32_t i = 0; i < 20; ++i) {
    ids[size_t(i)] = i;
    offsets.push_back(i + 1);
  }
  std::vector<float> rows(20 << 21);
  float *outputs[] = {rows.data()};
  ASSERT_EQ(emblem_run(opened.get(), ids.data(), offsets.data(), 20, outputs),
            EMBLEM_OK)
      << emblem_last_error();
  EXPECT_EQ(entries().size(), 9u);
  // The kernel writes two floats a text.
  for (size_t i = 0; i < 20; ++i)
    EXPECT_EQ(rows[(i / 8 * 8 << 21) + 2 * (i % 8)], float(i));
}

TEST_P(DeviceLaunch, AllocatesNothingOnceABucketIsWarm) {
  const DeviceModel model;
  EmblemOptions options = optionsFor("cuda");
  options.max_batch_tokens = 512;
  OwnedModel opened = openModel(model.table, options);
  const Sequences sequences = randomSequences(3000, 1);
  std::vector<float> vectors(6000);
  auto run = [&](size_t count) {
    emblem_embed_ids(opened.get(), sequences.ids.data(),
                     sequences.offsets.data(), count, vectors.data());
  };
  for (size_t count : {1, 3000, 17})
    run(count);
  const int64_t onDevice = driver().count("cuMemAlloc_v2");
  const int64_t graphs = driver().count("cuGraphInstantiateWithFlags");
  const int64_t before = allocationCount();
  for (size_t count : {1, 3000, 17})
    run(count);
  EXPECT_EQ(allocationCount() - before, 0);
  EXPECT_EQ(driver().count("cuMemAlloc_v2"), onDevice);
  EXPECT_EQ(driver().count("cuGraphInstantiateWithFlags"), graphs);
}

TEST_P(DeviceLaunch, MoreBucketsThanGraphsAreKept) {
  DeviceModel model;
  model.table.max_positions = 4096;
  OwnedModel opened = openModel(model.table, optionsFor("cuda"));
  std::vector<float> vectors;
  for (int turn = 0; turn < 2; ++turn)
    for (size_t length = 1; length <= 4096; length *= 2)
      for (size_t texts = 1; texts <= 64; texts *= 2) {
        Sequences sequences;
        for (size_t i = 0; i < texts; ++i)
          sequences.add(std::vector<int32_t>(length, int32_t(i % 2)));
        ASSERT_EQ(embed(opened.get(), sequences, vectors), EMBLEM_OK);
        ASSERT_EQ(vectors, expectedVectors(sequences));
      }
  EXPECT_LE(driver().live.count("launchable graph"), 64u);
}

TEST_P(DeviceLaunch, StagesAreTimed) {
  const DeviceModel model;
  OwnedModel opened = openModel(model.table, optionsFor("cuda"));
  const Sequences sequences = oneOf(5);
  float vector[2];
  int64_t nanoseconds[3] = {0, 0, 7};
  ASSERT_EQ(emblem::runtime::embedIds(*opened, sequences.ids.data(), nullptr,
                                      sequences.offsets.data(), 1, {{vector}},
                                      nanoseconds),
            EMBLEM_OK);
  EXPECT_EQ(nanoseconds[0], 500000);
  EXPECT_EQ(nanoseconds[2], 500007);
  EXPECT_EQ(vector[0], 35);
}

TEST_P(DeviceLaunch, CallersTakeTurnsAndModelsShareWeights) {
  const DeviceModel model;
  constexpr int models = 3, callers = 4;
  OwnedModel opened[models];
  for (OwnedModel &one : opened)
    one = openModel(model.table, optionsFor("cuda"));
  EXPECT_EQ(driver().live.count("context"), 1u);
  EXPECT_EQ(driver().live.count("memory"), 1u + models);
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int i = 0; i < models * callers; ++i)
    threads.emplace_back([&, i] {
      const Sequences sequences = randomSequences(40, uint32_t(i));
      std::vector<float> vectors;
      for (int turn = 0; turn < 20; ++turn)
        wrong +=
            embed(opened[i % models].get(), sequences, vectors) != EMBLEM_OK ||
            vectors != expectedVectors(sequences);
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
  for (OwnedModel &one : opened)
    one.reset();
  EXPECT_TRUE(driver().live.empty());
}

TEST(DeviceCode, MachineCodeIsTakenWhereTheDeviceTakesIt) {
  DeviceModel model;
  model.embedKernels[0].cubin = "\x7f"
                                "ELF";
  model.embedKernels[0].cubin_bytes = 5;
  std::vector<float> expected = expectedVectors(oneOf(4));
  EXPECT_EQ(embedOn(model, "cuda", oneOf(4)), expected);
  EXPECT_EQ(driver().code.count("// embed, few rows"), 1u);
  driver().takesCubins = true;
  driver().code.clear();
  EXPECT_EQ(embedOn(model, "cuda", oneOf(4)), expected);
  EXPECT_EQ(driver().code.size(), 2u);
  EXPECT_EQ(driver().code.count("// embed, few rows"), 0u);
}

INSTANTIATE_TEST_SUITE_P(By, DeviceLaunch, testing::Bool(),
                         [](const auto &how) {
                           return how.param ? "Graphs" : "Launches";
                         });
