//===- image_files.cpp - Files of pictures, and their vectors -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/image_files.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

namespace emblem::command {

static constexpr size_t mostFiles = 256, mostBytes = 64 << 20;
// No picture that is not refused for its sides is larger.
static constexpr int64_t mostOfOne = int64_t(1) << 30;

/// 0, or the errno of what failed.
static int readFile(const char *path, std::vector<char> &bytes) {
  int descriptor = ::open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    return errno;
  struct stat status;
  if (::fstat(descriptor, &status) != 0 || S_ISDIR(status.st_mode) ||
      S_ISCHR(status.st_mode) || status.st_size > mostOfOne) {
    ::close(descriptor);
    return S_ISDIR(status.st_mode) ? EISDIR : EFBIG;
  }
  // One byte more, so that the end is seen without growing.
  bytes.resize(status.st_size + 1);
  size_t size = 0;
  ssize_t count;
  do {
    if (size == bytes.size())
      bytes.resize(size + (64 << 10));
    count = ::read(descriptor, bytes.data() + size, bytes.size() - size);
    if (count > 0)
      size += count;
  } while (count > 0 || (count < 0 && errno == EINTR));
  int error = count < 0 ? errno : 0;
  ::close(descriptor);
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
  ofFile = status == EMBLEM_BAD_IMAGE;
  if (ofFile)
    problem = files[first + done].path + ": ";
  if (status != EMBLEM_OK)
    problem += emblem_last_error();
  return first + done;
}

bool namesImage(std::string_view operand) {
  std::string path(operand);
  struct stat status;
  if (::stat(path.c_str(), &status) == 0 && !S_ISDIR(status.st_mode))
    return true;
  const char *end = strrchr(path.c_str(), '.');
  return end && (!strcasecmp(end, ".png") || !strcasecmp(end, ".jpg") ||
                 !strcasecmp(end, ".jpeg"));
}

} // namespace emblem::command
