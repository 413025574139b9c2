//===- embed.cpp - PROGRAM embed: texts to vectors ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/command.h"
#include "runtime/command/cut_vector.h"
#include "runtime/command/diagnostics.h"
#include "runtime/command/embed_loop.h"
#include "runtime/command/open_model.h"
#include "runtime/command/vector_writer.h"

namespace emblem::command {

namespace {

/// Texts that have a dense vector each.
class EmbedTexts final : public EmbedWork {
public:
  EmbedTexts(EmblemModel *model, const EmblemModelInfo &info, int64_t dimension,
             EmbedBatch &batch, VectorWriter &writer)
      : model(model), width(info.dimension), dimension(dimension), batch(batch),
        writer(writer) {}

  bool add(std::string_view line, BatchProblem &problem) override {
    return batch.add(line, problem);
  }
  size_t size() const override { return batch.size(); }
  bool full() const override { return batch.full(); }

  void run(BatchProblem &problem) override {
    if (infos.size() < batch.size()) {
      infos.resize(batch.size());
      vectors.resize(batch.size() * width);
    }
    const size_t count =
        batch.embed(model, vectors.data(), infos.data(), problem);
    for (size_t i = 0; i < count; ++i)
      write(vectors.data() + i * width, infos[i]);
    batch.clear();
  }

private:
  void write(float *vector, const EmblemTextInfo &info) {
    if (batch.finish != EMBLEM_FINISH_RAW)
      cutVector(vector, width, dimension);
    writer.write({written++,
                  {vector, static_cast<size_t>(dimension)},
                  info.tokens,
                  info.truncated != 0});
    tokens += info.tokens;
    truncated += info.truncated != 0;
  }

  EmblemModel *model;
  int64_t width, dimension; // of the model's vectors, and of what is written
  EmbedBatch &batch;
  VectorWriter &writer;
  std::vector<EmblemTextInfo> infos;
  std::vector<float> vectors;
};

} // namespace

/// What else than one dense vector a text models return: in programs of such
/// models alone, which the compiler links with it.
extern "C" [[gnu::weak]] int
emblem_command_embed_outputs(const EmblemModelTable &table,
                             const Options &options);

int runEmbed(const EmblemModelTable &table, const Options &options) {
  const bool asksInside =
      options.returns && (std::string_view(options.returns) == "tokens" ||
                          std::string_view(options.returns) == "raw");
  if (table.outputs || asksInside)
    return emblem_command_embed_outputs
               ? emblem_command_embed_outputs(table, options)
               : badInput("this program was linked without the code for the "
                          "model's outputs; link it with "
                          "-Wl,-u,emblem_command_embed_outputs");
  if (options.returns && std::string_view(options.returns) != "dense")
    return badUsage("no output is named '%s'; this model has dense, and inside "
                    "tokens",
                    options.returns);
  if (options.top || options.format == VectorFormat::Sparse)
    return badUsage("%s is for sparse vectors; this model has dense ones",
                    options.top ? "--top" : "--format=sparse");
  if (int code = checkDimension(table, options))
    return code;
  std::string_view prompt;
  if (int code = findInputPrompt(table, options, prompt))
    return code;

  OutputFile output;
  if (!output.open(options.output))
    return output.finish();
  OpenedModel model;
  if (int code = openModel(table, options, model))
    return code;
  EmblemModelInfo info;
  emblem_info(model.get(), &info);

  int64_t dimension = options.dimension ? options.dimension : table.dimension;
  std::unique_ptr<VectorWriter> writer =
      makeVectorWriter(options.format, dimension, output);
  std::unique_ptr<EmbedBatch> batch =
      options.ids ? makeIdBatch(info) : makeTextBatch(table, prompt, info);
  batch->finish = options.finish;
  TextSource source(options.operands);
  Progress progress(!options.output);
  EmbedTexts work(model.get(), info, dimension, *batch, *writer);
  if (int code = runEmbedLoop(work, source, progress, output))
    return code;
  writer->finish();
  if (int code = output.finish())
    return code;
  reportTruncated(work.truncated, work.written, info.max_tokens);
  return 0;
}

} // namespace emblem::command
