//===- resize_test.cpp - Resized bytes, as Pillow's -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/cpu/portable/resize_loops.h"
#include "runtime/image/resize.h"
#include "test/unit/image/fixtures.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace emblem::image;

namespace {

/// EMBLEM_TEST_CPU for the time of a test: 1 is x86-64-v2, 3 v3, 7 v4.
struct Cpu {
  explicit Cpu(const char *mask) { setenv("EMBLEM_TEST_CPU", mask, 1); }
  ~Cpu() { unsetenv("EMBLEM_TEST_CPU"); }
};

/// Bytes that end where nothing may be read.
class GuardedBytes {
public:
  explicit GuardedBytes(int64_t size) {
    const int64_t page = sysconf(_SC_PAGESIZE);
    const int64_t used = (size + page - 1) / page * page;
    all = used + page;
    memory = static_cast<uint8_t *>(mmap(nullptr, all, PROT_READ | PROT_WRITE,
                                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    EXPECT_EQ(mprotect(memory + used, page, PROT_NONE), 0);
    begin = memory + used - size;
  }
  GuardedBytes(const GuardedBytes &) = delete;
  ~GuardedBytes() { munmap(memory, all); }
  uint8_t *data() { return begin; }

private:
  int64_t all;
  uint8_t *memory, *begin;
};

EmblemImageInput exactly(int64_t width, int64_t height, int channels,
                         int32_t filter) {
  EmblemImageInput input = {};
  input.width = input.resize_width = width;
  input.height = input.resize_height = height;
  input.channels = channels;
  input.resize = EMBLEM_RESIZE_EXACT;
  input.filter = filter;
  std::fill_n(input.scale, 4, 1.f);
  return input;
}

std::vector<float> resize(const EmblemImageInput &input,
                          const std::vector<uint8_t> &bytes, int64_t width,
                          int64_t height,
                          const ResizeLoops &loops = resizeLoops()) {
  const int channels = int(input.channels);
  GuardedBytes picture(bytes.size());
  std::copy(bytes.begin(), bytes.end(), picture.data());
  Resize resize;
  EXPECT_TRUE(resize.plan(
      input, {picture.data(), width, height, channels, width * channels},
      loops));
  GuardedBytes scratch(resize.scratchBytes()), middle(resize.middleBytes());
  resize.useMiddle(middle.data());
  std::vector<float> pixels(input.height * input.width * channels, -1.f);
  // In an order that no loop would take.
  for (int64_t part = resize.firstParts(); part-- > 0;)
    resize.runFirst(part, scratch.data());
  for (int64_t part = resize.secondParts(); part-- > 0;)
    resize.runSecond(part, scratch.data(), pixels.data());
  return pixels;
}

void expectPillowsBytes(const ResizeLoops &loops) {
  std::ifstream lines(IMAGE_FIXTURES "/resized.txt");
  uint32_t seed;
  int64_t width, height, toWidth, toHeight, pictures = 0;
  int channels, filter;
  std::string hash;
  while (lines >> seed >> width >> height >> channels >> filter >> toWidth >>
         toHeight >> hash) {
    const std::vector<float> pixels =
        resize(exactly(toWidth, toHeight, channels, filter),
               noise(seed, width * height * channels), width, height, loops);
    EXPECT_EQ(hashOf({pixels.begin(), pixels.end()}), hash)
        << "seed " << seed << ", filter " << filter << ", " << width << " x "
        << height << " to " << toWidth << " x " << toHeight;
    ++pictures;
  }
  EXPECT_EQ(pictures, 192);
}

} // namespace

TEST(Resize, HasPillowsBytes) { expectPillowsBytes(resizeLoops()); }

TEST(Resize, HasPillowsBytesInPlainLoops) {
  expectPillowsBytes(portableResizeLoops);
}

TEST(Resize, HasPillowsBytesOnEachCpu) {
  for (const char *mask : {"1", "3", "7"}) {
    Cpu cpu(mask);
    expectPillowsBytes(resizeLoops());
  }
}

TEST(Resize, TheCutIsAPartOfTheWhole) {
  const int64_t width = 90, height = 70;
  const std::vector<uint8_t> bytes = noise(2, width * height * 3);
  // The second loses many more rows than columns: the other order of passes.
  for (const auto &[toWidth, toHeight] :
       {std::pair(61, 50), std::pair(86, 31)}) {
    const EmblemImageInput whole =
        exactly(toWidth, toHeight, 3, EMBLEM_FILTER_BICUBIC);
    EmblemImageInput cut = whole;
    cut.width = 20;
    cut.height = 60; // more than there is, or less
    const std::vector<float> all = resize(whole, bytes, width, height);
    const std::vector<float> part = resize(cut, bytes, width, height);
    const Frame frame = frameOf(cut, width, height);
    for (int64_t y = 0; y < cut.height; ++y)
      for (int64_t x = 0; x < cut.width * 3; ++x) {
        const int64_t fromY = y + frame.top;
        const float wanted = fromY < 0 || fromY >= toHeight
                                 ? 0
                                 : all[(fromY * toWidth + frame.left) * 3 + x];
        ASSERT_EQ(part[y * cut.width * 3 + x], wanted) << y << ", " << x;
      }
  }
}

static void expectScaledChannels(const ResizeLoops &loops) {
  EmblemImageInput input = exactly(2, 1, 3, EMBLEM_FILTER_NEAREST);
  input.height = 3;
  for (int c = 0; c < 3; ++c) {
    input.scale[c] = float(c + 1) / 4;
    input.shift[c] = float(-c);
  }
  const std::vector<float> pixels =
      resize(input, {4, 8, 16, 40, 80, 160}, 2, 1, loops);
  const std::vector<float> wanted = {0,  -1, -2,  0, -1, -2, 1, 3,  10,
                                     10, 39, 118, 0, -1, -2, 0, -1, -2};
  EXPECT_EQ(pixels, wanted);
}

TEST(Resize, ScalesEachChannel) { expectScaledChannels(resizeLoops()); }

TEST(Resize, ScalesEachChannelInPlainLoops) {
  expectScaledChannels(portableResizeLoops);
}

/// Few bytes a side, and a filter that is wider than the picture.
TEST(Resize, TakesVeryLongPictures) {
  for (const int32_t filter : {EMBLEM_FILTER_NEAREST, EMBLEM_FILTER_BILINEAR,
                               EMBLEM_FILTER_BICUBIC, EMBLEM_FILTER_LANCZOS}) {
    EmblemImageInput input = exactly(8, 8, 3, filter);
    const std::vector<uint8_t> bytes(50000 * 3, 77);
    for (const float value : resize(input, bytes, 50000, 1))
      ASSERT_EQ(value, 77);
    for (const float value : resize(input, bytes, 1, 50000))
      ASSERT_EQ(value, 77);
    input.resize = EMBLEM_RESIZE_SHORTEST_EDGE;
    for (const float value : resize(input, bytes, 50000, 1))
      ASSERT_EQ(value, 77);
  }
}
