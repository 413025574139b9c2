//===- embed_outputs.cpp - PROGRAM embed, of models with other outputs ----===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Sparse vectors, weights of tokens and vectors of tokens, beside dense vectors
// or in their place, and of any model what it has inside. Texts are tokenized first, for whoever reads rows of
// tokens must know which token each is of.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/command.h"
#include "runtime/command/cut_vector.h"
#include "runtime/command/diagnostics.h"
#include "runtime/command/embed_loop.h"
#include "runtime/command/open_model.h"
#include "runtime/command/output_rows.h"
#include "runtime/command/too_long.h"
#include "runtime/command/vector_writer.h"
#include "runtime/model/check_outputs.h"
#include "runtime/table/outputs.h"

#include <cinttypes>
#include <utility>

namespace emblem::command {

namespace {

/// Bounds what the rows of one batch take.
constexpr int64_t mostFloats = 1 << 23;
constexpr int64_t mostLines = 512;

/// Texts as ids, and what became of them.
struct IdTexts {
  std::vector<int32_t> ids;
  std::vector<int64_t> offsets = {0};
  std::vector<bool> truncated;
  std::vector<float> rows[EMBLEM_MOST_OUTPUTS];

  size_t size() const { return truncated.size(); }
  std::span<const int32_t> idsOf(size_t text) const {
    return {ids.data() + offsets[text], ids.data() + offsets[text + 1]};
  }
  void clear() {
    ids.clear();
    offsets.resize(1);
    truncated.clear();
  }
};

/// What is asked for, of what there is.
class EmbedOutputs final : public EmbedWork {
public:
  EmbedOutputs(const EmblemModelTable &table, const Options &options)
      : table(table), options(options) {}
  int runCommand();

private:
  int choose();
  int open();
  bool add(std::string_view line, BatchProblem &problem) override;
  size_t size() const override { return batch.size(); }
  bool full() const override;
  void run(BatchProblem &problem) override;
  bool addText(std::string_view line, BatchProblem &problem);
  /// For how many texts there are rows.
  size_t embed(BatchProblem &problem);
  bool isFinite(size_t text) const;
  void finish();
  void write(size_t text);
  void writeJson(size_t text);
  void writeSparse(size_t text);
  void writeVectors(size_t text);

  /// The inner outputs are wanted by name alone.
  bool isWanted(int64_t output) const {
    return wanted < 0 ? output < returned : wanted == output;
  }
  EmblemOutput outputAt(int64_t output) const {
    return runtime::outputOf(table, output);
  }
  bool isPerToken(int64_t output) const {
    return outputAt(output).rows == EMBLEM_ROWS_ARE_TOKENS;
  }
  bool isWeights(int64_t output) const {
    return outputAt(output).kind == EMBLEM_SPARSE ||
           outputAt(output).kind == EMBLEM_TOKEN_WEIGHTS;
  }
  bool isDense(int64_t output) const {
    return outputAt(output).kind == EMBLEM_DENSE ||
           outputAt(output).kind == EMBLEM_RAW;
  }
  /// The rows of a text: one, or one a token.
  std::span<const float> rowsOf(size_t text, int64_t output) const {
    int64_t width = outputAt(output).width;
    int64_t first = isPerToken(output) ? batch.offsets[text] : text;
    int64_t end = isPerToken(output) ? batch.offsets[text + 1] : text + 1;
    return {batch.rows[output].data() + first * width,
            batch.rows[output].data() + end * width};
  }
  std::vector<TokenWeight> weightsOf(size_t text, int64_t output) const;
  bool counts(size_t text, int64_t output, int64_t position) const {
    return output >= returned ||
           emblem_counts(model.get(), output, options.prompt, position,
                         batch.idsOf(text)[position]);
  }
  void cut(std::vector<float> &vector, int64_t kept) const {
    if (options.finish != EMBLEM_FINISH_RAW)
      cutVector(vector.data(), vector.size(), kept);
  }
  int64_t dimensionOf(int64_t output) const {
    return options.dimension ? options.dimension : outputAt(output).width;
  }

