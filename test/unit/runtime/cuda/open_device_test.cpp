//===- open_device_test.cpp - The choice of a device ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/unit/runtime/cuda/device_model.h"

#include "runtime/execute/cuda/batch_rows.h"
#include "runtime/platform/file.h"

#include <cstring>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

std::string deviceOf(const EmblemModelTable &table, const char *device) {
  EmblemModelInfo info;
  EXPECT_EQ(emblem_info(openModel(table, optionsFor(device)).get(), &info),
            EMBLEM_OK);
  // The name goes with the model.
  return std::strncmp(info.device, "cpu", 4) == 0 ? "cpu" : "";
}

/// The sentence of a table that must be refused.
std::string refusal(const EmblemModelTable &table, const EmblemOptions &options,
                    EmblemStatus status = EMBLEM_NO_DEVICE) {
  EmblemModel *model = nullptr;
  EXPECT_EQ(emblem_open(&table, &options, &model), status)
      << emblem_last_error();
  EXPECT_EQ(model, nullptr);
  EXPECT_TRUE(driver().live.empty());
  return emblem_last_error();
}

std::string refusal(const EmblemModelTable &table, const char *device,
                    EmblemStatus status = EMBLEM_NO_DEVICE) {
  return refusal(table, optionsFor(device), status);
}

bool contains(const std::string &text, const char *part) {
  return text.find(part) != std::string::npos;
}

Sequences some() { return randomSequences(5, 5); }

/// What a forked child says; 0 where all is well.
int inChild(const std::function<bool()> &body) {
  const pid_t child = fork();
  if (child == 0)
    _exit(body() ? 0 : 1);
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

} // namespace

TEST(OpenDevice, AutoTakesTheDevice) {
  const DeviceModel model;
  for (const char *wish :
       {static_cast<const char *>(nullptr), "auto", "cuda", "cuda:0"}) {
    OwnedModel opened = openModel(model.table, optionsFor(wish));
    EmblemModelInfo info;
    emblem_info(opened.get(), &info);
    EXPECT_STREQ(info.device, "cuda:0 (Recorder, 9.0)");
    EXPECT_STREQ(info.target, "cuda");
    EXPECT_STREQ(info.precision, "bf16");
    EXPECT_EQ(info.max_batch_tokens, 32768);
  }
}

TEST(OpenDevice, TheCpuNeverAsksTheDriver) {
  const DeviceModel model;
  EXPECT_EQ(deviceOf(model.table, "cpu"), "cpu");
  EXPECT_EQ(embedOn(model, "cpu", some()), expectedVectors(some()));
  const EmblemModelTable without = smallModel();
  EXPECT_EQ(deviceOf(without, "auto"), "cpu");
  OwnedModel none = openModel(model.table, optionsFor("none"));
  EXPECT_TRUE(driver().calls.empty());
}

TEST(OpenDevice, NoneIsForTheTokenizer) {
  DeviceModel model;
  model.forDeviceAlone();
  OwnedModel opened = openModel(model.table, optionsFor("none"));
  int32_t ids[8];
  size_t count = 0;
  EXPECT_EQ(emblem_tokenize(opened.get(), {"a bb", 4}, ids, 8, &count, nullptr),
            EMBLEM_OK);
  EXPECT_EQ(count, 4u);
  EmblemModelInfo info;
  ASSERT_EQ(emblem_info(opened.get(), &info), EMBLEM_OK);
  EXPECT_STREQ(info.device, "none");
  std::vector<float> vectors;
  EXPECT_EQ(embed(opened.get(), some(), vectors), EMBLEM_NO_DEVICE);
  EXPECT_TRUE(contains(emblem_last_error(), "as device auto"));
  const EmblemText text = {"a", 1};
  EXPECT_EQ(emblem_embed(opened.get(), &text, 1, vectors.data(), nullptr),
            EMBLEM_NO_DEVICE);
}

TEST(OpenDevice, RefusesWordsThatAreNoDevice) {
  const DeviceModel model;
  for (const char *word : {"gpu", "", "cuda:", "cuda:x", "cuda:-1", "cuda:1 ",
                           "cuda:99999999999", "CPU"})
    EXPECT_TRUE(contains(refusal(model.table, word, EMBLEM_INVALID_ARGUMENT),
                         "it must be auto, cpu, cuda, cuda:N"))
        << word;
}

TEST(OpenDevice, WithoutADriver) {
  DeviceModel model;
  setenv("EMBLEM_CUDA", "/no/such/libcuda.so", 1);
  EXPECT_EQ(deviceOf(model.table, "auto"), "cpu");
  EXPECT_TRUE(contains(emblem_last_error(), "there is no NVIDIA driver here"));
  EXPECT_EQ(embedOn(model, "auto", some()), expectedVectors(some()));
  std::string sentence = refusal(model.table, "cuda");
  EXPECT_TRUE(contains(sentence, "/no/such/libcuda.so")) << sentence;
  EXPECT_TRUE(contains(sentence, "runs on the CPU, as device cpu")) << sentence;
  model.forDeviceAlone();
  sentence = refusal(model.table, "auto");
  EXPECT_TRUE(contains(sentence, "--target=native,cuda")) << sentence;
  EXPECT_TRUE(contains(refusal(model.table, "cpu"), "for cuda alone"));
  // A library that is no driver.
  setenv("EMBLEM_CUDA", NO_MODEL_LIBRARY, 1);
  EXPECT_TRUE(contains(refusal(model.table, "cuda"), "has no cu"));
}

