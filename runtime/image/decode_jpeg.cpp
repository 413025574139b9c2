//===- decode_jpeg.cpp - From a JPEG file to pixels -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/image/colors.h"
#include "runtime/image/decode.h"

#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <jpeglib.h>
// After jpeglib.h, which says what there is.
#include <jerror.h>

using namespace emblem::image;

namespace {

/// All that lives while libjpeg may jump: no destructor may stand in a frame
/// that is jumped over.
struct Decoding {
  FileBytes file;
  int channels;
  Picture &picture;
  Problem &problem;
  jpeg_decompress_struct jpeg = {};
  jpeg_error_mgr errors = {};
  jpeg_progress_mgr progress = {};
  std::jmp_buf failed = {};
  uint8_t *line = nullptr; // as libjpeg gives it

  bool run();
  void chooseColors();
  void readRows();
  void storeRow(int64_t y);
};

Decoding &decodingOf(j_common_ptr jpeg) {
  return *static_cast<Decoding *>(jpeg->client_data);
}

[[noreturn]] void refuse(j_common_ptr jpeg) {
  Decoding &decoding = decodingOf(jpeg);
  if (!*decoding.problem.sentence) {
    char why[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, why);
    decoding.problem.say("the JPEG file is damaged: %s", why);
  }
  std::longjmp(decoding.failed, 1);
}

/// Warnings after which pixels are made up are errors here; others, such as
/// bytes too many between markers, change no pixel.
void judge(j_common_ptr jpeg, int level) {
  if (level >= 0)
    return;
  switch (jpeg->err->msg_code) {
  case JWRN_JPEG_EOF:
    decodingOf(jpeg).problem.say("the JPEG file is cut off after %zu bytes",
                                 decodingOf(jpeg).file.size);
    refuse(jpeg);
  case JWRN_HIT_MARKER:
  case JWRN_HUFF_BAD_CODE:
  case JWRN_ARITH_BAD_CODE:
  case JWRN_MUST_RESYNC:
    refuse(jpeg);
  }
}

/// A few bytes a scan, each of which costs a pass over all pixels.
void limitScans(j_common_ptr jpeg) {
  constexpr int mostScans = 500;
  if (reinterpret_cast<j_decompress_ptr>(jpeg)->input_scan_number <= mostScans)
    return;
  decodingOf(jpeg).problem.say("the JPEG file has more than %d scans",
                               mostScans);
  refuse(jpeg);
}

void Decoding::chooseColors() {
  switch (jpeg.num_components) {
  case 1:
    jpeg.out_color_space = JCS_GRAYSCALE;
    return;
  case 3:
    jpeg.out_color_space = JCS_RGB;
    return;
  case 4: // YCCK too
    jpeg.out_color_space = JCS_CMYK;
    return;
  }
  problem.say("the JPEG file has %d components; 1, 3 and 4 are decoded",
              jpeg.num_components);
  std::longjmp(failed, 1);
}

void Decoding::storeRow(int64_t y) {
  uint8_t *to = picture.row(y);
  const uint8_t *from = line;
  for (JDIMENSION x = 0; x < jpeg.output_width;
       ++x, to += channels, from += jpeg.output_components)
    if (jpeg.output_components == 1)
      std::memset(to, *from, size_t(channels));
    else if (jpeg.output_components == 3)
      storePixel(from[0], from[1], from[2], channels, to);
    else
      storePixel(inkOver(from[0], from[3]), inkOver(from[1], from[3]),
                 inkOver(from[2], from[3]), channels, to);
}

void Decoding::readRows() {
  const bool direct = jpeg.output_components == channels;
  line = static_cast<uint8_t *>(
      std::malloc(size_t(jpeg.output_width) * jpeg.output_components));
  if (!line) {
    problem.say("there is no memory for the picture");
    std::longjmp(failed, 1);
  }
  while (jpeg.output_scanline < jpeg.output_height) {
    const int64_t y = jpeg.output_scanline;
    JSAMPROW row = direct ? picture.row(y) : line;
    jpeg_read_scanlines(&jpeg, &row, 1);
    if (!direct)
      storeRow(y);
  }
}

/// libjpeg returns to here where something is wrong.
bool Decoding::run() {
  jpeg.err = jpeg_std_error(&errors);
  errors.error_exit = refuse;
  errors.emit_message = judge;
  progress.progress_monitor = limitScans;
  jpeg.client_data = this;
  if (setjmp(failed))
    return false;
  jpeg_create_decompress(&jpeg);
  jpeg.progress = &progress;
  jpeg_mem_src(&jpeg, file.data, file.size);
  jpeg_read_header(&jpeg, TRUE);
  if (!picture.allocate(jpeg.image_width, jpeg.image_height, channels, problem))
    return false;
  chooseColors();
  jpeg_start_decompress(&jpeg);
  readRows();
  return true;
}

} // namespace

bool emblem::image::decodeJpeg(FileBytes file, int channels, Picture &picture,
                               Problem &problem) {
  Decoding decoding = {.file = file,
                       .channels = channels,
                       .picture = picture,
                       .problem = problem};
  const bool decoded = decoding.run();
  jpeg_destroy_decompress(&decoding.jpeg);
  std::free(decoding.line);
  return decoded;
}
