//===- search.cpp - PROGRAM index, PROGRAM search: lines by meaning -------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/command.h"
#include "runtime/command/diagnostics.h"
#include "runtime/command/embed_batch.h"
#include "runtime/command/json_text.h"
#include "runtime/command/nearest_texts.h"
#include "runtime/command/open_model.h"
#include "runtime/command/text_index.h"
#include "runtime/command/text_source.h"
#include "runtime/command/vector_writer.h"
#include "runtime/tokenizer/utf8.h"

#include <algorithm>
#include <cmath>

namespace emblem::command {

static int checkSearch(const EmblemModelTable &table, const Options &options) {
  if (int code = requireVectors(table))
    return code;
  return checkDimension(table, options);
}

int runIndex(const EmblemModelTable &table, const Options &options) {
  if (options.operands.size() > 1)
    return badUsage("index takes one file of lines, or standard input");
  if (!options.output)
    return badUsage("index needs a file to write to: %s index lines.txt -o "
                    "lines.index",
                    programName());
  if (int code = checkSearch(table, options))
    return code;
  if (options.image)
    if (int code = refuseTextOptions(options))
      return code;
  OutputFile output;
  if (!output.open(options.output))
    return output.finish();
  if (!output.seekable())
    return badInput("an index is written to a file; %s is none",
                    options.output);
  OpenedModel model;
  if (int code = openModel(table, options, model))
    return code;
  const std::string path(options.operands.empty() ? "" : options.operands[0]);
  return writeIndex(table, model.get(), options,
                    options.operands.empty() ? nullptr : path.c_str(), output);
}

namespace {

/// Writes what was found for one query after the other.
class HitWriter {
public:
  HitWriter(const TextIndex &index, int32_t similarity, VectorFormat format,
            OutputFile &output)
      : index(index), similarity(similarity), format(format), output(output) {}
  void write(std::span<const Hit> hits);

  static void use(void *writer, std::span<const Hit> hits) {
    static_cast<HitWriter *>(writer)->write(hits);
  }

  /// False: the index was written meanwhile, and nothing more is.
  bool holds() const { return indexHolds; }

  std::vector<std::string> queries; // of this batch
  int64_t first = 0;                // how many were before them

private:
  std::string quoted(std::string_view text) {
    (void)runtime::repairUtf8(text, repaired);
    return jsonString(text);
  }
  std::string &begin(const char *text, int64_t number) {
    return line.append(text).append(std::to_string(number));
  }

  /// The similarity, or the distance.
  float valueOf(const Hit &hit) const {
    switch (similarity) {
    case EMBLEM_EUCLIDEAN:
      return std::sqrt(-hit.score);
    case EMBLEM_NEGATIVE_EUCLIDEAN:
      return -std::sqrt(-hit.score);
    default:
      return hit.score;
    }
  }

  const TextIndex &index;
  int32_t similarity; // EmblemSimilarity
  VectorFormat format;
  OutputFile &output;
  bool indexHolds = true;
  int64_t written = 0; // queries
  std::string line;
  runtime::Buffer<uint8_t> repaired;
};

void HitWriter::write(std::span<const Hit> hits) {
  const bool isText = format == VectorFormat::Text;
  line.clear();
  if (!isText)
    begin("{\"index\":", written)
        .append(",\"query\":")
        .append(quoted(queries[written - first]));
  else if (written > 0)
    line += '\n';
  ++written;
  const char *separator = ",\"hits\":[{\"index\":";
  for (const Hit &hit : hits) {
    if (isText) {
      appendFloat(line, valueOf(hit));
      begin("\t", hit.index).append("\t").append(index.text(hit.index));
      line += '\n';
      continue;
    }
    begin(separator, hit.index)
        .append(similarity == EMBLEM_EUCLIDEAN ? ",\"distance\":"
                                               : ",\"score\":");
    appendFloat(line, valueOf(hit));
    line.append(",\"text\":").append(quoted(index.text(hit.index)));
    separator = "},{\"index\":";
  }
  if (!isText)
    line += hits.empty() ? ",\"hits\":[]}\n" : "}]}\n";
  if ((indexHolds &= index.isUnchanged()))
    output.write(line);
}

} // namespace

int runSearch(const EmblemModelTable &table, const Options &options) {
  if (options.operands.empty())
    return badUsage("search needs an index or a file of lines: %s search "
                    "lines.txt QUERY",
                    programName());
  if (int code = checkSearch(table, options))
    return code;
  std::string_view prompt;
  if (int code = findSearchPrompt(table, options, "query", prompt))
    return code;
  OutputFile output;
  if (!output.open(options.output))
    return output.finish();
  OpenedModel model;
  if (int code = openModel(table, options, model))
    return code;
  EmblemModelInfo info;
  emblem_info(model.get(), &info);
  TextIndex index;
  if (int code = index.open(table, model.get(), options,
                            std::string(options.operands[0]).c_str()))
    return code;

  HitWriter writer(index, table.distance, options.format, output);
  TextSource source(std::span(options.operands).subspan(1), "query");
  std::unique_ptr<EmbedBatch> batch =
      options.ids ? makeIdBatch(info) : makeTextBatch(table, prompt, info);
  // A query may be an image.
  if (&emblem_image_commands)
    batch.reset(emblem_image_commands.makeBatch(
        table, model.get(),
        table.input == EMBLEM_TAKES_IMAGES ? nullptr : batch.release()));
  std::vector<std::string> &queries = writer.queries;
  std::vector<float> vectors;
  std::vector<EmblemTextInfo> infos;
  int64_t truncated = 0;
  for (bool more = true; more && !output.failed();) {
    BatchProblem problem;
    std::string_view query;
    while (!batch->full() && (queries.empty() || source.ready()) &&
           (more = source.next(query))) {
      if (!(more = batch->add(query, problem)))
        break;
      queries.emplace_back(query);
    }
    vectors.resize(queries.size() * table.dimension);
    infos.resize(queries.size());
    BatchProblem fault;
    const size_t done =
        queries.empty()
            ? 0
            : batch->embed(model.get(), vectors.data(), infos.data(), fault);
    // It comes before the query that ended the batch.
    if (!fault.sentence.empty())
      problem = fault;
    const int64_t dimension = index.dimension();
    for (size_t q = 0; q < done; ++q) {
      float *vector = vectors.data() + q * dimension;
      std::copy_n(vectors.data() + q * table.dimension, dimension, vector);
      makeComparable(table, vector, dimension);
      truncated += infos[q].truncated;
    }
    nearestTexts(*model, vectors.data(), done, index.vectors(), index.size(),
                 dimension, table.distance, options.top ? options.top : 10,
                 HitWriter::use, &writer);
    if (!writer.holds()) {
      output.flush();
      return index.changed();
    }
    if (!problem.sentence.empty()) {
      if (problem.line != problem.noLine)
        problem.line += writer.first;
      return refuse(problem, source, output);
    }
    writer.first += done;
    batch->clear();
    queries.clear();
    if (!source.ready())
      output.flush();
  }
  if (int code = source.finish())
    return code;
  if (int code = output.finish())
    return code;
  reportTruncated(truncated, writer.first, info.max_tokens);
  return 0;
}

} // namespace emblem::command
