//===- open_model_test.cpp - From a table to an open model ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/unit/runtime/small_model.h"
#include "test/unit/runtime/thread_limit.h"

#include "runtime/cpu/cpu_features.h"
#include "runtime/cpu/x86/feature_bits.h"
#include "runtime/platform/usable_cpus.h"

#include <cstdlib>
#include <cstring>
#include <elf.h>
#include <fstream>
#include <gtest/gtest.h>

namespace {

/// Opens a table that must be refused; gives the sentence.
std::string refusal(const EmblemModelTable *table, EmblemStatus status,
                    const EmblemOptions &options = defaultOptions()) {
  int untouched;
  EmblemModel *model = reinterpret_cast<EmblemModel *>(&untouched);
  EXPECT_EQ(emblem_open(table, &options, &model), status);
  EXPECT_EQ(model, nullptr) << "no half-open model";
  return emblem_last_error();
}

std::string loadRefusal(const char *path,
                        EmblemStatus status = EMBLEM_CANNOT_LOAD) {
  EmblemModel *model = nullptr;
  EXPECT_EQ(emblem_load(path, nullptr, &model), status);
  EXPECT_EQ(model, nullptr);
  return emblem_last_error();
}

bool contains(const std::string &text, const char *part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST(Open, InfoIsTheTablesAndTheOptions) {
  struct {
    EmblemModelTable table = smallModel();
    char report[3] = "{}";
  } small;
  small.table.self = &small.table;
  small.table.report_distance = small.report - reinterpret_cast<char *>(&small);
  EmblemOptions options = defaultOptions();
  options.threads = 2;
  options.pin_threads = 1;
  options.max_batch_tokens = 40;
  OwnedModel model = openModel(small.table, options);
  EmblemModelInfo info;
  ASSERT_EQ(emblem_info(model.get(), &info), EMBLEM_OK);
  EXPECT_STREQ(info.name, "small");
  EXPECT_STREQ(info.target, "x86-64-v2");
  EXPECT_STREQ(info.precision, "f32");
  EXPECT_STREQ(info.report, "{}");
  EXPECT_EQ(info.dimension, 2);
  EXPECT_EQ(info.vocabulary_size, 100);
  EXPECT_EQ(info.max_tokens, 6);
  EXPECT_EQ(info.max_positions, 8);
  EXPECT_EQ(info.parameters, 7);
  EXPECT_EQ(info.max_batch_tokens, 40);
  // 20 tokens for each thread, in whole cache lines.
  EXPECT_EQ(info.arena_bytes, 2 * 192);
  EXPECT_EQ(info.threads, 2);
  EXPECT_STREQ(info.device, "cpu");
}

TEST(Open, DefaultsFitTheMachineAndTheModel) {
  const EmblemModelTable table = smallModel();
  EmblemModelInfo info;
  ASSERT_EQ(emblem_info(openModel(table).get(), &info), EMBLEM_OK);
  EXPECT_EQ(info.threads, emblem::platform::usableCpus());
  EXPECT_EQ(info.max_batch_tokens, 16384);
  // A sequence of every position must fit, however small the batch.
  EmblemOptions options = defaultOptions();
  options.max_batch_tokens = 1;
  ASSERT_EQ(emblem_info(openModel(table, options).get(), &info), EMBLEM_OK);
  EXPECT_EQ(info.max_batch_tokens, 8);
}

// A container may give fewer than it has CPUs.
TEST(Open, TheDefaultIsWhatTheSystemGives) {
  const EmblemModelTable table = smallModel();
  ThreadLimit limit(0);
  OwnedModel model = openModel(table);
  EmblemModelInfo info;
  ASSERT_EQ(emblem_info(model.get(), &info), EMBLEM_OK);
  EXPECT_EQ(info.threads, 1);
  const Sequences texts = randomSequences(9, 1);
  std::vector<float> vectors(2 * texts.count());
  ASSERT_EQ(emblem_embed_ids(model.get(), texts.ids.data(),
                             texts.offsets.data(), texts.count(),
                             vectors.data()),
            EMBLEM_OK);
  EXPECT_EQ(vectors, expectedVectors(texts));
}

TEST(Open, RefusesThreadsThatTheSystemDoesNotGive) {
  const EmblemModelTable table = smallModel();
  EmblemOptions options = defaultOptions();
  options.threads = 3;
  {
    ThreadLimit limit(2);
    EXPECT_NE(openModel(table, options), nullptr);
  }
  ThreadLimit limit(1);
  EXPECT_EQ(refusal(&table, EMBLEM_OUT_OF_MEMORY, options),
            "the system does not give 3 threads; ask for fewer");
}

TEST(Open, Prompts) {
  const EmblemModelTable table = smallModel();
  OwnedModel model = openModel(table);
  EXPECT_STREQ(emblem_prompt(model.get(), "passage"), "of: ");
  EXPECT_STREQ(emblem_prompt(model.get(), nullptr), "ask: ") << "the default";
  EXPECT_EQ(emblem_prompt(model.get(), "other"), nullptr);
  EmblemModelTable without = smallModel();
  without.default_prompt = nullptr;
  EXPECT_EQ(emblem_prompt(openModel(without).get(), nullptr), nullptr);
}

TEST(Open, RefusesNull) {
  const EmblemModelTable table = smallModel();
  EXPECT_EQ(emblem_open(&table, nullptr, nullptr), EMBLEM_INVALID_ARGUMENT);
  EXPECT_STREQ(emblem_last_error(), "model is null");
  refusal(nullptr, EMBLEM_INVALID_ARGUMENT);
  EXPECT_EQ(emblem_info(nullptr, nullptr), EMBLEM_INVALID_ARGUMENT);
  emblem_free(nullptr);
}

TEST(Open, RefusesWhatIsNoModel) {
  EmblemModelTable table = smallModel();
  table.magic = 7;
  EXPECT_TRUE(contains(refusal(&table, EMBLEM_CANNOT_LOAD),
                       "not a model that emblemc compiled"));
}

TEST(Open, RefusesAnotherAbiAndReadsNoFurther) {
  EmblemModelTable table = smallModel();
  table.abi_version = 99;
  table.stages = nullptr;
  const std::string sentence = refusal(&table, EMBLEM_WRONG_ABI);
  EXPECT_TRUE(contains(sentence, "version 99")) << sentence;
  EXPECT_TRUE(contains(sentence, "compile the model again")) << sentence;
}

TEST(Open, RefusesWhatALaterCompilerAdds) {
  EmblemModelTable table = smallModel();
  table.extensions[1] = 1;
  EXPECT_TRUE(contains(refusal(&table, EMBLEM_WRONG_ABI),
                       "use the runtime that came with the emblemc"));
}

TEST(Open, RefusesAnotherArchitecture) {
  EmblemModelTable table = smallModel();
  table.target = "elsewhere";
  table.architecture =
      EMBLEM_OWN_ARCHITECTURE == EMBLEM_X86_64 ? EMBLEM_AARCH64 : EMBLEM_X86_64;
  std::string sentence = refusal(&table, EMBLEM_WRONG_CPU);
  EXPECT_TRUE(contains(sentence, "compiled for elsewhere (")) << sentence;
  EXPECT_TRUE(contains(sentence, "x86-64")) << sentence;
  EXPECT_TRUE(contains(sentence, "AArch64")) << sentence;
  table.architecture = 99;
  sentence = refusal(&table, EMBLEM_WRONG_CPU);
  EXPECT_TRUE(contains(sentence, "that this runtime does not know"))
      << sentence;
}

TEST(Open, RefusesACpuThatLacksWhatTheCodeNeeds) {
  EmblemModelTable table = smallModel();
  table.target = "x86-64-v3";
  table.cpu_features[0] = EMBLEM_CPU_SSE42 | EMBLEM_CPU_AVX2_FMA;
  setenv("EMBLEM_TEST_CPU", "0x1", 1);
  const std::string sentence = refusal(&table, EMBLEM_WRONG_CPU);
  unsetenv("EMBLEM_TEST_CPU");
  EXPECT_TRUE(contains(sentence, "compiled for x86-64-v3")) << sentence;
  EXPECT_TRUE(contains(sentence, "AVX2 with FMA")) << sentence;

  table.cpu_features[0] = emblem::runtime::detectCpuFeatures();
  EXPECT_NE(openModel(table), nullptr);
  table.cpu_features[1] = 1;
  EXPECT_TRUE(contains(refusal(&table, EMBLEM_WRONG_CPU),
                       "CPU features that this runtime does not know"));
}

TEST(Open, RefusesADamagedTable) {
  const auto damaged = [](auto change) {
    EmblemModelTable table = smallModel();
    change(table);
    EXPECT_TRUE(contains(refusal(&table, EMBLEM_CANNOT_LOAD), "is damaged: "));
  };
  static const EmblemStage noCode = {};
  damaged([](auto &table) { table.dimension = 0; });
  damaged([](auto &table) { table.vocabulary_size = 0; });
  damaged([](auto &table) { table.max_tokens = 9; });
  damaged([](auto &table) { table.max_positions = int64_t(1) << 40; });
  damaged([](auto &table) { table.row_block = 0; });
  damaged([](auto &table) { table.arena_bytes_per_token = -1; });
  damaged([](auto &table) { // the weights would begin at address 4
    table.self = &table;
    table.weights_distance = 4 - int64_t(reinterpret_cast<uintptr_t>(&table));
    table.weights_bytes = 64;
  });
  damaged([](auto &table) { table.weights_bytes = 64; });
  damaged([](auto &table) { table.stage_count = 0; });
  damaged([](auto &table) { table.stages = &noCode; });
  damaged([](auto &table) { table.tokenizer = "wrong"; });
}

TEST(Open, RefusesOptionsOutOfRange) {
  const EmblemModelTable table = smallModel();
  const auto refused = [&](auto change) {
    EmblemOptions options = defaultOptions();
    change(options);
    return refusal(&table, EMBLEM_INVALID_ARGUMENT, options);
  };
  EXPECT_EQ(refused([](auto &options) { options.threads = -1; }),
            "threads is -1; it must be 1 to 4096, or 0 for as many as the "
            "process may use");
  EXPECT_TRUE(contains(refused([](auto &options) { options.threads = 5000; }),
                       "threads is 5000"));
  EXPECT_TRUE(
      contains(refused([](auto &options) { options.max_batch_tokens = -2; }),
               "max_batch_tokens is -2"));
  EXPECT_TRUE(contains(refused([](auto &options) {
                         const int seven = 7;
                         std::memcpy(&options.overflow, &seven, sizeof(seven));
                       }),
                       "overflow is 7"));
}

TEST(Open, TheOptionsSizeSaysWhichVersionTheyAre) {
  const EmblemModelTable table = smallModel();
  struct {
    EmblemOptions options = {};
    char later[8] = {};
  } given;
  const auto refused = [&](size_t size) {
    given.options.size = size;
    return refusal(&table, EMBLEM_INVALID_ARGUMENT, given.options);
  };
  EXPECT_EQ(refused(0), "the options' size is 0; set it to "
                        "sizeof(EmblemOptions), or pass null for the defaults");
  refused(8);
  refused(sizeof(EmblemOptions) - 1);
  refused(size_t(1) << 40); // no struct; it is not read

  // An earlier version ends before the device.
  given.options.device = "not a string of this version";
  given.options.threads = 3;
  given.options.size = offsetof(EmblemOptions, device);
  EmblemModelInfo info;
  ASSERT_EQ(emblem_info(openModel(table, given.options).get(), &info),
            EMBLEM_OK);
  EXPECT_EQ(info.threads, 3);

  // A later one has more, which may be 0.
  given.options.device = nullptr;
  given.options.size = sizeof(given);
  EXPECT_NE(openModel(table, given.options), nullptr);
  given.later[5] = 1;
  EXPECT_TRUE(contains(refused(sizeof(given)), "does not have"));
}

TEST(Open, TheDeviceIsTheCpu) {
  const EmblemModelTable table = smallModel();
  EmblemOptions options = defaultOptions();
  options.device = "cpu";
  EXPECT_NE(openModel(table, options), nullptr);
  options.device = "cuda:1";
  EXPECT_TRUE(contains(refusal(&table, EMBLEM_NO_DEVICE, options),
                       "compiled for the CPU alone"));
}

TEST(Open, RefusesMoreMemoryThanThereIs) {
  EmblemModelTable table = smallModel();
  EmblemOptions options = defaultOptions();
  options.max_batch_tokens = INT32_MAX;
  for (int64_t bytes : {int64_t(1) << 40, int64_t(1) << 30}) {
    table.arena_bytes_per_token = bytes;
    EXPECT_TRUE(contains(refusal(&table, EMBLEM_OUT_OF_MEMORY, options),
                         "choose a smaller max_batch_tokens"));
  }
}

TEST(Load, RunsASharedLibrary) {
  EmblemModel *opened = nullptr;
  ASSERT_EQ(emblem_load(SMALL_MODEL_LIBRARY, nullptr, &opened), EMBLEM_OK)
      << emblem_last_error();
  OwnedModel model(opened);
  const int32_t ids[] = {4, 5, 9};
  const int64_t offsets[] = {0, 2, 3};
  float vectors[2];
  ASSERT_EQ(emblem_embed_ids(opened, ids, offsets, 2, vectors), EMBLEM_OK);
  EXPECT_EQ(vectors[0], 4);
  EXPECT_EQ(vectors[1], 9);
}

static std::string readLibrary() {
  std::ifstream library(SMALL_MODEL_LIBRARY, std::ios::binary);
  return {std::istreambuf_iterator<char>(library), {}};
}

// The loader of glibc passes over it, and finds no such file.
TEST(Load, RefusesALibraryOfAnotherArchitecture) {
  std::string bytes = readLibrary();
  bytes[offsetof(Elf64_Ehdr, e_machine)] = EM_S390;
  const std::string path = testing::TempDir() + "foreign.so";
  std::ofstream(path, std::ios::binary) << bytes;
  EXPECT_TRUE(contains(loadRefusal(path.c_str(), EMBLEM_WRONG_CPU),
                       "it is for another CPU architecture; compile"));
}

// What is missing would read as zeros, or end the process.
TEST(Load, RefusesALibraryThatIsCutOff) {
  const std::string bytes = readLibrary();
  std::string path = testing::TempDir() + "cut_off.so";
  for (size_t size : {bytes.size() / 2, size_t(4096), size_t(1000)}) {
    std::ofstream(path, std::ios::binary) << bytes.substr(0, size);
    EXPECT_TRUE(contains(loadRefusal(path.c_str()),
                         "cut_off.so: it is cut off, the last "))
        << size;
  }
}

TEST(Load, SaysWhatIsWrongWithTheFile) {
  EXPECT_EQ(loadRefusal("/no/such/model.so"),
            "/no/such/model.so: No such file or directory");
  EXPECT_TRUE(contains(loadRefusal(NO_MODEL_LIBRARY),
                       "it does not define emblem_model_table"));
  const std::string text = testing::TempDir() + "/emblem-not-a-library.so";
  std::ofstream(text) << "hello";
  EXPECT_TRUE(contains(loadRefusal(text.c_str()), "not a shared library"));
  std::remove(text.c_str());
  EmblemModel *model = nullptr;
  EXPECT_EQ(emblem_load(nullptr, nullptr, &model), EMBLEM_INVALID_ARGUMENT);
}