  const EmblemModelTable &table;
  const Options &options;
  const int64_t returned = runtime::outputCount(table);
  const int64_t all = runtime::allOutputCount(table);
  int64_t wanted = -1; // an output alone; -1: all that is returned
  std::string_view prompt;
  OpenedModel model;
  EmblemModelInfo info;
  OutputFile output, ends; // `ends`: where each text's vectors end, in NPY
  std::unique_ptr<VectorWriter> writer, endsWriter;
  IdTexts batch;
  std::string prompted, line;
  int64_t vectors = 0; // of tokens, that were written
};

} // namespace

/// Which outputs are written, and whether the format has room for them.
int EmbedOutputs::choose() {
  std::string names;
  for (int64_t i = 0; i < all; ++i) {
    names += (i ? ", " : "") + std::string(outputAt(i).name);
    if (options.returns &&
        std::string_view(options.returns) == outputAt(i).name)
      wanted = i;
  }
  if (options.returns && wanted < 0 &&
      std::string_view(options.returns) == "tokens")
    return badInput("%s; its outputs are: %s",
                    table.stage_count == 0
                        ? "vectors of tokens are not to be had of this model, "
                          "which was compiled for a device alone; compile it "
                          "with --target=native,cuda"
                        : "this model's encoder gives no vectors of tokens",
                    names.c_str());
  if (options.returns && wanted < 0)
    return badUsage("no output is named '%s'; there are: %s", options.returns,
                    names.c_str());
  bool json = options.format == VectorFormat::JsonLines;
  bool sparse = options.format == VectorFormat::Sparse;
  // Other formats hold one output: the first that they can hold.
  for (int64_t i = 0; wanted < 0 && !json && i < returned; ++i)
    if (sparse == isWeights(i))
      wanted = i;
  if (wanted < 0 && !json)
    wanted = 0;
  if (!json && sparse && !isWeights(wanted))
    return badUsage("--format=sparse is for weights of tokens; the model's "
                    "outputs are: %s",
                    names.c_str());
  if (!json && isPerToken(wanted) && !isWeights(wanted) &&
      options.format != VectorFormat::Npy)
    return badUsage("%s has a vector a token, which jsonl and npy have room "
                    "for; choose one of them with --format",
                    outputAt(wanted).name);
  if (options.format == VectorFormat::Npy && isPerToken(wanted) &&
      !isWeights(wanted) &&
      (!options.output || std::string_view(options.output) == "-"))
    return badUsage("%s is written to two files, FILE and FILE.offsets.npy; "
                    "name FILE with -o",
                    outputAt(wanted).name);
  bool anyWeights = false;
  for (int64_t i = 0; i < returned; ++i)
    anyWeights |= isWanted(i) && isWeights(i);
  if (options.top && !anyWeights)
    return badUsage("--top is for weights of tokens, and none are written");
  if (options.finish != EMBLEM_FINISH_OF_MODEL &&
      (!isDense(0) || !(wanted == 0 || wanted < 0)))
    return badUsage("--normalize is for dense vectors alone; choose them with "
                    "--returns=dense, where the model has them");
  if (options.dimension == 0)
    return 0;
  int64_t dense = wanted < 0 && returned == 1 ? 0 : wanted;
  if (dense < 0 || !isDense(dense))
    return badUsage("--dim is for dense vectors alone; choose them with "
                    "--returns=dense, where the model has them");
  return checkDimension(table, options);
}

int EmbedOutputs::open() {
  if (int code = findInputPrompt(table, options, prompt))
    return code;
  if (!output.open(options.output))
    return output.finish();
  if (options.format != VectorFormat::JsonLines &&
      options.format != VectorFormat::Sparse) {
    int64_t width = dimensionOf(wanted);
    if (outputAt(wanted).kind == EMBLEM_TOKEN_WEIGHTS)
      width = table.vocabulary_size;
    writer = makeVectorWriter(options.format, width, output);
    if (isPerToken(wanted) && !isWeights(wanted)) {
      std::string path = std::string(options.output) + ".offsets.npy";
      if (!ends.open(path.c_str()))
        return ends.finish();
      endsWriter = makeOffsetWriter(ends);
    }
  }
  if (int code = openModel(table, options, model))
    return code;
  emblem_info(model.get(), &info);
  return 0;
}

bool EmbedOutputs::addText(std::string_view text, BatchProblem &problem) {
  prompted.assign(prompt).append(text);
  size_t begin = batch.ids.size(), count = 0;
  batch.ids.resize(begin + table.max_tokens);
  EmblemTextInfo encoded = {};
  EmblemStatus status = emblem_encode(
      model.get(), options.prompt, {prompted.data(), prompted.size()},
      batch.ids.data() + begin, table.max_tokens, &count, &encoded);
  batch.ids.resize(begin + count);
  if (status == EMBLEM_OK && count > 0) {
    batch.offsets.push_back(batch.ids.size());
    batch.truncated.push_back(encoded.truncated != 0);
    return true;
  }
  batch.ids.resize(begin);
  problem.line = batch.size();
  problem.sentence =
      status == EMBLEM_OK ? "the text has no tokens, of which rows could be"
      : status == EMBLEM_TEXT_TOO_LONG ? tooLongSentence(table, prompted)
                                       : emblem_last_error();
  return false;
}

bool EmbedOutputs::add(std::string_view text, BatchProblem &problem) {
  if (!options.ids)
    return addText(text, problem);
  problem.sentence = parseTokenIds(text, info, batch.ids);
  if (!problem.sentence.empty()) {
    batch.ids.resize(batch.offsets.back());
    problem.line = batch.size();
    return false;
  }
  batch.offsets.push_back(batch.ids.size());
  batch.truncated.push_back(false);
  return true;
}

/// As many texts as keep the threads busy and the memory small.
bool EmbedOutputs::full() const {
  int64_t ofText = 0, ofToken = 0;
  for (int64_t i = 0; i < all; ++i)
    if (isWanted(i))
      (isPerToken(i) ? ofToken : ofText) += outputAt(i).width;
  const int64_t count = batch.size(), ids = batch.ids.size();
  return count > 0 && (count >= mostLines || ids >= info.max_batch_tokens ||
                       count * ofText + ids * ofToken >= mostFloats);
}

bool EmbedOutputs::isFinite(size_t text) const {
  for (int64_t i = 0; i < all; ++i)
    if (isWanted(i))
      if (std::span<const float> rows = rowsOf(text, i);
          runtime::findNotFinite(rows.data(), 1, rows.size()) == 0)
        return false;
  return true;
}

size_t EmbedOutputs::embed(BatchProblem &problem) {
  float *rows[EMBLEM_MOST_OUTPUTS] = {};
  for (int64_t i = 0; i < all; ++i) {
    if (!isWanted(i))
      continue;
    size_t count = isPerToken(i) ? batch.ids.size() : batch.size();
    batch.rows[i].resize(count * outputAt(i).width);
    rows[i] = batch.rows[i].data();
  }
  EmblemRows asked = {sizeof(asked), rows, nullptr, nullptr};
  for (int64_t i = returned; i < all; ++i)
    (outputAt(i).kind == EMBLEM_TOKENS ? asked.tokens : asked.raw) = rows[i];
  // The dense vectors before their Normalize are in place of those behind it.
  if (options.finish == EMBLEM_FINISH_RAW && rows[0] && info.normalizes)
    std::swap(rows[0], asked.raw);
  const EmblemStatus status =
      emblem_run_with(model.get(), batch.ids.data(), nullptr,
                      batch.offsets.data(), batch.size(), &asked);
  if (status == EMBLEM_OK) {
    finish();
    return batch.size();
  }
  if (status == EMBLEM_NOT_FINITE) {
    for (problem.line = 0; isFinite(problem.line);)
      ++problem.line;
    problem.sentence = notFiniteSentence;
    return problem.line;
  }
  problem.sentence = emblem_last_error();
  problem.line = problem.noLine;
  return 0;
}

void EmbedOutputs::finish() {
  const int64_t width = outputAt(0).width;
  if (options.finish == EMBLEM_FINISH_NORMALIZED && isWanted(0))
    for (size_t text = 0; text < batch.size(); ++text)
      runtime::scaleToLengthOne(batch.rows[0].data() + text * width, width);
}

std::vector<TokenWeight> EmbedOutputs::weightsOf(size_t text,
                                                 int64_t index) const {
  std::span<const float> rows = rowsOf(text, index);
  if (!isPerToken(index))
    return sparseWeights(rows, options.top);
  std::vector<float> counted;
  for (size_t i = 0; i < rows.size(); ++i)
    counted.push_back(counts(text, index, i) ? rows[i] : 0);
  return sparseWeights(counted, batch.idsOf(text), options.top);
}

void EmbedOutputs::writeJson(size_t text) {
  line = "{\"index\":" + std::to_string(written);
  for (int64_t i = 0; i < all; ++i) {
    if (!isWanted(i))
      continue;
    std::span<const float> rows = rowsOf(text, i);
    if (isWeights(i)) {
      line += ",\"sparse\":";
      appendWeights(line, table, weightsOf(text, i));
    } else if (!isPerToken(i)) {
      std::vector<float> vector(rows.begin(), rows.end());
      cut(vector, dimensionOf(i));
      line += ",\"embedding\":";
      appendNumbers(line, std::span(vector).first(dimensionOf(i)));
    } else {
      line += ",\"token_embeddings\":[";
      int64_t width = outputAt(i).width;
      const char *comma = "";
      for (int64_t t = 0; t < static_cast<int64_t>(rows.size()) / width; ++t)
        if (counts(text, i, t)) {
          line += comma;
          appendNumbers(line, rows.subspan(t * width, width));
          comma = ",";
        }
      line += ']';
    }
  }
  line += ",\"tokens\":" + std::to_string(batch.idsOf(text).size()) +
          ",\"truncated\":" + (batch.truncated[text] ? "true" : "false") +
          "}\n";
  output.write(line);
}

void EmbedOutputs::writeSparse(size_t text) {
  std::vector<TokenWeight> weights = weightsOf(text, wanted);
  std::vector<float> values;
  line = "{\"index\":" + std::to_string(written) + ",\"indices\":[";
  for (const TokenWeight &one : weights) {
    line += (values.empty() ? "" : ",") + std::to_string(one.id);
    values.push_back(one.weight);
  }
  line += "],\"values\":";
  appendNumbers(line, values);
  line += ",\"tokens\":" + std::to_string(batch.idsOf(text).size()) +
          ",\"truncated\":" + (batch.truncated[text] ? "true" : "false") +
          "}\n";
  output.write(line);
}

/// The formats that hold vectors and nothing else.
void EmbedOutputs::writeVectors(size_t text) {
  std::span<const float> rows = rowsOf(text, wanted);
  std::vector<float> vector;
  auto writeOne = [&](std::span<const float> numbers) {
    writer->write({written, numbers,
                   static_cast<int64_t>(batch.idsOf(text).size()),
                   batch.truncated[text]});
  };
  if (isWeights(wanted)) {
    bool perToken = isPerToken(wanted);
    vector.resize(perToken ? table.vocabulary_size : rows.size());
    for (const TokenWeight &one : weightsOf(text, wanted))
      vector[one.id] = one.weight;
    return writeOne(vector);
  }
  int64_t width = outputAt(wanted).width;
  if (!isPerToken(wanted)) {
    vector.assign(rows.begin(), rows.end());
    cut(vector, dimensionOf(wanted));
    return writeOne(std::span(vector).first(dimensionOf(wanted)));
  }
  for (int64_t t = 0; t < static_cast<int64_t>(rows.size()) / width; ++t)
    if (counts(text, wanted, t)) {
      writeOne(rows.subspan(t * width, width));
      ++vectors;
    }
  endsWriter->write({.index = vectors, .vector = {}});
}

void EmbedOutputs::write(size_t text) {
  if (options.format == VectorFormat::JsonLines)
    writeJson(text);
  else if (options.format == VectorFormat::Sparse)
    writeSparse(text);
  else
    writeVectors(text);
  ++written;
  tokens += batch.idsOf(text).size();
  truncated += batch.truncated[text];
}

void EmbedOutputs::run(BatchProblem &problem) {
  const size_t count = embed(problem);
  for (size_t text = 0; text < count; ++text)
    write(text);
  batch.clear();
}

int EmbedOutputs::runCommand() {
  if (int code = choose())
    return code;
  if (int code = open())
    return code;
  TextSource source(options.operands);
  Progress progress(!options.output);
  if (int code = runEmbedLoop(*this, source, progress, output))
    return code;
  if (endsWriter) {
    endsWriter->finish();
    if (int code = ends.finish())
      return code;
  }
  if (writer)
    writer->finish();
  if (int code = output.finish())
    return code;
  reportTruncated(truncated, written, info.max_tokens);
  return 0;
}

extern "C" int emblem_command_embed_outputs(const EmblemModelTable &table,
                                            const Options &options) {
  return EmbedOutputs(table, options).runCommand();
}

} // namespace emblem::command
