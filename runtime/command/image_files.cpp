//===- image_files.cpp - Files of pictures, and their vectors -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/image_files.h"

#include "runtime/command/embed_batch.h"
#include "runtime/platform/file.h"

#include <cerrno>
#include <cstring>
#include <strings.h>

namespace emblem::command {

static constexpr size_t mostFiles = 256, mostBytes = 64 << 20;
// No picture that is not refused for its sides is larger.
static constexpr int64_t mostOfOne = int64_t(1) << 30;

/// 0, or the errno of what failed.
static int readFile(const char *path, std::vector<char> &bytes) {
  const int file = platform::openToRead(path);
  if (file < 0)
    return errno;
  using enum platform::FileKind;
  platform::FileStatus status;
  const bool known = platform::statusOf(file, status);
  if (!known || status.kind == Folder || status.kind == Device ||
      status.bytes > mostOfOne) {
    platform::closeFile(file);
    return known && status.kind == Folder ? EISDIR : EFBIG;
  }
  // One byte more, so that the end is seen without growing.
  bytes.resize(status.bytes + 1);
  size_t size = 0;
  int64_t count;
  do {
    if (size == bytes.size())
      bytes.resize(size + (64 << 10));
    count = platform::readFile(file, bytes.data() + size, bytes.size() - size);
    if (count > 0)
      size += count;
  } while (count > 0);
  const int error = count < 0 ? errno : 0;
  platform::closeFile(file);
  bytes.resize(size);
  return error;
}

bool ImageBatch::add(std::string_view path, std::string &problem) {
  File file;
  file.path = path;
  int error = path.find('\0') == path.npos
                  ? readFile(file.path.c_str(), file.bytes)
                  : ENOENT;
  if (error) {
    problem = file.path + ": " + strerror(error);
    return false;
  }
  bytes += file.bytes.size();
  files.push_back(std::move(file));
  return true;
}

bool ImageBatch::full() const {
  return files.size() >= mostFiles || bytes >= mostBytes;
}

void ImageBatch::clear() {
  files.clear();
  bytes = 0;
}

size_t ImageBatch::embed(size_t first, float *vectors, std::string &problem,
                         bool &ofFile) {
  std::vector<EmblemImage> images;
  for (size_t i = first; i < files.size(); ++i) {
    EmblemImage &image = images.emplace_back();
    image.data = files[i].bytes.data();
    image.size = files[i].bytes.size();
  }
  size_t done = 0;
  EmblemStatus status =
      emblem_embed_images(model, images.data(), images.size(), vectors, &done);
  ofFile = status == EMBLEM_BAD_IMAGE || status == EMBLEM_NOT_FINITE;
  if (ofFile)
    problem = files[first + done].path + ": ";
  if (status != EMBLEM_OK)
    problem +=
        status == EMBLEM_NOT_FINITE ? notFiniteSentence : emblem_last_error();
  return first + done;
}

bool namesImage(std::string_view operand) {
  std::string path(operand);
  platform::FileStatus status;
  if (platform::statusOf(path.c_str(), status) &&
      status.kind != platform::FileKind::Folder)
    return true;
  const char *end = strrchr(path.c_str(), '.');
  return end && (!strcasecmp(end, ".png") || !strcasecmp(end, ".jpg") ||
                 !strcasecmp(end, ".jpeg"));
}

} // namespace emblem::command