TEST(OpenDevice, SaysWhatTheDriverLacks) {
  DeviceModel model;
  model.forDeviceAlone();
  driver().version = 11020;
  EXPECT_TRUE(contains(refusal(model.table, "auto"), "is for CUDA 11.2"));
  driver().version = 12040;
  driver().initializes = 100;
  EXPECT_TRUE(contains(refusal(model.table, "auto"), "sees no device here"));
  driver().initializes = 999;
  EXPECT_TRUE(contains(refusal(model.table, "auto"), "does not start: CUDA_"));
  driver().initializes = 0;
  driver().devices = 0;
  EXPECT_TRUE(contains(refusal(model.table, "auto"), "sees no device here"));
  driver().devices = 2;
  EXPECT_TRUE(contains(refusal(model.table, "cuda:2"), "there is no cuda:2"));
}

TEST(OpenDevice, CodeThatIsLaterThanTheDriver) {
  DeviceModel model;
  auto code = [&](const char *text) {
    model.poolKernels[0].code = text;
    model.poolKernels[0].code_bytes = int64_t(std::strlen(text)) + 1;
  };
  code("//\n.version 8.6\n.target sm_80");
  EXPECT_TRUE(contains(refusal(model.table, "cuda"),
                       "is for CUDA 12.4, and the model's code needs one for "
                       "CUDA 12.7"));
  code("//\n.version 8.4\n.target sm_80");
  EXPECT_EQ(embedOn(model, "cuda", some()), expectedVectors(some()));
  code(".version");
  EXPECT_EQ(embedOn(model, "cuda", some()), expectedVectors(some()));
}

TEST(OpenDevice, TheFirstDeviceThatCanRunTheFirstTableThatItCan) {
  DeviceModel model;
  driver().devices = 3;
  driver().capabilities[0] = 75;
  driver().capabilities[1] = 86;
  EmblemDeviceTable tables[] = {model.device, model.device};
  tables[0].compute_capability = 90;
  tables[0].precision = "int8";
  model.table.devices = tables;
  model.table.device_count = 2;
  auto opened = [&](const char *device) {
    OwnedModel one = openModel(model.table, optionsFor(device));
    EmblemModelInfo info;
    emblem_info(one.get(), &info);
    return std::string(info.device) + " " + info.precision;
  };
  EXPECT_EQ(opened("auto"), "cuda:1 (Recorder, 8.6) bf16");
  EXPECT_EQ(opened("cuda:2"), "cuda:2 (Recorder, 9.0) int8");
  EXPECT_TRUE(contains(refusal(model.table, "cuda:0"),
                       "cuda:0 (Recorder, 7.5) cannot run the model's code, "
                       "which needs compute capability 8.0"));
}

TEST(OpenDevice, MemoryBoundsTheBatches) {
  DeviceModel model;
  model.device.arena_bytes_per_token = 1 << 20;
  driver().freeBytes = size_t(3000) << 20;
  EmblemModelInfo info;
  {
    OwnedModel opened = openModel(model.table, optionsFor("auto"));
    emblem_info(opened.get(), &info);
    EXPECT_EQ(info.max_batch_tokens, 2048);
  }
  EmblemOptions options = optionsFor("cuda");
  options.max_batch_tokens = 4000;
  std::string sentence = refusal(model.table, options, EMBLEM_OUT_OF_MEMORY);
  EXPECT_TRUE(contains(sentence, "batches of 4000 tokens need ")) << sentence;
  EXPECT_TRUE(contains(sentence, "has 3000 MiB free; choose a smaller "
                                 "max_batch_tokens"))
      << sentence;
  options.device = "auto";
  EXPECT_EQ(emblem_info(openModel(model.table, options).get(), &info),
            EMBLEM_OK);
  EXPECT_EQ(info.max_batch_tokens, 4000) << "on the CPU";
  driver().freeBytes = size_t(70) << 20;
  EXPECT_TRUE(contains(refusal(model.table, "cuda", EMBLEM_OUT_OF_MEMORY),
                       "use a device with more"));
  driver().freeBytes = 100; // not even the weights
  EXPECT_TRUE(contains(refusal(model.table, "cuda", EMBLEM_OUT_OF_MEMORY),
                       "no room for the model's weights"));
  EXPECT_EQ(embedOn(model, "auto", some()), expectedVectors(some()));
}

TEST(OpenDevice, RowNumbersBoundTheBatches) {
  DeviceModel model;
  driver().freeBytes = size_t(1) << 40;
  EmblemOptions options = optionsFor("cuda");
  options.max_batch_tokens = (INT64_C(1) << 30) + 1;
  EXPECT_TRUE(contains(refusal(model.table, options, EMBLEM_OUT_OF_MEMORY),
                       "choose a smaller max_batch_tokens"));
}

