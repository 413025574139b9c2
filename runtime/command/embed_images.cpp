//===- embed_images.cpp - PROGRAM embed: pictures to vectors --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/command.h"
#include "runtime/command/cut_vector.h"
#include "runtime/command/diagnostics.h"
#include "runtime/command/embed_loop.h"
#include "runtime/command/image_commands.h"
#include "runtime/command/image_files.h"
#include "runtime/command/open_model.h"
#include "runtime/command/vector_writer.h"
#include "runtime/tokenizer/utf8.h"

#include <cinttypes>

namespace emblem::command {

namespace {

/// Files of pictures that have a vector each.
class EmbedImages final : public EmbedWork {
public:
  EmbedImages(EmblemModel *model, const EmblemModelTable &table,
              const Options &options, VectorWriter &writer)
      : width(table.dimension),
        dimension(options.dimension ? options.dimension : width),
        skips(options.skipBad), batch(model), writer(writer) {}

  bool add(std::string_view path, BatchProblem &problem) override;
  size_t size() const override { return batch.size(); }
  bool full() const override { return batch.full(); }
  void run(BatchProblem &problem) override;

  int64_t skipped = 0;

private:
  /// Whether it goes on without a file.
  bool skip(const std::string &sentence);
  void write(size_t file, float *vector);

  int64_t width, dimension; // of the model's vectors, and of what is written
  bool skips;
  ImageBatch batch;
  VectorWriter &writer;
  std::vector<float> vectors;
  runtime::Buffer<uint8_t> repaired;
};

bool EmbedImages::skip(const std::string &sentence) {
  if (!skips)
    return false;
  warn("%s; left out", sentence.c_str());
  ++skipped;
  return true;
}

bool EmbedImages::add(std::string_view path, BatchProblem &problem) {
  std::string why;
  if (batch.add(path, why) || skip(why))
    return true;
  problem.sentence = why;
  return false;
}

void EmbedImages::write(size_t file, float *vector) {
  cutVector(vector, width, dimension);
  std::string_view name = batch.path(file);
  (void)runtime::repairUtf8(name, repaired);
  writer.write({.index = written++,
                .vector = {vector, static_cast<size_t>(dimension)},
                .file = std::string(name).c_str()});
}

void EmbedImages::run(BatchProblem &problem) {
  vectors.resize(batch.size() * width);
  for (size_t first = 0; first < batch.size();) {
    std::string why;
    bool ofFile;
    const size_t end = batch.embed(first, vectors.data(), why, ofFile);
    for (size_t i = first; i < end; ++i)
      write(i, vectors.data() + (i - first) * width);
    first = end;
    if (why.empty())
      continue;
    if (!ofFile || !skip(why)) {
      problem.sentence = why;
      break;
    }
    ++first;
  }
  batch.clear();
}

int checkEmbed(const EmblemModelTable &table, const Options &options) {
  if (options.format == VectorFormat::Sparse)
    return badUsage("--format=sparse is for sparse vectors; this model has "
                    "dense ones");
  if (int code = refuseTextOptions(options))
    return code;
  if (options.skipBad && options.format != VectorFormat::JsonLines)
    return badUsage("--on-error=skip goes with --format=jsonl, which names "
                    "each vector's file");
  return checkDimension(table, options);
}

} // namespace

int runEmbedImages(const EmblemModelTable &table, const Options &options) {
  if (int code = checkEmbed(table, options))
    return code;
  OutputFile output;
  if (!output.open(options.output))
    return output.finish();
  OpenedModel model;
  if (int code = openModel(table, options, model))
    return code;

  std::unique_ptr<VectorWriter> writer = makeVectorWriter(
      options.format, options.dimension ? options.dimension : table.dimension,
      output);
  TextSource source(options.operands, "image's file name");
  Progress progress(!options.output, "images");
  EmbedImages work(model.get(), table, options, *writer);
  if (int code = runEmbedLoop(work, source, progress, output))
    return code;
  writer->finish();
  if (int code = output.finish())
    return code;
  if (work.skipped)
    warn("%" PRId64 " of %" PRId64 " files were left out", work.skipped,
         work.skipped + work.written);
  return 0;
}

} // namespace emblem::command
