//===- embed_pixels_test.cpp - Pixels in, vectors out ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/unit/runtime/small_model.h"

#include <gtest/gtest.h>

namespace {

constexpr EmblemImageInput images = {2, 3,   1, EMBLEM_RESIZE_NONE, 0, 0,
                                     0, {1}, {}};
constexpr int64_t pixelCount = 6, patches = 3;

float *floats(EmblemSpan *span) { return static_cast<float *>(span->aligned); }

/// A patch is a column of two pixels; the arena has a number a patch.
int32_t addColumns(EmblemSpan *arena, EmblemSpan *, EmblemSpan *ids,
                   EmblemSpan *sequences, EmblemSpan *offsets, EmblemSpan *,
                   EmblemSpan *pixels, EmblemSpan *, int64_t rowBegin,
                   int64_t rowEnd, int64_t, int64_t) {
  const auto *texts = static_cast<int32_t *>(sequences->aligned);
  const auto *begins = static_cast<int32_t *>(offsets->aligned);
  for (int64_t t = rowBegin; t < rowEnd; ++t) {
    const float *image = floats(pixels) + texts[t] * pixelCount;
    const int64_t x = t - begins[texts[t]];
    floats(arena)[t] = image[x] + 10 * image[3 + x] +
                       float(static_cast<int32_t *>(ids->aligned)[t]);
  }
  return 0;
}

int32_t weigh(EmblemSpan *arena, EmblemSpan *, EmblemSpan *, EmblemSpan *,
              EmblemSpan *offsets, EmblemSpan *, EmblemSpan *,
              EmblemSpan *vectors, int64_t rowBegin, int64_t rowEnd, int64_t,
              int64_t) {
  for (int64_t s = rowBegin; s < rowEnd; ++s) {
    const float *row =
        floats(arena) + static_cast<int32_t *>(offsets->aligned)[s];
    floats(vectors)[2 * s] = row[0] + row[1] + row[2];
    floats(vectors)[2 * s + 1] = row[0] + 2 * row[1] + 3 * row[2];
  }
  return 0;
}

constexpr EmblemStage stages[] = {
    {"patches", addColumns, nullptr, EMBLEM_ROWS_ARE_TOKENS, 1, 1, 0, 0, 0, 0,
     0, -1, 0},
    {"pool", weigh, nullptr, EMBLEM_ROWS_ARE_SEQUENCES, 0, 1, 0, 0, 0, 0, 0, 0,
     0},
};

EmblemModelTable imageModel() {
  EmblemModelTable table = smallModel();
  table.input = EMBLEM_TAKES_IMAGES;
  table.image = &images;
  table.vocabulary_size = 1;
  table.max_tokens = table.max_positions = patches;
  table.arena_bytes_per_token = sizeof(float);
  table.stages = stages;
  table.tokenizer = nullptr;
  table.prompt_count = 0;
  table.default_prompt = nullptr;
  return table;
}

struct Pictures {
  std::vector<float> pixels, vectors;
};

/// Random pixels, and what the model gives for them; exact in float.
Pictures randomPictures(size_t count) {
  Pictures pictures;
  uint32_t state = 7;
  for (size_t i = 0; i < count; ++i) {
    float image[pixelCount], column[patches];
    for (float &pixel : image) {
      state = state * 1664525 + 1013904223;
      pixel = float(state >> 24);
    }
    for (int64_t x = 0; x < patches; ++x)
      column[x] = image[x] + 10 * image[3 + x];
    pictures.pixels.insert(pictures.pixels.end(), image, image + pixelCount);
    pictures.vectors.push_back(column[0] + column[1] + column[2]);
    pictures.vectors.push_back(column[0] + 2 * column[1] + 3 * column[2]);
  }
  return pictures;
}

std::vector<float> embed(EmblemModel *model, const Pictures &pictures) {
  std::vector<float> vectors(pictures.vectors.size(), -1);
  EXPECT_EQ(emblem_embed_pixels(model, pictures.pixels.data(),
                                vectors.size() / 2, vectors.data()),
            EMBLEM_OK)
      << emblem_last_error();
  return vectors;
}

TEST(EmbedPixels, EveryImageHasItsVectorInAnyBatchAndGroup) {
  const EmblemModelTable table = imageModel();
  const Pictures pictures = randomPictures(200);
  for (int threads : {1, 2, 5})
    for (int64_t most : {1, 10, 0}) {
      EmblemOptions options = defaultOptions();
      options.threads = threads;
      options.max_batch_tokens = most;
      OwnedModel model = openModel(table, options);
      EXPECT_EQ(embed(model.get(), pictures), pictures.vectors)
          << threads << " " << most;
    }
}

TEST(EmbedPixels, ATowerSeesForItsModel) {
  const EmblemModelTable tower = imageModel();
  EmblemModelTable table = smallModel();
  table.image_tower = &tower;
  EmblemOptions options = defaultOptions();
  options.threads = 3;
  OwnedModel model = openModel(table, options);
  const Pictures pictures = randomPictures(100);
  EXPECT_EQ(embed(model.get(), pictures), pictures.vectors);

  EmblemModelInfo info;
  ASSERT_EQ(emblem_info(model.get(), &info), EMBLEM_OK);
  EXPECT_EQ(info.image_height, 2);
  EXPECT_EQ(info.image_width, 3);
  EXPECT_EQ(info.image_channels, 1);
  EXPECT_EQ(info.texts, 1);

  const Sequences sequences = randomSequences(50, 3);
  std::vector<float> vectors(2 * sequences.count());
  ASSERT_EQ(emblem_embed_ids(model.get(), sequences.ids.data(),
                             sequences.offsets.data(), sequences.count(),
                             vectors.data()),
            EMBLEM_OK);
  EXPECT_EQ(vectors, expectedVectors(sequences)) << "it reads, too";
}

TEST(EmbedPixels, LargeActivationsMakeSmallBatches) {
  EmblemModelTable table = imageModel();
  table.arena_bytes_per_sequence = 1 << 20;
  EmblemModelInfo info;
  ASSERT_EQ(emblem_info(openModel(table).get(), &info), EMBLEM_OK);
  EXPECT_LE(info.arena_bytes, (INT64_C(256) << 20) + 4096 * info.threads);
  EXPECT_GE(info.max_batch_tokens, 700);
}

TEST(EmbedPixels, RefusesNullAndWhatDoesNotSee) {
  const EmblemModelTable table = imageModel(), texts = smallModel();
  OwnedModel model = openModel(table), reader = openModel(texts);
  float pixels[pixelCount] = {}, vectors[2];
  EXPECT_EQ(emblem_embed_pixels(nullptr, pixels, 1, vectors),
            EMBLEM_INVALID_ARGUMENT);
  EXPECT_EQ(emblem_embed_pixels(model.get(), nullptr, 1, vectors),
            EMBLEM_INVALID_ARGUMENT);
  EXPECT_STREQ(emblem_last_error(), "pixels is null");
  EXPECT_EQ(emblem_embed_pixels(model.get(), pixels, 1, nullptr),
            EMBLEM_INVALID_ARGUMENT);
  EXPECT_EQ(emblem_embed_pixels(model.get(), nullptr, 0, nullptr), EMBLEM_OK);
  EXPECT_EQ(emblem_embed_pixels(reader.get(), pixels, 1, vectors),
            EMBLEM_WRONG_KIND);
  EXPECT_STREQ(emblem_last_error(),
               "this model embeds texts alone; call emblem_embed");
  const int32_t ids[] = {0};
  const int64_t offsets[] = {0, 1};
  EXPECT_EQ(emblem_embed_ids(model.get(), ids, offsets, 1, vectors),
            EMBLEM_WRONG_KIND);
  EXPECT_STREQ(emblem_last_error(),
               "this model embeds images alone; call emblem_embed_pixels");
}

TEST(EmbedPixels, DamagedTablesAreRefused) {
  EmblemModel *model = nullptr;
  auto refusal = [&](const EmblemModelTable &table) -> std::string {
    EXPECT_EQ(emblem_open(&table, nullptr, &model), EMBLEM_CANNOT_LOAD);
    return emblem_last_error();
  };
  EmblemModelTable table = imageModel();
  table.image = nullptr;
  EXPECT_NE(refusal(table).find("its input"), std::string::npos);
  table = imageModel();
  EmblemImageInput image = images;
  table.image = &image;
  image.channels = 2;
  EXPECT_NE(refusal(table).find("sizes are out of range"), std::string::npos);
  image = images;
  image.filter = 9;
  EXPECT_NE(refusal(table).find("resized in no known way"), std::string::npos);
  const EmblemModelTable blind = smallModel();
  table = smallModel();
  table.image_tower = &blind;
  EXPECT_NE(refusal(table).find("image tower"), std::string::npos);
}

} // namespace
