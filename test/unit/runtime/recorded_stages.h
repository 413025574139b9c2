//===- recorded_stages.h - Stages that write down what they did -*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_UNIT_RUNTIME_RECORDED_STAGES_H
#define EMBLEM_TEST_UNIT_RUNTIME_RECORDED_STAGES_H

#include "runtime/execute/cpu/scheduler.h"

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

/// Stages that compute nothing, but write down which cells they were asked for,
/// and read what they depend on. All of it is plain memory: where the scheduler
/// orders too little, ThreadSanitizer sees a race and the counts are wrong.
class RecordedStages {
public:
  struct Kind {
    bool overSequences = false;
    bool rowLocal = false;
    int64_t columns = 1;
    bool finish = false;
    double flopsPerRow = 0;
  };

  /// Up to 6 stages. One object at a time.
  explicit RecordedStages(std::vector<Kind> kinds);
  ~RecordedStages();

  EmblemModelTable &table() { return modelTable; }

  /// Forgets, and makes ready for a batch of this shape.
  emblem::runtime::Batch begin(emblem::runtime::BatchShape shape);

  /// What was wrong with the batch, or "".
  std::string problem() const;

  /// Called by the stage functions.
  void run(size_t stage, int64_t rowBegin, int64_t rowEnd, int64_t columnBegin,
           int64_t columnEnd);
  void finish(size_t stage, int64_t rowBegin, int64_t rowEnd,
              int64_t columnBegin, int64_t columnEnd);

private:
  struct Log {
    int64_t rows = 0;
    std::vector<uint8_t> runs;     // [rows, columns]
    std::vector<uint8_t> finishes; // [rows]
  };

  bool ended(size_t stage, int64_t rowBegin, int64_t rowEnd) const;
  void note(const char *what) { wrong = what; }

  std::vector<Kind> kinds;
  std::vector<EmblemStage> stages;
  std::vector<Log> logs;
  EmblemModelTable modelTable = {};
  std::atomic<const char *> wrong{nullptr};
};

#endif // EMBLEM_TEST_UNIT_RUNTIME_RECORDED_STAGES_H
