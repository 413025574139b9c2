//===- text_index.cpp - Lines and their vectors, to search in -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/text_index.h"

#include "runtime/command/checksum.h"
#include "runtime/command/command.h"
#include "runtime/command/diagnostics.h"
#include "runtime/command/embed_batch.h"
#include "runtime/command/line_reader.h"
#include "runtime/command/missing_pages.h"
#include "runtime/command/open_model.h"
#include "runtime/command/progress.h"
#include "runtime/model/model.h"
#include "runtime/platform/file.h"
#include "runtime/platform/memory.h"
#include "runtime/table/table_data.h"

#include <cerrno>
#include <cinttypes>
#include <cmath>
#include <cstring>

namespace emblem::command {

static constexpr char magic[8] = {'E', 'M', 'B', 'L', 'I', 'D', 'X', 2};
static constexpr size_t versionAt = 7;
// Where a device's kind would be: one whose f32 is not in parts of tf32.
static constexpr uint32_t plainCuda = 0x100 | EMBLEM_DEVICE_CUDA;
/// Of version 1, which nothing is shorter than.
static constexpr size_t oldHeaderBytes = 64;

/// FNV-1a of what makes the vectors: the model's sizes, and words of its
/// weights from one end to the other.
static uint64_t fingerprintOf(const EmblemModelTable &table) {
  uint64_t value = 0xcbf29ce484222325;
  auto add = [&](const void *bytes, size_t size) {
    for (size_t i = 0; i < size; ++i)
      value = (value ^ static_cast<const unsigned char *>(bytes)[i]) *
              0x100000001b3;
  };
  add(table.name, strlen(table.name));
  add(table.precision, strlen(table.precision));
  add(&table.parameters, sizeof(table.parameters));
  add(&table.weights_bytes, sizeof(table.weights_bytes));
  constexpr int64_t words = 4096;
  const char *weights = runtime::weightsOf(table);
  const int64_t step = std::max<int64_t>(table.weights_bytes / words & ~7, 8);
  for (int64_t at = 0; at + 8 <= table.weights_bytes; at += step)
    add(weights + at, 8);
  if (table.distance != EMBLEM_COSINE)
    add(&table.distance, sizeof(table.distance));
  if (table.image_tower) {
    const uint64_t other = fingerprintOf(*table.image_tower);
    add(&other, sizeof(other));
  }
  return value;
}

/// EMBLEM_DEVICE_..., or 0: the CPU.
static uint32_t deviceOf(const EmblemModel &model) {
  const EmblemDeviceTable *device = runtime::deviceTableOf(model);
  if (!device)
    return 0;
  return device->kind == EMBLEM_DEVICE_CUDA &&
                 std::string_view(device->precision) == "plain f32"
             ? plainCuda
             : static_cast<uint32_t>(device->kind);
}

/// Of a long name before, an older file has letters where the device is now.
static const char *nameOfDevice(uint32_t device) {
  return device == EMBLEM_DEVICE_CUDA ? "cuda"
         : device == plainCuda        ? "cuda in plain f32"
                                      : "the CPU";
}

void makeComparable(const EmblemModelTable &table, float *vector,
                    int64_t dimension) {
  if (table.distance != EMBLEM_COSINE)
    return;
  double sum = 0;
  for (int64_t i = 0; i < dimension; ++i)
    sum += static_cast<double>(vector[i]) * vector[i];
  const double scale = sum > 0 ? 1 / std::sqrt(sum) : 0;
  for (int64_t i = 0; i < dimension; ++i)
    vector[i] *= scale;
}

int findSearchPrompt(const EmblemModelTable &table, const Options &options,
                     const std::string &name, std::string_view &prompt) {
  if (table.input == EMBLEM_TAKES_IMAGES)
    return 0;
  if (options.ids)
    return findInputPrompt(table, options, prompt);
  if (int code = requireTokenizer(table))
    return code;
  auto has = [&](std::string_view name) {
    return std::any_of(
        table.prompts, table.prompts + table.prompt_count,
        [&](const EmblemPrompt &one) { return name == one.name; });
  };
  if (!options.prompt && !has(name))
    for (const char *other : {"passage", "corpus"})
      if (name == "document" && has(other))
        warn(
            "the model's prompt '%s' does not go before documents, as Sentence "
            "Transformers 6 has it; --prompt=%s puts it there",
            other, other);
  return findPrompt(table, options, has(name) ? name.c_str() : nullptr, prompt);
}

static int cannotRead(const char *path, int error) {
  return badInput("cannot read %s: %s", path ? path : "standard input",
                  strerror(error));
}

static int damaged(const char *path) {
  return badInput("%s is damaged or cut off; make it again with '%s index'",
                  path, programName());
}

static uint64_t checksumOf(IndexHeader header, Checksum body) {
  header.checksum = 0;
  body.add(&header, sizeof(header));
  return body.value();
}

//===----------------------------------------------------------------------===//
// Lines
//===----------------------------------------------------------------------===//

int TextIndex::embed(const EmblemModelTable &table, EmblemModel *model,
                     const Options &options, const char *path, int descriptor,
                     const VectorSink &vectorsTo) {
  EmblemModelInfo info;
  emblem_info(model, &info);
  std::unique_ptr<EmbedBatch> batch;
  if (options.image || table.input == EMBLEM_TAKES_IMAGES) {
    batch.reset(emblem_image_commands.makeBatch(table, model, nullptr));
  } else {
    std::string_view prompt;
    if (int code = findSearchPrompt(table, options, "document", prompt))
      return code;
    batch =
        options.ids ? makeIdBatch(info) : makeTextBatch(table, prompt, info);
  }
  LineReader lines(descriptor);
  Progress progress(/*outputIsStandard=*/false);
  std::vector<float> vectors;
  std::vector<EmblemTextInfo> infos;
  int64_t truncated = 0, tokens = 0;
  for (bool more = true; more;) {
    BatchProblem problem;
    std::string_view line;
    while (!batch->full() && (more = lines.next(line))) {
      if (!(more = batch->add(line, problem)))
        break;
      ownBytes += line;
      ownEnds.push_back(ownBytes.size());
    }
    vectors.resize(batch->size() * table.dimension);
    infos.resize(batch->size());
    size_t done = batch->size() ? batch->embed(model, vectors.data(),
                                               infos.data(), problem)
                                : 0;
    for (size_t i = 0; i < done; ++i) {
      float *vector = vectors.data() + i * table.dimension;
      makeComparable(table, vector, width);
      if (vectorsTo)
        vectorsTo(vector, width * sizeof(float));
      else
        ownRows.insert(ownRows.end(), vector, vector + width);
      truncated += infos[i].truncated;
      tokens += infos[i].tokens;
    }
    count += done;
    batch->clear();
    progress.update(count, tokens);
    if (!problem.sentence.empty()) {
      progress.end();
      return badInput("line %" PRId64 ": %s", count + 1,
                      problem.sentence.c_str());
    }
  }
  progress.end();
  if (lines.error())
    return cannotRead(path, lines.error());
  reportTruncated(truncated, count, info.max_tokens);
  rows = ownRows.data();
  ends = ownEnds.data();
  bytes = ownBytes.data();
  byteCount = ownBytes.size();
  return 0;
}

int writeIndex(const EmblemModelTable &table, EmblemModel *model,
               const Options &options, const char *path, OutputFile &output) {
  int descriptor = path ? platform::openToRead(path) : platform::standardInput;
  if (descriptor < 0)
    return cannotRead(path, errno);
  IndexHeader header = {};
  output.write(&header, sizeof(header)); // unfinished
  Checksum checksum;
  auto write = [&](const void *bytes, size_t size) {
    checksum.add(bytes, size);
    output.write(bytes, size);
  };
  TextIndex texts;
  texts.width = options.dimension ? options.dimension : table.dimension;
  int code = texts.embed(table, model, options, path, descriptor, write);
  if (path)
    platform::closeFile(descriptor);
  if (code)
    return code;
  write(texts.ends, texts.count * sizeof(uint64_t));
  write(texts.bytes, texts.byteCount);
  memcpy(header.magic, magic, sizeof(magic));
  header.fingerprint = fingerprintOf(table);
  header.dimension = texts.width;
  header.texts = texts.count;
  header.bytes = texts.byteCount;
  memcpy(header.model, table.name,
         std::min(strlen(table.name), sizeof(header.model)));
  header.device = deviceOf(*model);
  header.checksum = checksumOf(header, checksum);
  output.patch(0, &header, sizeof(header));
  return output.finish();
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

TextIndex::~TextIndex() {
  if (mapped) {
    nameMappedFile(nullptr, 0, nullptr);
    platform::releaseMemory(mapped, mappedBytes);
  }
  if (file >= 0)
    platform::closeFile(file);
}

bool TextIndex::isUnchanged() const {
  platform::FileStatus now;
  return !mapped ||
         (platform::statusOf(file, now) && now.bytes == status.bytes &&
          now.changed == status.changed);
}

int TextIndex::changed() const {
  return badInput("%s was written while it was searched; search again when "
                  "nothing writes to it",
                  name.c_str());
}

int TextIndex::map(const EmblemModelTable &table, EmblemModel *model,
                   const Options &options, const char *path,
                   int64_t fileBytes) {
  mapped = platform::mapFile(file, 0, fileBytes);
  if (!mapped)
    return cannotRead(path, errno);
  mappedBytes = fileBytes;
  nameMappedFile(mapped, mappedBytes, name.c_str());
  IndexHeader header;
  memcpy(&header, mapped, sizeof(header));
  const char *begin = static_cast<const char *>(mapped) + sizeof(header);
  count = header.texts;
  width = header.dimension;
  byteCount = header.bytes;
  int64_t vectorBytes, endBytes, all;
  if (count < 0 || width < 1 || byteCount < 0 ||
      __builtin_mul_overflow(count, width, &vectorBytes) ||
      __builtin_mul_overflow(vectorBytes, int64_t(sizeof(float)),
                             &vectorBytes) ||
      __builtin_mul_overflow(count, int64_t(sizeof(uint64_t)), &endBytes) ||
      __builtin_add_overflow(vectorBytes, endBytes, &all) ||
      __builtin_add_overflow(all, byteCount, &all) ||
      all != fileBytes - int64_t(sizeof(header)))
    return damaged(path);
  Checksum body;
  body.add(begin, all);
  if (checksumOf(header, body) != header.checksum)
    return isUnchanged() ? damaged(path) : changed();
  const std::string made(header.model,
                         strnlen(header.model, sizeof(header.model)));
  if (header.fingerprint != fingerprintOf(table) || width > table.dimension) {
    const bool isNamesake =
        strncmp(header.model, table.name, sizeof(header.model)) == 0;
    return badInput("%s was made by %s (%s); make it again with '%s index'",
                    path,
                    isNamesake ? "another model, or this one compiled "
                                 "in another precision or for another "
                                 "target"
                               : "another model",
                    made.c_str(), programName());
  }
  const std::string_view there = nameOfDevice(header.device);
  const std::string_view here = nameOfDevice(deviceOf(*model));
  if (there != here)
    warn("%s was made on %s and the queries are embedded on %s, whose vectors "
         "differ in their last digits%s",
         path, there.data(), here.data(),
         there == "the CPU" || here == "the CPU" ? "; --device chooses" : "");
  if (options.dimension && options.dimension != width)
    return badUsage("%s has vectors of %" PRId64 " components; --dim is for "
                    "'%s index'",
                    path, width, programName());
  rows = reinterpret_cast<const float *>(begin);
  // Vectors have 4-byte floats: an odd number leaves the ends unaligned, so
  // they are copied.
  ownEnds.resize(count);
  memcpy(ownEnds.data(), begin + vectorBytes, endBytes);
  ends = ownEnds.data();
  bytes = begin + vectorBytes + endBytes;
  return 0;
}

/// What a file's first bytes say it is.
enum class FileStart { Lines, Index, OldIndex, Cut, Neither };

static FileStart findStart(int file, const platform::FileStatus &status) {
  if (status.kind != platform::FileKind::Regular)
    return FileStart::Lines;
  IndexHeader start = {};
  const int64_t read = platform::readFileAt(file, &start, sizeof(start), 0);
  const size_t held = read < 0 ? 0 : read;
  // A shorter piece of the magic may be a text.
  if (held >= 4 && memcmp(start.magic, magic, std::min(held, versionAt)) == 0) {
    if (held >= oldHeaderBytes && start.magic[versionAt] != magic[versionAt])
      return FileStart::OldIndex;
    return held < sizeof(start) ? FileStart::Cut : FileStart::Index;
  }
  // No text has the zeros that the header's numbers have.
  return memchr(&start, 0, held) ? FileStart::Neither : FileStart::Lines;
}

int TextIndex::open(const EmblemModelTable &table, EmblemModel *model,
                    const Options &options, const char *path) {
  name = path;
  file = platform::openToRead(path);
  if (file < 0 || !platform::statusOf(file, status))
    return cannotRead(path, errno);
  width = options.dimension ? options.dimension : table.dimension;
  switch (findStart(file, status)) {
  case FileStart::Index:
    return map(table, model, options, path, status.bytes);
  case FileStart::OldIndex:
    return badInput("%s was made by another version of Emblem; make it again "
                    "with '%s index'",
                    path, programName());
  case FileStart::Cut:
    return damaged(path);
  case FileStart::Neither:
    return badInput("%s has NUL bytes: it is neither lines of text nor an "
                    "index that '%s index' has made",
                    path, programName());
  case FileStart::Lines:
    break;
  }
  // --prompt is for the queries here.
  Options lines;
  lines.ids = options.ids;
  lines.image = options.image;
  return embed(table, model, lines, path, file, nullptr);
}

std::string_view TextIndex::text(int64_t i) const {
  const uint64_t begin = i == 0 ? 0 : ends[i - 1], end = ends[i];
  if (begin > end || end > static_cast<uint64_t>(byteCount))
    return "";
  return {bytes + begin, end - begin};
}

} // namespace emblem::command
