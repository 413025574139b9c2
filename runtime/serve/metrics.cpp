//===- metrics.cpp - Counters and histograms ------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/serve/metrics.h"

#include <cstdio>

using namespace emblem::serve;

static double upperEnd(Histogram::Of what, int bucket) {
  double end = what == Histogram::Of::Durations ? 1e-5 * 1.5 : 1;
  for (int i = 0; i < bucket; ++i)
    end *= what == Histogram::Of::Durations ? 1.5 : 2;
  return end;
}

void Histogram::observe(double value, int64_t times) {
  int bucket = 0;
  while (bucket < buckets() && value > upperEnd(what, bucket))
    ++bucket;
  counts[bucket] += times;
  count += times;
  sum += value * double(times);
}

static void appendNumber(std::string &text, double number) {
  char digits[32];
  std::snprintf(digits, sizeof(digits), "%.9g", number);
  text += digits;
}

static void appendType(std::string &text, const char *name, const char *help,
                       const char *type) {
  text += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name +
          " " + type + "\n";
}

void Histogram::write(std::string &text) const {
  appendType(text, name, help, "histogram");
  int64_t below = 0;
  for (int i = 0; i < buckets(); ++i) {
    below += counts[i];
    text += std::string(name) + "_bucket{le=\"";
    appendNumber(text, upperEnd(what, i));
    text += "\"} " + std::to_string(below) + "\n";
  }
  text += std::string(name) + "_bucket{le=\"+Inf\"} " + std::to_string(count) +
          "\n" + name + "_sum ";
  appendNumber(text, sum);
  text += std::string("\n") + name + "_count " + std::to_string(count) + "\n";
}

static void appendCounter(std::string &text, const char *name, const char *help,
                          int64_t value, const char *type = "counter") {
  appendType(text, name, help, type);
  text += std::string(name) + " " + std::to_string(value) + "\n";
}

static void appendByMethod(std::string &text, const char *name,
                           const char *help, int64_t single, int64_t batch) {
  appendType(text, name, help, "counter");
  for (auto [method, value] : {std::pair("single", single), {"batch", batch}})
    text += std::string(name) + "{method=\"" + method + "\"} " +
            std::to_string(value) + "\n";
}

std::string Metrics::write(int64_t waiting, int64_t connections) const {
  static constexpr const char *reasons[] = {
      "batch_size", "validation", "model_type", "overloaded", "inference"};
  std::string text;
  appendByMethod(text, "te_request_count", "Requests to the model.", singles,
                 batches);
  appendByMethod(text, "te_request_success", "Requests that were answered.",
                 goodSingles, goodBatches);
  appendType(text, "te_request_failure", "Requests that got an error.",
             "counter");
  for (int i = 0; i < failures; ++i)
    text += std::string("te_request_failure{err=\"") + reasons[i] + "\"} " +
            std::to_string(failed[i]) + "\n";
  appendCounter(text, "te_embed_count", "Texts to embed.", embedded);
  appendCounter(text, "te_embed_success", "Texts that were embedded.",
                embeddedWell);
  appendCounter(text, "te_predict_count", "Pairs to score.", predicted);
  appendCounter(text, "te_predict_success", "Pairs that were scored.",
                predictedWell);
  appendCounter(text, "te_queue_size", "Texts and pairs that wait.", waiting,
                "gauge");
  appendCounter(text, "emblem_truncated_texts", "Texts that were cut.",
                truncated);
  appendCounter(text, "emblem_left_requests",
                "Requests whose client did not wait for the answer.", left);
  appendCounter(text, "emblem_unlogged_requests",
                "Requests whose line nobody read in time.", unlogged);
  appendCounter(text, "emblem_connections", "Connections that are open.",
                connections, "gauge");
  for (const Histogram *one :
       {&duration, &queued, &computed, &embedDuration, &embedQueued,
        &embedComputed, &predictDuration, &predictQueued, &predictComputed,
        &inputLength, &batchItems, &batchTokens})
    one->write(text);
  return text;
}
