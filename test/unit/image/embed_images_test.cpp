//===- embed_images_test.cpp - Vectors from pictures ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/image/make_pixels.h"
#include "test/unit/image/fixtures.h"

#include <cmath>
#include <gtest/gtest.h>

namespace {

constexpr int64_t side = 5;

/// A vector is the sum of the pixels, and the first one.
int32_t sumPixels(EmblemSpan *, EmblemSpan *, EmblemSpan *, EmblemSpan *,
                  EmblemSpan *, EmblemSpan *, EmblemSpan *pixels,
                  EmblemSpan *vectors, int64_t begin, int64_t end, int64_t,
                  int64_t) {
  const float *from = static_cast<float *>(pixels->aligned) + pixels->offset;
  float *to = static_cast<float *>(vectors->aligned) + vectors->offset;
  for (int64_t s = begin; s < end; ++s) {
    const float *image = from + s * side * side;
    to[s * 2] = 0;
    for (int64_t i = 0; i < side * side; ++i)
      to[s * 2] += image[i];
    to[s * 2 + 1] = image[0];
  }
  return 0;
}

/// Takes grey pictures, whose shorter side becomes `side` pixels.
struct GreyModel {
  EmblemStage stage = {};
  EmblemImageInput input = {};
  EmblemModelTable table = {};
  EmblemModel *model = nullptr;

  explicit GreyModel(int threads, EmblemParallelFor parallelFor = nullptr) {
    stage.name = "sum";
    stage.run = sumPixels;
    stage.rows = EMBLEM_ROWS_ARE_SEQUENCES;
    stage.columns = 1;
    input.height = input.width = input.resize_height = side;
    input.channels = 1;
    input.resize = EMBLEM_RESIZE_SHORTEST_EDGE;
    input.filter = EMBLEM_FILTER_LANCZOS;
    input.scale[0] = 1;
    table.magic = EMBLEM_MAGIC;
    table.abi_version = EMBLEM_ABI_VERSION;
    table.architecture = EMBLEM_OWN_ARCHITECTURE;
    table.dimension = 2;
    table.vocabulary_size = table.max_tokens = table.max_positions = 1;
    table.row_block = 1;
    table.stages = &stage;
    table.stage_count = 1;
    table.input = EMBLEM_TAKES_IMAGES;
    table.image = &input;
    table.pictures = emblem_pictures_abi5;
    EmblemOptions options = {};
    options.size = sizeof(options);
    options.threads = threads;
    options.parallel_for = parallelFor;
    EXPECT_EQ(emblem_open(&table, &options, &model), EMBLEM_OK)
        << emblem_last_error();
  }
  ~GreyModel() { emblem_free(model); }
};

EmblemImage fileOf(const std::vector<uint8_t> &bytes) {
  EmblemImage image = {};
  image.data = bytes.data();
  image.size = bytes.size();
  return image;
}

EmblemImage pixelsOf(const std::vector<uint8_t> &bytes, int64_t width,
                     int64_t height, int32_t channels, int64_t stride = 0) {
  EmblemImage image = {};
  image.data = bytes.data();
  image.width = width;
  image.height = height;
  image.channels = channels;
  image.stride = stride;
  return image;
}

} // namespace

TEST(EmbedImages, TheSameAloneAndTogetherOnAnyThreads) {
  const std::vector<uint8_t> wide = noise(4, 300 * 211 * 3),
                             tall = noise(6, 40 * 900 * 4),
                             file = readFixture("rgb_420.jpg");
  const std::vector<EmblemImage> images = {
      pixelsOf(wide, 300, 211, 3), fileOf(file), pixelsOf(tall, 40, 900, 4),
      fileOf(file)};
  std::vector<float> wanted(images.size() * 2);
  GreyModel alone(1);
  for (size_t i = 0; i < images.size(); ++i)
    ASSERT_EQ(emblem_embed_images(alone.model, &images[i], 1, &wanted[i * 2],
                                  nullptr),
              EMBLEM_OK);
  EXPECT_EQ(wanted[2], wanted[6]);
  EXPECT_NE(wanted[0], wanted[2]);

  const EmblemParallelFor backwards = [](void *, int64_t count, EmblemTask task,
                                         void *context) {
    while (count-- > 0)
      task(context, count);
  };
  for (const EmblemParallelFor own : {EmblemParallelFor(nullptr), backwards}) {
    GreyModel many(3, own);
    std::vector<float> vectors(wanted.size());
    size_t done = 0;
    ASSERT_EQ(emblem_embed_images(many.model, images.data(), images.size(),
                                  vectors.data(), &done),
              EMBLEM_OK);
    EXPECT_EQ(done, images.size());
    EXPECT_EQ(vectors, wanted);
    // One picture, by all threads.
    for (size_t i = 0; i < images.size(); ++i) {
      ASSERT_EQ(emblem_embed_images(many.model, &images[i], 1, vectors.data(),
                                    nullptr),
                EMBLEM_OK);
      EXPECT_EQ(vectors[0], wanted[i * 2]);
    }
  }
}

