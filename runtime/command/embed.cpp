//===- embed.cpp - PROGRAM embed: texts to vectors ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/command.h"
#include "runtime/command/cut_vector.h"
#include "runtime/command/diagnostics.h"
#include "runtime/command/embed_batch.h"
#include "runtime/command/open_model.h"
#include "runtime/command/output_file.h"
#include "runtime/command/progress.h"
#include "runtime/command/text_source.h"
#include "runtime/command/vector_writer.h"

namespace emblem::command {

namespace {

/// Counts over all batches.
struct Totals {
  int64_t texts = 0;
  int64_t tokens = 0;
  int64_t truncated = 0;
};

/// Fills `batch` from `source`, and stops early where the next text is not
/// there yet: a program that asks line by line must get its answers. False:
/// no text is left, or `problem` says why the next one is refused.
bool fillBatch(TextSource &source, EmbedBatch &batch, BatchProblem &problem) {
  while (!batch.full()) {
    if (batch.size() > 0 && !source.ready())
      return true;
    std::string_view text;
    if (!source.next(text) || !batch.add(text, problem))
      return false;
  }
  return true;
}

class EmbedLoop {
public:
  EmbedLoop(EmblemModel *model, const EmblemModelInfo &info, int64_t dimension,
            EmbedBatch &batch, VectorWriter &writer)
      : model(model), full(info.dimension), dimension(dimension), batch(batch),
        writer(writer) {}

  /// Embeds the batch and writes its vectors, up to the line at fault, which
  /// is then counted from the first line of all.
  void run(BatchProblem &problem) {
    size_t count = batch.size() > 0 ? embed(problem) : 0;
    if (problem.line != problem.noLine)
      problem.line += totals.texts;
    for (size_t i = 0; i < count; ++i)
      write(i);
    totals.texts += count;
    batch.clear();
  }

  const Totals &counts() const { return totals; }

private:
  size_t embed(BatchProblem &problem) {
    if (infos.size() < batch.size()) {
      infos.resize(batch.size());
      vectors.resize(batch.size() * full);
    }
    BatchProblem found;
    size_t count = batch.embed(model, vectors.data(), infos.data(), found);
    // It comes before the line that ended the batch.
    if (!found.sentence.empty())
      problem = found;
    return count;
  }

  void write(size_t i) {
    float *vector = vectors.data() + i * full;
    cutVector(vector, full, dimension);
    writer.write({totals.texts + static_cast<int64_t>(i),
                  {vector, static_cast<size_t>(dimension)},
                  infos[i].tokens,
                  infos[i].truncated != 0});
    totals.tokens += infos[i].tokens;
    totals.truncated += infos[i].truncated != 0;
  }

  EmblemModel *model;
  int64_t full, dimension;
  EmbedBatch &batch;
  VectorWriter &writer;
  Totals totals;
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
  if (table.outputs)
    return emblem_command_embed_outputs
               ? emblem_command_embed_outputs(table, options)
               : badInput("this program was linked without the code for the "
                          "model's outputs; link it with "
                          "-Wl,-u,emblem_command_embed_outputs");
  if (options.returns && std::string_view(options.returns) != "dense")
    return badUsage("no output is named '%s'; this model has one, dense",
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
  TextSource source(options.operands);
  Progress progress(!options.output);
  EmbedLoop loop(model.get(), info, dimension, *batch, *writer);

  BatchProblem problem;
  bool more = true;
  while (more && problem.sentence.empty() && !output.failed()) {
    more = fillBatch(source, *batch, problem);
    loop.run(problem);
    progress.update(loop.counts().texts, loop.counts().tokens);
    if (!source.ready())
      output.flush();
  }
  progress.end();

  if (!problem.sentence.empty())
    return refuse(problem, source, output);
  if (int code = source.finish())
    return code;
  writer->finish();
  if (int code = output.finish())
    return code;
  reportTruncated(loop.counts().truncated, loop.counts().texts,
                  info.max_tokens);
  return 0;
}

} // namespace emblem::command
