//===- driver_failure_test.cpp - A driver that fails anywhere -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/unit/runtime/cuda/device_model.h"

#include "runtime/model/model.h"

#include <gtest/gtest.h>

namespace {

Sequences some() { return randomSequences(40, 5); }

/// What giving back answers changes nothing, and who loads kernels beside others
/// may leave it to them.
bool isHarmless(const std::string &function) {
  return function == "cuCtxSetCurrent" || function == "cuCtxGetCurrent" ||
         function.find("Free") != std::string::npos ||
         function.find("Destroy") != std::string::npos ||
         function.find("Release") != std::string::npos ||
         function.find("Unload") != std::string::npos;
}

} // namespace

TEST(DriverFailure, EveryCallThatFailsIsASentenceAndLeavesNothing) {
  for (const char *graphs : {"1", "0"})
    for (int64_t failing = 1;; ++failing) {
      const DeviceModel model;
      setenv("EMBLEM_CUDA_GRAPHS", graphs, 1);
      driver().failingCall = failing;
      EmblemModel *opened = nullptr;
      const EmblemOptions options = optionsFor("cuda");
      EmblemStatus status = emblem_open(&model.table, &options, &opened);
      std::vector<float> vectors;
      if (status == EMBLEM_OK) {
        status = embed(opened, some(), vectors);
        if (status == EMBLEM_OK) {
          EXPECT_EQ(vectors, expectedVectors(some()));
        } else {
          EXPECT_EQ(status, EMBLEM_STAGE_FAILED);
          // It was one call; the next goes well, and nothing more comes to
          // where that one's vectors were wanted.
          std::vector<float> failed = std::move(vectors);
          vectors = {};
          failed.assign(failed.size(), 7);
          EXPECT_EQ(embed(opened, some(), vectors), EMBLEM_OK)
              << emblem_last_error();
          EXPECT_EQ(vectors, expectedVectors(some()));
          EXPECT_EQ(failed, std::vector<float>(failed.size(), 7))
              << driver().calls[size_t(failing - 1)];
          status = EMBLEM_STAGE_FAILED;
        }
      } else {
        EXPECT_EQ(status, EMBLEM_NO_DEVICE);
      }
      const bool failed = int64_t(driver().calls.size()) >= failing;
      const std::string function =
          failed ? driver().calls[size_t(failing - 1)] : "";
      if (failed && !isHarmless(function) &&
          driver().calls[size_t(failing - 1)] != "cuDriverGetVersion") {
        EXPECT_NE(status, EMBLEM_OK) << function;
        EXPECT_NE(std::string(emblem_last_error()), "");
      }
      emblem_free(opened);
      EXPECT_TRUE(driver().live.empty())
          << function << " " << failing << " leaves " << *driver().live.begin();
      if (!failed)
        break;
    }
}

TEST(DriverFailure, AutoFallsBackToTheCpuWhenOpeningAlone) {
  for (int64_t failing = 1;; ++failing) {
    const DeviceModel model;
    driver().failingCall = failing;
    OwnedModel opened = openModel(model.table, optionsFor("auto"));
    const bool failed = int64_t(driver().calls.size()) >= failing;
    EmblemModelInfo info;
    emblem_info(opened.get(), &info);
    driver().failingCall = 0;
    std::vector<float> vectors;
    EXPECT_EQ(embed(opened.get(), some(), vectors), EMBLEM_OK);
    EXPECT_EQ(vectors, expectedVectors(some()));
    if (!failed) {
      EXPECT_STRNE(info.device, "cpu");
      break;
    }
  }
  const DeviceModel model;
  OwnedModel opened = openModel(model.table, optionsFor("auto"));
  driver().failingFunction = "cuEventSynchronize";
  std::vector<float> vectors;
  EXPECT_EQ(embed(opened.get(), some(), vectors), EMBLEM_STAGE_FAILED);
  EXPECT_STREQ(emblem_last_error(),
               "the model's stages failed on cuda:0 (Recorder, 9.0); this call "
               "gives no vectors: CUDA_ERROR_LAUNCH_FAILED (719, the fake's "
               "text)");
}

TEST(DriverFailure, ADeviceThatCannotBeUsed) {
  const DeviceModel model;
  OwnedModel opened = openModel(model.table, optionsFor("cuda"));
  driver().failingFunction = "cuCtxSetCurrent";
  std::vector<float> vectors;
  EXPECT_EQ(embed(opened.get(), some(), vectors), EMBLEM_STAGE_FAILED);
  EmblemModel *other = nullptr;
  const EmblemOptions options = optionsFor("cuda");
  EXPECT_EQ(emblem_open(&model.table, &options, &other), EMBLEM_NO_DEVICE);
  driver().failingFunction = "";
}

TEST(DriverFailure, TheStageIsNamed) {
  const DeviceModel model;
  driver().kernels.erase("pool");
  OwnedModel opened = openModel(model.table, optionsFor("auto"));
  std::vector<float> vectors;
  EXPECT_EQ(embed(opened.get(), some(), vectors), EMBLEM_STAGE_FAILED);
  EXPECT_NE(std::string(emblem_last_error()).find("stage pool has no kernel"),
            std::string::npos)
      << emblem_last_error();
}

TEST(DriverFailure, TooLittleMemoryIsSaidToBeThat) {
  const DeviceModel model;
  driver().failingFunction = "cuMemHostAlloc";
  driver().failure = 2;
  EmblemModel *opened = nullptr;
  const EmblemOptions options = optionsFor("cuda");
  EXPECT_EQ(emblem_open(&model.table, &options, &opened), EMBLEM_OUT_OF_MEMORY);
}