TEST(EmbedImages, PixelsMayHaveGapsAndOtherChannels) {
  GreyModel model(1);
  const std::vector<uint8_t> grey = noise(8, side * side);
  std::vector<uint8_t> colored, gaps;
  for (size_t i = 0; i < grey.size(); ++i) {
    colored.insert(colored.end(), 3, grey[i]);
    gaps.push_back(grey[i]);
    if (i % side == side - 1)
      gaps.insert(gaps.end(), 7, 99);
  }
  const EmblemImage images[] = {pixelsOf(grey, side, side, 1),
                                pixelsOf(colored, side, side, 3),
                                pixelsOf(gaps, side, side, 1, side + 7)};
  float vectors[6];
  ASSERT_EQ(emblem_embed_images(model.model, images, 3, vectors, nullptr),
            EMBLEM_OK);
  EXPECT_EQ(vectors[1], grey[0]);
  for (int i = 2; i < 6; ++i)
    EXPECT_EQ(vectors[i], vectors[i % 2]);
}

TEST(EmbedImages, StopsAtTheFirstBadOne) {
  const std::vector<uint8_t> good = readFixture("grey8.png"),
                             bad = readFixture("checksum.png");
  std::vector<EmblemImage> images(9, fileOf(good));
  images[4] = images[7] = fileOf(bad);
  for (const int threads : {1, 3}) {
    GreyModel model(threads);
    std::vector<float> vectors(images.size() * 2, -1.f);
    size_t done = 77;
    EXPECT_EQ(emblem_embed_images(model.model, images.data(), images.size(),
                                  vectors.data(), &done),
              EMBLEM_BAD_IMAGE);
    EXPECT_STREQ(emblem_last_error(),
                 "the PNG file is damaged: IDAT: CRC error");
    EXPECT_EQ(done, 4u);
    EXPECT_GT(vectors[6], 0);
    EXPECT_EQ(vectors[8], -1);
  }
}

TEST(EmbedImages, RefusesWhatIsNoImage) {
  GreyModel model(1);
  float vector[2];
  const std::vector<uint8_t> bytes(100);
  auto problemOf = [&](const EmblemImage &image) {
    EXPECT_EQ(emblem_embed_images(model.model, &image, 1, vector, nullptr),
              EMBLEM_BAD_IMAGE);
    return std::string(emblem_last_error());
  };
  EXPECT_EQ(problemOf(pixelsOf(bytes, 5, 5, 2)),
            "channels is 2; it must be 1, 3 or 4");
  EXPECT_EQ(problemOf(pixelsOf(bytes, 5, 0, 1)),
            "width or height is out of range");
  EXPECT_EQ(problemOf(pixelsOf(bytes, 5, 5, 3, 14)),
            "stride is less than a row's bytes");
  EXPECT_EQ(problemOf({}), "the file is empty");
  EmblemImage null = {};
  null.size = 3;
  EXPECT_EQ(problemOf(null), "data is null");
  EXPECT_EQ(emblem_embed_images(nullptr, &null, 1, vector, nullptr),
            EMBLEM_INVALID_ARGUMENT);
  EXPECT_EQ(emblem_embed_images(model.model, nullptr, 1, vector, nullptr),
            EMBLEM_INVALID_ARGUMENT);
  EXPECT_EQ(emblem_embed_images(model.model, nullptr, 0, nullptr, nullptr),
            EMBLEM_OK);
}
