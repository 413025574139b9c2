//===- metrics.h - Counters and histograms ----------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_SERVE_METRICS_H
#define EMBLEM_RUNTIME_SERVE_METRICS_H

#include <cstdint>
#include <string>

namespace emblem::serve {

/// Of durations in seconds, whose buckets grow by a half from 15 microseconds;
/// or of sizes, whose buckets are powers of two.
class Histogram {
public:
  enum class Of { Durations, Sizes };

  Histogram(const char *name, const char *help, Of what)
      : name(name), help(help), what(what) {}
  void observe(double value, int64_t times = 1);
  void write(std::string &text) const;

private:
  static constexpr int durationBuckets = 35, sizeBuckets = 20;
  int buckets() const {
    return what == Of::Durations ? durationBuckets : sizeBuckets;
  }

  const char *name, *help;
  Of what;
  int64_t counts[durationBuckets + 1] = {}; // the last: beyond all
  int64_t count = 0;
  double sum = 0;
};

/// TEI's names and buckets, and a few of this server's own. Of the server's
/// thread alone.
struct Metrics {
  enum Failure { BatchSize, Validation, ModelType, Overloaded, Inference };
  static constexpr int failures = 5;

  int64_t singles = 0, batches = 0; // requests
  int64_t goodSingles = 0, goodBatches = 0;
  int64_t failed[failures] = {};
  int64_t embedded = 0, embeddedWell = 0; // texts
  int64_t predicted = 0, predictedWell = 0;
  int64_t truncated = 0; // texts
  int64_t left = 0;      // clients that did not wait
  int64_t unlogged = 0;  // requests, for nobody reads the log

  using Of = Histogram::Of;
  Histogram duration{"te_request_duration", "Seconds of a request.",
                     Of::Durations};
  Histogram queued{"te_request_queue_duration",
                   "Seconds that a request has waited.", Of::Durations};
  Histogram computed{"te_request_inference_duration",
                     "Seconds from the first of a request's batches to the end "
                     "of its last, tokenizing included.",
                     Of::Durations};
  Histogram embedDuration{"te_embed_duration", "Seconds of a text.",
                          Of::Durations};
  Histogram embedQueued{"te_embed_queue_duration",
                        "Seconds that a text has waited.", Of::Durations};
  Histogram embedComputed{"te_embed_inference_duration",
                          "Seconds that a text was computed, its request's "
                          "others with it.",
                          Of::Durations};
  Histogram predictDuration{"te_predict_duration", "Seconds of a pair.",
                            Of::Durations};
  Histogram predictQueued{"te_predict_queue_duration",
                          "Seconds that a pair has waited.", Of::Durations};
  Histogram predictComputed{"te_predict_inference_duration",
                            "Seconds that a pair was computed, its request's "
                            "others with it.",
                            Of::Durations};
  Histogram inputLength{"te_request_input_length", "Tokens of a text.",
                        Of::Sizes};
  Histogram batchItems{"te_batch_next_size", "Texts of a batch.", Of::Sizes};
  Histogram batchTokens{"te_batch_next_tokens",
                        "Tokens of a batch, guessed by its bytes.", Of::Sizes};

  /// All, in Prometheus' text format.
  std::string write(int64_t queued, int64_t connections) const;
};

} // namespace emblem::serve

#endif // EMBLEM_RUNTIME_SERVE_METRICS_H
