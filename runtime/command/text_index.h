//===- text_index.h - Lines and their vectors, to search in -----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// An index file is a header, the vectors (float32; of length 1 where the model
// compares by the cosine), where each text ends (uint64), and the texts. It
// belongs to the model that made it. Version 2 has a checksum.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_COMMAND_TEXT_INDEX_H
#define EMBLEM_RUNTIME_COMMAND_TEXT_INDEX_H

#include "emblem/emblem.h"
#include "runtime/command/options.h"
#include "runtime/command/output_file.h"
#include "runtime/platform/file.h"

#include <functional>

namespace emblem::command {

struct IndexHeader {
  char magic[8];
  /// Of all that follows the header, and then of the header with a 0 here.
  uint64_t checksum;
  uint64_t fingerprint; // of the model
  int64_t dimension;
  int64_t texts;
  int64_t bytes; // of all texts
  /// What embedded the texts: EMBLEM_DEVICE_..., or 0, the CPU.
  uint32_t device;
  uint32_t reserved;
  char model[72]; // the beginning of its name, for people
};
static_assert(sizeof(IndexHeader) == 128);

/// What can be searched in: an index file, or lines that were embedded now.
class TextIndex {
public:
  TextIndex() = default;
  TextIndex(const TextIndex &) = delete;
  TextIndex &operator=(const TextIndex &) = delete;
  ~TextIndex();

  // Each returns 0, or after a sentence on standard error an exit code.

  /// Opens an index file, or embeds the lines of any other. `dimension` is
  /// `--dim`, or 0: an index file has its own.
  int open(const EmblemModelTable &table, EmblemModel *model,
           const Options &options, const char *path);

  int64_t size() const { return count; }
  int64_t dimension() const { return width; }
  const float *vectors() const { return rows; }
  std::string_view text(int64_t i) const;
  /// Whether an index file is still as it was opened. Where it was written
  /// meanwhile, nothing that was read of it counts.
  bool isUnchanged() const;
  /// The sentence about one that is not.
  int changed() const;

private:
  friend int writeIndex(const EmblemModelTable &table, EmblemModel *model,
                        const Options &options, const char *path,
                        OutputFile &output);

  int map(const EmblemModelTable &table, EmblemModel *model,
          const Options &options, const char *path, int64_t fileBytes);
  using VectorSink = std::function<void(const void *bytes, size_t size)>;
  /// Embeds each line of `path`, or where it is null of standard input; the
  /// vectors go to `vectorsTo`, or stay here.
  int embed(const EmblemModelTable &table, EmblemModel *model,
            const Options &options, const char *path, int descriptor,
            const VectorSink &vectorsTo);

  int64_t count = 0, width = 0;
  const float *rows = nullptr;
  const uint64_t *ends = nullptr;
  const char *bytes = nullptr;
  int64_t byteCount = 0;
  // Of a file that is mapped.
  std::string name;
  int file = -1;
  platform::FileStatus status = {};
  void *mapped = nullptr;
  int64_t mappedBytes = 0;
  // Of lines that were embedded.
  std::vector<float> ownRows;
  std::vector<uint64_t> ownEnds;
  std::string ownBytes;
};

/// Embeds the lines of a file, or where `path` is null of standard input, and
/// writes an index file.
int writeIndex(const EmblemModelTable &table, EmblemModel *model,
               const Options &options, const char *path, OutputFile &output);

/// Scales to length 1 where the model compares by the cosine; zero stays.
void makeComparable(const EmblemModelTable &table, float *vector,
                    int64_t dimension);

/// The prompt that `--prompt` names, or the one called `name` ("query" or
/// "document"), where the model has it: as Sentence Transformers' encode_query
/// and encode_document, which know no default prompt. With `--ids`, none.
/// Returns 0, or after a sentence an exit code.
int findSearchPrompt(const EmblemModelTable &table, const Options &options,
                     const std::string &name, std::string_view &prompt);

} // namespace emblem::command

#endif // EMBLEM_RUNTIME_COMMAND_TEXT_INDEX_H
