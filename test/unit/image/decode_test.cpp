//===- decode_test.cpp - Picture files to pixels, as Pillow does ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/image/decode.h"
#include "test/unit/image/fixtures.h"

#include <gtest/gtest.h>
#include <sstream>

using namespace emblem::image;

static bool decodeBytes(const std::vector<uint8_t> &file, int channels,
                        Picture &picture, Problem &problem) {
  return decode({file.data(), file.size()}, channels, picture, problem);
}

static std::string hashOfPixels(const Picture &picture) {
  const PixelView view = picture.view();
  return hashOf({view.pixels, view.pixels + view.height * view.stride});
}

TEST(Decode, HasPillowsPixels) {
  std::ifstream lines(IMAGE_FIXTURES "/decoded.txt");
  std::string name, rgb, grey;
  int64_t width, height, pictures = 0;
  while (lines >> name >> width >> height >> rgb >> grey) {
    const std::vector<uint8_t> file = readFixture(name);
    for (const int channels : {3, 1}) {
      Picture picture;
      Problem problem;
      ASSERT_TRUE(decodeBytes(file, channels, picture, problem))
          << name << ": " << problem.sentence;
      EXPECT_EQ(picture.view().width, width) << name;
      EXPECT_EQ(picture.view().height, height) << name;
      EXPECT_EQ(hashOfPixels(picture), channels == 3 ? rgb : grey)
          << name << ", " << channels << " channels";
    }
    ++pictures;
  }
  EXPECT_GT(pictures, 30);
}

static std::string problemOf(const std::vector<uint8_t> &file) {
  Picture picture;
  Problem problem;
  EXPECT_FALSE(decodeBytes(file, 3, picture, problem));
  return problem.sentence;
}

TEST(Decode, SaysWhatIsWrong) {
  EXPECT_EQ(problemOf({}), "the file is empty");
  EXPECT_EQ(problemOf({'h', 'e', 'l', 'l', 'o'}),
            "this is neither a PNG nor a JPEG file");
  EXPECT_EQ(problemOf({'G', 'I', 'F', '8', '9', 'a'}),
            "this is a GIF file; convert it to PNG or JPEG");
  EXPECT_EQ(problemOf({0x89, 'P', 'N', 'G'}),
            "this is neither a PNG nor a JPEG file");
  EXPECT_EQ(problemOf(readFixture("no_columns.png")),
            "the PNG file is damaged: Invalid IHDR data");
  EXPECT_EQ(problemOf(readFixture("bomb.png")),
            "the picture has 20000 x 20000 pixels; at most 1000000 a side and "
            "178956970 in all are decoded");
  EXPECT_EQ(problemOf(readFixture("too_wide.png")),
            "the picture has 2000000 x 1 pixels; at most 1000000 a side and "
            "178956970 in all are decoded");
  EXPECT_EQ(problemOf(readFixture("short_data.png")),
            "the PNG file is damaged: Not enough image data");
  EXPECT_EQ(problemOf(readFixture("checksum.png")),
            "the PNG file is damaged: IDAT: CRC error");
  EXPECT_EQ(problemOf(readFixture("no_rows.jpg")),
            "the JPEG file is damaged: Empty JPEG image (DNL not supported)");
  EXPECT_EQ(problemOf(readFixture("twelve_bits.jpg")),
            "the JPEG file is damaged: Unsupported JPEG data precision 12");
}

TEST(Decode, RefusesEveryFileThatIsCutOff) {
  for (const char *name : {"rgb8.png", "interlaced_palette4.png", "rgb_420.jpg",
                           "progressive.jpg", "cmyk.jpg"}) {
    std::vector<uint8_t> file = readFixture(name);
    // libjpeg needs no end marker, which is two bytes.
    file.resize(file.size() - 3);
    for (; file.size() > 8; file.pop_back())
      ASSERT_NE(problemOf(file), "") << name << ", " << file.size();
    EXPECT_NE(problemOf(file).find("cut off after 8 bytes"), std::string::npos)
        << problemOf(file);
  }
}

/// Whatever a damaged file says: pixels or a sentence, and no access out of
/// bounds, which the debug build would see.
TEST(Decode, SurvivesDamage) {
  for (const char *name :
       {"palette4.png", "interlaced_grey16.png", "rgba16.png", "ycck.jpg",
        "progressive.jpg", "one_pixel.jpg"}) {
    const std::vector<uint8_t> file = readFixture(name);
    for (size_t i = 2; i < file.size(); ++i) {
      std::vector<uint8_t> damaged = file;
      damaged[i] ^= uint8_t(1 << (i % 8));
      Picture picture;
      Problem problem;
      if (!decodeBytes(damaged, 1 + i % 2 * 2, picture, problem)) {
        EXPECT_STRNE(problem.sentence, "") << name << ", byte " << i;
      }
    }
  }
}
