//===- decode_png.cpp - From a PNG file to pixels -------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/image/colors.h"
#include "runtime/image/decode.h"

#include <csetjmp>
#include <cstring>
#include <png.h>

using namespace emblem::image;

namespace {

/// All that lives while libpng may jump: no destructor may stand in a frame
/// that is jumped over.
struct Decoding {
  FileBytes file;
  size_t at = 0; // bytes that were read
  int channels;
  Picture &picture;
  Problem &problem;
  png_structp png = nullptr;
  png_infop info = nullptr;
  uint8_t *rows = nullptr; // as the file has them: one, or all of them
  size_t rowBytes = 0;
  uint8_t palette[256][3] = {}; // black where a file has fewer colors

  bool run();
  void readPalette();
  void readRows();
  void storeRow(const uint8_t *from, int64_t y);
  [[noreturn]] void stop() { png_longjmp(png, 1); }
};

void readBytes(png_structp png, png_bytep bytes, size_t size) {
  Decoding &decoding = *static_cast<Decoding *>(png_get_io_ptr(png));
  if (size > decoding.file.size - decoding.at) {
    decoding.problem.say("the PNG file is cut off after %zu bytes",
                         decoding.file.size);
    decoding.stop();
  }
  std::memcpy(bytes, decoding.file.data + decoding.at, size);
  decoding.at += size;
}

[[noreturn]] void refuse(png_structp png, png_const_charp why) {
  Decoding &decoding = *static_cast<Decoding *>(png_get_error_ptr(png));
  decoding.problem.say("the PNG file is damaged: %s", why);
  decoding.stop();
}

void ignore(png_structp, png_const_charp) {}

void Decoding::readPalette() {
  png_colorp colors;
  int count;
  if (png_get_PLTE(png, info, &colors, &count) == 0)
    return;
  for (int i = 0; i < count; ++i) {
    palette[i][0] = colors[i].red;
    palette[i][1] = colors[i].green;
    palette[i][2] = colors[i].blue;
  }
}

/// One row, in what libpng was asked for, as pixels.
void Decoding::storeRow(const uint8_t *from, int64_t y) {
  const int type = png_get_color_type(png, info);
  const int64_t width = png_get_image_width(png, info);
  uint8_t *to = picture.row(y);
  if (type == PNG_COLOR_TYPE_RGB && channels == 3) {
    std::memcpy(to, from, size_t(width) * 3);
    return;
  }
  const bool wide = type == PNG_COLOR_TYPE_GRAY &&
                    png_get_bit_depth(png, info) == 16; // big-endian
  for (int64_t x = 0; x < width; ++x, to += channels) {
    if (type & PNG_COLOR_MASK_PALETTE) {
      const uint8_t *color = palette[from[x]];
      storePixel(color[0], color[1], color[2], channels, to);
    } else if (type & PNG_COLOR_MASK_COLOR) {
      storePixel(from[x * 3], from[x * 3 + 1], from[x * 3 + 2], channels, to);
    } else {
      const uint8_t grey =
          wide ? (from[x * 2] != 0 ? 255 : from[x * 2 + 1]) : from[x];
      std::memset(to, grey, size_t(channels));
    }
  }
}

void Decoding::readRows() {
  const int64_t height = png_get_image_height(png, info);
  const int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  rowBytes = png_get_rowbytes(png, info);
  const bool keepsAll = passes > 1;
  rows = static_cast<uint8_t *>(
      std::calloc(keepsAll ? size_t(height) : 1, rowBytes));
  if (!rows) {
    problem.say("there is no memory for the picture");
    stop();
  }
  for (int pass = 0; pass < passes; ++pass)
    for (int64_t y = 0; y < height; ++y) {
      uint8_t *row = rows + (keepsAll ? size_t(y) * rowBytes : 0);
      png_read_row(png, row, nullptr);
      if (pass + 1 == passes)
        storeRow(row, y);
    }
  // The last bytes' checksum.
  png_read_end(png, nullptr);
}

/// libpng returns to here where something is wrong.
bool Decoding::run() {
  if (setjmp(png_jmpbuf(png)))
    return false;
  png_set_read_fn(png, this, readBytes);
  // No profile, no text, no time: whatever they would unpack to.
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
  png_set_check_for_invalid_index(png, 0);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_read_info(png, info);
  if (!picture.allocate(png_get_image_width(png, info),
                        png_get_image_height(png, info), channels, problem))
    return false;

  const int type = png_get_color_type(png, info);
  readPalette();
  if (type == PNG_COLOR_TYPE_GRAY)
    png_set_expand_gray_1_2_4_to_8(png);
  else
    png_set_strip_16(png);
  png_set_packing(png);
  png_set_strip_alpha(png);
  readRows();
  return true;
}

} // namespace

bool emblem::image::decodePng(FileBytes file, int channels, Picture &picture,
                              Problem &problem) {
  Decoding decoding = {.file = file,
                       .channels = channels,
                       .picture = picture,
                       .problem = problem};
  decoding.png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, &decoding, refuse, ignore);
  if (decoding.png)
    decoding.info = png_create_info_struct(decoding.png);
  const bool decoded =
      decoding.info ? decoding.run()
                    : problem.say("there is no memory to read a PNG file");
  png_destroy_read_struct(&decoding.png, &decoding.info, nullptr);
  std::free(decoding.rows);
  return decoded;
}