TEST(OpenDevice, RefusesADamagedTable) {
  const auto damaged = [](auto change) {
    DeviceModel model;
    change(model);
    EXPECT_TRUE(contains(refusal(model.table, "cpu", EMBLEM_CANNOT_LOAD),
                         "the model's table is damaged: "));
    EXPECT_TRUE(driver().calls.empty());
  };
  damaged([](auto &model) { model.table.devices = nullptr; });
  damaged([](auto &model) { model.table.device_count = -1; });
  damaged([](auto &model) { model.device.kind = 7; });
  damaged([](auto &model) { model.device.target = nullptr; });
  damaged([](auto &model) { model.device.row_padding = 0; });
  damaged([](auto &model) { model.device.query_rows = 0; });
  damaged([](auto &model) { model.device.arena_bytes_per_token = -1; });
  damaged([](auto &model) { model.device.weights_bytes = 300; });
  damaged([](auto &model) { model.device.weights = nullptr; });
  damaged([](auto &model) { model.device.stage_count = 0; });
  damaged([](auto &model) { model.weights[0].source = 127; });
  damaged([](auto &model) { model.weights[0].place = 8; });
  damaged([](auto &model) { model.weights[1].rows = 5; });
  damaged([](auto &model) { model.weights[1].pitch = 3; });
  damaged([](auto &model) { model.weights[1].depth_bytes = 0; });
  damaged([](auto &model) { model.weights[1].rows = INT64_MAX / 2; });
  damaged([](auto &model) { model.stages[0].name = nullptr; });
  damaged([](auto &model) { model.stages[0].grid = 3; });
  damaged([](auto &model) { model.stages[2].output = 1; });
  damaged([](auto &model) { model.stages[0].kernel_count = 1; });
  damaged([](auto &model) { model.stages[0].argument_count = 33; });
  damaged([](auto &model) { model.embedKernels[1].code = nullptr; });
  damaged([](auto &model) { model.embedKernels[0].threads = 0; });
  damaged([](auto &model) { model.embedKernels[0].block_rows = 0; });
  damaged([](auto &model) { model.embedArguments[0].kind = 99; });
  damaged([](auto &model) { model.embedArguments[2].place = 129; });
  damaged([](auto &model) { model.embedArguments[2].per_token = 13; });
  damaged([](auto &model) { model.embedArguments[6].place = 1024; });
  damaged([](auto &model) { model.poolArguments[4].place = 1; });
  damaged([](auto &model) {
    model.embedArguments[3].kind = EMBLEM_ARGUMENT_TYPES;
  });
  damaged([](auto &model) {
    model.embedArguments[3].kind = EMBLEM_ARGUMENT_PIXELS;
  });
  damaged([](auto &model) { // neither CPU nor device
    model.forDeviceAlone();
    model.table.device_count = 0;
  });
}

TEST(OpenDevice, ATableThatNothingRuns) {
  DeviceModel model;
  model.device.runtime = nullptr;
  EXPECT_EQ(deviceOf(model.table, "auto"), "cpu");
  refusal(model.table, "cuda");
  EXPECT_TRUE(driver().calls.empty());
}

TEST(OpenDevice, AChildGetsASentence) {
  DeviceModel model;
  OwnedModel opened = openModel(model.table, optionsFor("cuda"));
  std::vector<float> vectors;
  ASSERT_EQ(embed(opened.get(), some(), vectors), EMBLEM_OK);
  EXPECT_EQ(
      inChild([&] {
        const size_t calls = driver().calls.size();
        if (embed(opened.get(), some(), vectors) != EMBLEM_NO_DEVICE ||
            !contains(emblem_last_error(), "CUDA does not work in a child"))
          return false;
        opened.reset();
        EmblemModel *other = nullptr;
        const EmblemOptions cuda = optionsFor("cuda");
        if (emblem_open(&model.table, &cuda, &other) != EMBLEM_NO_DEVICE ||
            !contains(emblem_last_error(), "was forked from one"))
          return false;
        return embedOn(model, "auto", some()) == expectedVectors(some()) &&
               driver().calls.size() == calls;
      }),
      0);
  EXPECT_EQ(embed(opened.get(), some(), vectors), EMBLEM_OK);
  EXPECT_EQ(vectors, expectedVectors(some()));
}

TEST(OpenDevice, BucketsAreTight) {
  using emblem::runtime::cuda::bucketOf;
  int64_t last = 0;
  for (int64_t count = 1; count < 5000; ++count) {
    const int64_t bucket = bucketOf(count);
    EXPECT_GE(bucket, count);
    EXPECT_LE(2 * bucket, 3 * count + 1);
    EXPECT_GE(bucket, last);
    last = bucket;
  }
  EXPECT_EQ(bucketOf(3), 3);
  EXPECT_EQ(bucketOf(4), 4);
  EXPECT_EQ(bucketOf(5), 6);
  EXPECT_EQ(bucketOf(97), 128);
}
