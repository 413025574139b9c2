//===- model.h - An open model ----------------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The inside of emblem.h, for the runtime itself and the command line.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_MODEL_MODEL_H
#define EMBLEM_RUNTIME_MODEL_MODEL_H

#include "emblem/device_table.h"
#include "emblem/emblem.h"
#include "emblem/model_table.h"
#include "runtime/execute/executor.h"
#include "runtime/model/device_wish.h"
#include "runtime/model/text_encoder.h"
#include "runtime/parallel/mapped_memory.h"
#include "runtime/parallel/mutex.h"
#include "runtime/parallel/spare_memory.h"
#include "runtime/parallel/thread_pool.h"
#include "runtime/table/outputs.h"

#include <memory>

struct EmblemModel {
  EmblemModel() = default;
  ~EmblemModel();
  EmblemModel(const EmblemModel &) = delete;
  EmblemModel &operator=(const EmblemModel &) = delete;

  const EmblemModelTable *table = nullptr;
  void *library = nullptr; // the table's, or null
  void (*closeLibrary)(void *library) = nullptr;
  EmblemOptions options = {};
  emblem::runtime::DeviceWish wish;
  int threads = 1;
  int64_t capacity = 0; // tokens of a batch, at most

  /// Of the table's image_tower, or null; it works on this model's threads, in
  /// this model's turn.
  EmblemModel *tower = nullptr;

  emblem::runtime::Mutex turn; // held by the call that embeds
  emblem::runtime::ThreadPool pool;
  emblem::runtime::Executor *executor = nullptr; // null: only a tokenizer
  emblem::runtime::TextEncoder encoder;
  emblem::runtime::MappedMemory rowMemory;
  // For pictures: the pixels of a call's, and what is halfway to them.
  emblem::runtime::SpareMemory sparePixels, spareMiddle;
  // What is to be run next.
  int32_t *ids = nullptr;     // [capacity]; all 0 for images
  int32_t *types = nullptr;   // [capacity]; null: none are told apart
  int32_t *offsets = nullptr; // [capacity + 1]
  int32_t *prompts = nullptr; // [capacity]; null: a prompt's tokens are pooled
};

namespace emblem::runtime {

/// As `delete` does.
struct FreeModel {
  void operator()(EmblemModel *model) const;
};

EmblemStatus openModel(const EmblemModelTable *table,
                       const EmblemOptions *options, EmblemModel **model);

// The caller of these has the turn. EMBLEM_STAGE_FAILED where a stage did.

/// Begins one batch, at most `capacity` tokens, and ends the one before; the
/// input has been read when it returns.
EmblemStatus startBatch(EmblemModel &model, const BatchInput &batch);
/// Outputs of what was begun are there when this returns.
EmblemStatus finishBatch(EmblemModel &model);
/// Both.
EmblemStatus runBatch(EmblemModel &model, const BatchInput &batch);

/// The code that the model runs, where that is a device's; else null.
const EmblemDeviceTable *deviceTableOf(const EmblemModel &model);
/// That device's flops a second, at most; 0: not known, or the CPU.
double peakFlopsOf(const EmblemModel &model);

/// Whether the model can embed: it was opened on a device.
EmblemStatus checkExecutor(const EmblemModel &model);

/// emblem_run and emblem_score_ids; a model that tells types apart has `types`.
/// Adds the time that threads spend in each stage to `stageNanoseconds`
/// [table->stage_count], if that is not null.
EmblemStatus embedIds(EmblemModel &model, const int32_t *ids,
                      const int32_t *types, const int64_t *offsets,
                      size_t sequenceCount, const OutputRows &outputs,
                      int64_t *stageNanoseconds);

/// Refuses sequences that do not end with the end token, and it alone, where
/// the model has one. What embedIds refuses is right here.
EmblemStatus checkEnds(const EmblemModel &model, const int32_t *ids,
                       const int64_t *offsets, size_t count);

/// emblem_embed_pixels, of a model that sees itself or by its tower.
/// `stageNanoseconds` is as for embedIds.
EmblemStatus embedPixels(EmblemModel &model, const float *pixels, size_t count,
                         float *vectors, int64_t *stageNanoseconds);

/// The model that takes the images: itself, its tower, or null.
EmblemModel *seeingModel(EmblemModel &model);

/// Whether `vectors` can be the first output: it is there, and has a row a
/// text.
EmblemStatus checkVectors(const EmblemModelTable &table, const float *vectors);

/// Whether there is a model, and it takes what a function gives it
/// (EMBLEM_TAKES_...).
EmblemStatus checkKind(const EmblemModel *model, int32_t input);

/// Whether each text's bytes are there.
inline bool hasData(const EmblemText &text) {
  return text.data || text.size == 0;
}
inline bool hasData(const EmblemPair &pair) {
  return hasData(pair.first) && hasData(pair.second);
}

struct CallRules;

/// emblem_embed_with, and emblem_score_with for EmblemPair.
template <typename InputT>
EmblemStatus embedTexts(EmblemModel &model, const InputT *texts, size_t count,
                        float *vectors, EmblemTextInfo *infos,
                        const CallRules &rules);

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_MODEL_MODEL_H
