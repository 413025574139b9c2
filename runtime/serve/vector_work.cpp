//===- vector_work.cpp - Texts whose vectors a request wants --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/serve/vector_work.h"

#include "runtime/command/cut_vector.h"
#include "runtime/serve/reply_json.h"
#include "runtime/table/outputs.h"

#include <algorithm>

using namespace emblem;
using namespace emblem::serve;

std::string VectorWork::prepare(Server &server, Inputs &inputs,
                                const TextRules &rules, int &code) {
  isBatch = inputs.isList;
  isIds = inputs.isIds;
  if (std::string problem = checkCount(server, inputs.size(), code);
      !problem.empty())
    return problem;
  code = 424;
  if (server.table.input != EMBLEM_TAKES_TEXTS)
    return "this model scores pairs and embeds none; send them to /rerank";
  if (server.table.outputs &&
      server.table.outputs[0].rows != EMBLEM_ROWS_ARE_SEQUENCES)
    return "this model has one vector a token and none a text; ask for "
           "/embed_all";
  if (runtime::outputOf(server.table, 0).kind != EMBLEM_DENSE)
    return "this model has sparse vectors; ask for /embed_sparse";
  width = server.table.dimension;
  code = 422;
  if (rules.dimensions < 0 || rules.dimensions > width)
    return "dimensions is " + std::to_string(rules.dimensions) +
           "; the model's vectors have " + std::to_string(width) +
           " components";
  dimensions = rules.dimensions ? rules.dimensions : width;
  call.finish = !rules.normalizes        ? EMBLEM_FINISH_RAW
                : server.info.normalizes ? EMBLEM_FINISH_OF_MODEL
                                         : EMBLEM_FINISH_NORMALIZED;
  texts = std::move(inputs.texts);
  if (!isIds)
    return prepareTexts(server, *this, rules, /*usual=*/true, code);

  code = 400;
  if (!server.settings.acceptsIds)
    return "token ids are refused, for they may be of another model's "
           "tokenizer: send texts (in LangChain's OpenAIEmbeddings "
           "check_embedding_ctx_length=False does it), or start the server "
           "with --accept-token-ids";
  code = 424;
  if (call.finish == EMBLEM_FINISH_RAW && server.info.normalizes)
    return "of token ids there are only the model's own vectors; leave out "
           "normalize";
  kind = Kind::Steps;
  ids = std::move(inputs.ids);
  offsets = std::move(inputs.offsets);
  if (std::string problem = checkIds(server, code); !problem.empty())
    return problem;
  steps = (count() + sequencesOfStep - 1) / sequencesOfStep;
  scales = call.finish == EMBLEM_FINISH_NORMALIZED;
  rows.resize(count() * size_t(width));
  infos.resize(count());
  return {};
}

std::string VectorWork::checkIds(const Server &server, int &code) const {
  for (size_t i = 0; i < count(); ++i) {
    const int64_t size = offsets[i + 1] - offsets[i];
    code = 413;
    if (size > server.info.max_positions)
      return "sequence " + std::to_string(i) + " has " + std::to_string(size) +
             " tokens, and the model takes " +
             std::to_string(server.info.max_positions);
    code = 422;
    for (int64_t at = offsets[i]; at < offsets[i + 1]; ++at)
      if (ids[at] >= server.info.vocabulary_size)
        return "sequence " + std::to_string(i) + " has the token id " +
               std::to_string(ids[at]) + "; the vocabulary has ids 0 to " +
               std::to_string(server.info.vocabulary_size - 1);
  }
  return {};
}

void VectorWork::step(EmblemModel *model, size_t item) {
  const size_t first = item * sequencesOfStep,
               some = std::min(count() - first, sequencesOfStep);
  // emblem_embed_ids begins at the first offset.
  std::vector<int64_t> own(some + 1);
  for (size_t i = 0; i <= some; ++i)
    own[i] = offsets[first + i] - offsets[first];
  float *vectors = rows.data() + first * size_t(width);
  if (const EmblemStatus failed = emblem_embed_ids(
          model, ids.data() + offsets[first], own.data(), some, vectors);
      failed != EMBLEM_OK)
    return fail(failed, first);
  for (size_t i = 0; i < some; ++i) {
    infos[first + i] = {own[i + 1] - own[i], 0, 0};
    if (scales)
      runtime::scaleToLengthOne(vectors + i * size_t(width), width);
  }
}

int64_t VectorWork::tokens() const {
  int64_t sum = 0;
  for (const EmblemTextInfo &one : infos)
    sum += one.tokens;
  return sum;
}

std::span<const float> VectorWork::vector(size_t i) {
  float *first = rows.data() + i * size_t(width);
  if (call.finish != EMBLEM_FINISH_RAW)
    command::cutVector(first, width, dimensions);
  return {first, size_t(dimensions)};
}
