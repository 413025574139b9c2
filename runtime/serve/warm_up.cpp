//===- warm_up.cpp - The first text, which nobody sent --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/serve/warm_up.h"

using namespace emblem;
using namespace emblem::serve;

namespace {

class WarmUp final : public Work {
public:
  explicit WarmUp(const EmblemModelTable &table) : table(table) {
    kind = Kind::Steps;
    steps = 1;
  }

  http::Response answer(Server &) override { return {}; }

  void step(EmblemModel *model, size_t) override {
    constexpr EmblemText text = {"hello", 5};
    std::vector<int32_t> ids(size_t(table.max_tokens) + 1);
    size_t count = 1;
    EmblemStatus found = EMBLEM_OK;
    if (table.input == EMBLEM_TAKES_PAIRS) {
      const EmblemPair pair = {text, text};
      std::vector<float> scores(size_t(table.dimension));
      found = table.tokenizer
                  ? emblem_score(model, &pair, 1, scores.data(), nullptr)
                  : EMBLEM_OK;
    } else {
      if (table.tokenizer)
        found = emblem_encode(model, nullptr, text, ids.data(), ids.size(),
                              &count, nullptr);
      // Nothing is wanted but that it runs.
      const int64_t offsets[] = {0, int64_t(count)};
      std::vector<float> vectors[EMBLEM_MOST_OUTPUTS];
      float *outputs[EMBLEM_MOST_OUTPUTS] = {};
      for (size_t i = 0; i < emblem_output_count(model); ++i) {
        EmblemOutputInfo info;
        emblem_output(model, i, &info);
        vectors[i].resize(size_t(info.width) * (info.per_token ? count : 1));
        outputs[i] = vectors[i].data();
      }
      if (found == EMBLEM_OK && count > 0)
        found = emblem_run(model, ids.data(), offsets, 1, outputs);
    }
    if (found != EMBLEM_OK)
      fail(found, 0);
  }

private:
  const EmblemModelTable &table;
};

} // namespace

std::unique_ptr<Work> serve::makeWarmUp(const EmblemModelTable &table) {
  return std::make_unique<WarmUp>(table);
}
