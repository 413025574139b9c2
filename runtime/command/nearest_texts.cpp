//===- nearest_texts.cpp - The nearest of many vectors, exactly -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/command/nearest_texts.h"

#include "runtime/model/model.h"
#include "runtime/model/share_work.h"

#include <algorithm>
#include <atomic>
#include <vector>

namespace emblem::command {

namespace {

/// A part's rows stay in a core's cache while each query meets them.
constexpr int64_t rowsOfPart = 64, mostQueries = 16;

/// Sixteen partial sums, whatever the machine's vectors are.
typedef float Lanes [[gnu::vector_size(64)]];

[[gnu::always_inline]] inline Lanes load(const float *from,
                                         int64_t count = 16) {
  Lanes lanes = {};
  __builtin_memcpy(&lanes, from, count * sizeof(float));
  return lanes;
}

[[gnu::always_inline]] inline float sumOf(Lanes lanes) {
  for (int half = 8; half > 0; half /= 2)
    for (int i = 0; i < half; ++i)
      lanes[i] += lanes[i + half];
  return lanes[0];
}

/// The sum of term(x, y) over the components of both.
template <typename Term>
[[gnu::always_inline]] inline float sumOver(const float *a, const float *b,
                                            int64_t dimension, Term term) {
  Lanes sums = {};
  int64_t i = 0;
  for (; i + 16 <= dimension; i += 16)
    sums += term(load(a + i), load(b + i));
  if (i < dimension)
    sums += term(load(a + i, dimension - i), load(b + i, dimension - i));
  return sumOf(sums);
}

float scoreOf(const float *a, const float *b, int64_t dimension,
              int32_t distance) {
  if (distance == EMBLEM_NEGATIVE_MANHATTAN)
    return -sumOver(a, b, dimension, [](Lanes x, Lanes y) {
      const Lanes difference = x - y;
      return difference < 0 ? -difference : difference;
    });
  if (distance == EMBLEM_EUCLIDEAN || distance == EMBLEM_NEGATIVE_EUCLIDEAN)
    return -sumOver(a, b, dimension,
                    [](Lanes x, Lanes y) { return (x - y) * (x - y); });
  return sumOver(a, b, dimension, [](Lanes x, Lanes y) { return x * y; });
}

/// A query's nearest rows so far, the best first.
class Best {
public:
  /// Equal scores keep the order of the rows, whatever order they come in.
  void keep(Hit hit, size_t top) {
    if (hits.size() == top) {
      if (!nearer(hit, hits.back()))
        return;
      hits.pop_back();
    }
    size_t at = hits.size();
    hits.push_back(hit);
    for (; at > 0 && nearer(hit, hits[at - 1]); --at)
      hits[at] = hits[at - 1];
    hits[at] = hit;
  }
  std::vector<Hit> hits;
};

/// A few queries, whose rows the threads take part by part.
struct Search {
  const float *queries;
  int64_t queryCount; // mostQueries at most
  const float *rows;
  int64_t count, dimension;
  int32_t distance;
  size_t top;
  Best found[mostQueries]{}; // under the mutex
  std::atomic<int64_t> claimed{0};
  runtime::Mutex mutex{};

  void work();
};

void Search::work() {
  Best best[mostQueries];
  int64_t begin;
  while ((begin = claimed.fetch_add(rowsOfPart, std::memory_order_relaxed)) <
         count) {
    const int64_t end = std::min(begin + rowsOfPart, count);
    for (int64_t q = 0; q < queryCount; ++q)
      for (int64_t i = begin; i < end; ++i)
        best[q].keep({i, scoreOf(queries + q * dimension, rows + i * dimension,
                                 dimension, distance)},
                     top);
  }
  runtime::Locked lock(mutex);
  for (int64_t q = 0; q < queryCount; ++q)
    for (const Hit &hit : best[q].hits)
      found[q].keep(hit, top);
}

} // namespace

void nearestTexts(EmblemModel &model, const float *queries, int64_t queryCount,
                  const float *rows, int64_t count, int64_t dimension,
                  int32_t distance, int64_t top,
                  void (*use)(void *, std::span<const Hit>), void *context) {
  for (int64_t first = 0; first < queryCount; first += mostQueries) {
    const int64_t some = std::min(mostQueries, queryCount - first);
    Search search = {queries + first * dimension,
                     some,
                     rows,
                     count,
                     dimension,
                     distance,
                     size_t(top)};
    runtime::shareWork(
        model.pool, model.options, model.threads,
        [](void *search, int) { static_cast<Search *>(search)->work(); },
        &search);
    for (int64_t q = 0; q < some; ++q)
      use(context, search.found[q].hits);
  }
}

} // namespace emblem::command
