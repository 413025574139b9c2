//===- image_files.h - Files of pictures, and their vectors -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_IMAGE_FILES_H
#define EMBLEM_RUNTIME_COMMAND_IMAGE_FILES_H

#include "emblem/emblem.h"

#include <string>
#include <string_view>
#include <vector>

namespace emblem::command {

/// Files whose pictures are embedded by one call.
class ImageBatch {
public:
  explicit ImageBatch(EmblemModel *model) : model(model) {}

  /// Reads a file. False: `problem` says why it cannot, after the file's name.
  bool add(std::string_view path, std::string &problem);
  size_t size() const { return files.size(); }
  const std::string &path(size_t i) const { return files[i].path; }
  /// Large enough to keep every thread busy.
  bool full() const;
  void clear();

  /// Writes a vector a file, from the file `first` on. Returns the number of
  /// the first one that has none: size(), or `problem` says what is wrong, with
  /// its name where it is a file's fault (`ofFile`).
  size_t embed(size_t first, float *vectors, std::string &problem,
               bool &ofFile);

private:
  struct File {
    std::string path;
    std::vector<char> bytes;
  };
  EmblemModel *model;
  std::vector<File> files;
  size_t bytes = 0;
};

/// Whether a command's operand is meant to be a picture, where it may be a
/// text, too: a file has that name, or it ends as names of pictures do.
bool namesImage(std::string_view operand);

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_IMAGE_FILES_H
