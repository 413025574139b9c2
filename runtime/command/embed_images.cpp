//===- embed_images.cpp - PROGRAM embed: pictures to vectors --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/command.h"
#include "runtime/command/cut_vector.h"
#include "runtime/command/diagnostics.h"
#include "runtime/command/image_commands.h"
#include "runtime/command/image_files.h"
#include "runtime/command/open_model.h"
#include "runtime/command/output_file.h"
#include "runtime/command/progress.h"
#include "runtime/command/text_source.h"
#include "runtime/command/vector_writer.h"
#include "runtime/tokenizer/utf8.h"

#include <cinttypes>

namespace emblem::command {

namespace {

class EmbedLoop {
public:
  EmbedLoop(EmblemModel *model, const EmblemModelTable &table,
            const Options &options, VectorWriter &writer)
      : full(table.dimension),
        dimension(options.dimension ? options.dimension : full),
        skips(options.skipBad), batch(model), writer(writer) {}

  /// Takes files until the batch is full or the next one is not named yet.
  /// False: none is left, or `problem` says why it stops.
  bool fill(TextSource &source);
  /// Embeds and writes what was taken, up to the file at fault.
  void run();

  std::string problem;
  int64_t files = 0, skipped = 0;

private:
  /// Whether it goes on without a file.
  bool skip(const std::string &sentence);

  int64_t full, dimension;
  bool skips;
  ImageBatch batch;
  VectorWriter &writer;
  std::vector<float> vectors;
  runtime::Buffer<uint8_t> repaired;
};

bool EmbedLoop::skip(const std::string &sentence) {
  if (!skips)
    return false;
  warn("%s; left out", sentence.c_str());
  ++skipped;
  return true;
}

bool EmbedLoop::fill(TextSource &source) {
  while (!batch.full()) {
    if (batch.size() > 0 && !source.ready())
      return true;
    std::string_view path;
    if (!source.next(path))
      return false;
    std::string why;
    if (!batch.add(path, why) && !skip(why)) {
      problem = why;
      return false;
    }
  }
  return true;
}

void EmbedLoop::run() {
  vectors.resize(batch.size() * full);
  for (size_t first = 0; first < batch.size();) {
    std::string why;
    bool ofFile;
    size_t end = batch.embed(first, vectors.data(), why, ofFile);
    for (size_t i = first; i < end; ++i) {
      float *vector = vectors.data() + (i - first) * full;
      cutVector(vector, full, dimension);
      std::string_view name = batch.path(i);
      (void)runtime::repairUtf8(name, repaired);
      writer.write({.index = files++,
                    .vector = {vector, static_cast<size_t>(dimension)},
                    .file = std::string(name).c_str()});
    }
    first = end;
    if (why.empty())
      continue;
    if (!ofFile || !skip(why)) {
      problem = why;
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
  EmbedLoop loop(model.get(), table, options, *writer);
  bool more = true;
  while (more && loop.problem.empty() && !output.failed()) {
    more = loop.fill(source);
    std::string later = std::move(loop.problem);
    loop.problem.clear();
    loop.run();
    // What was taken before it comes first.
    if (loop.problem.empty())
      loop.problem = std::move(later);
    progress.update(loop.files, 0);
    if (!source.ready())
      output.flush();
  }
  progress.end();

  if (!loop.problem.empty()) {
    output.flush();
    return badInput("%s", loop.problem.c_str());
  }
  if (int code = source.finish())
    return code;
  writer->finish();
  if (int code = output.finish())
    return code;
  if (loop.skipped)
    warn("%" PRId64 " of %" PRId64 " files were left out", loop.skipped,
         loop.skipped + loop.files);
  return 0;
}

} // namespace emblem::command
