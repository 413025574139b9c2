//===- attention_kernel.cpp - kernel.attention, as Halide writes it -------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// One head's queries, at most `query_block` of them, against a chunk of its
// keys, at most `chunk_keys`. What is known of earlier chunks comes in and goes
// out: the online softmax, in units of e.
//
// Fields:     head_size, chunk_keys, query_block, tile_rows, tile_vectors,
//             scale, input_stride, out_stride; where the kernel has them: softcap, before, after,
//             bias_stride or position_rows_stride with positions,
//             position_keys_stride, position_queries_stride
// Arguments:  queries [feature, query], keys and values [feature, key]; the
//             maxima and totals [query] and the result [feature, query] of
//             earlier chunks, not read in the `first`; bias [distance];
//             position_rows [distance], position_keys and position_queries
//             [column, feature], from `first_column` on, of which `columns`
//             are needed; how many queries and keys there are; `distance` of
//             the first key from the first query; `first` and `last`, 0 or 1;
//             then the new maxima, totals and result, which may lie where the
//             earlier result does
//
// Keys are packed with `lanes` of them side by side; a tile of queries then
// runs down the features, and another down the keys. Both have code for
// `tile_rows`, half of them and so on to 1; what is left of a tile is computed
// with the rows before it once more.
//
// What a query does not see weighs exactly nothing: its bits do not depend on
// which chunks its neighbours see.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/generator/kernels.h"
#include "compiler/backend/cpu/halide/generator/row_fold.h"

#include <numeric>

using namespace Halide;
using emblem::halide::KernelRequest;
using emblem::halide::RowFold;

// Below any score, and so far from the end that no difference overflows.
static constexpr float kLowest = -1.0e38f;

// Rows that are fetched into the cache before they are read.
static constexpr int kRowsAhead = 16;

namespace {

struct Attention {
  Attention(const KernelRequest &request) : request(request) {}

  Module write(const Target &target);

private:
  void defineScores();
  void defineWeights();
  void defineResult();
  Expr score(Expr dot);
  Expr fromPositions();
  Func multiplyPositions(const std::string &name, ImageParam &table,
                         ImageParam &rows, Var at, Expr row);
  Expr seen();
  std::vector<Argument> arguments();
  void fixLayouts();
  void schedule();
  void onStack(Func func, int columns, int rows);
  /// Tiles of rows for `product`, whose results `of` stores.
  void scheduleTiles(Func of, Func product, Expr rows, int width, int vectors);

  const KernelRequest &request;
  int lanes = request.count("lanes");
  int head_size = request.count("head_size");
  int chunk_keys = request.count("chunk_keys");
  int query_block = request.count("query_block");
  int tile_rows = request.count("tile_rows");       // whose sums live in
  int tile_vectors = request.count("tile_vectors"); // registers, at most
  // A vector of features ends where a head does.
  int feature_lanes = std::gcd(head_size, lanes);
  bool windowed = request.has("before") || request.has("after");
  bool relative = request.has("position_rows_stride");

  ImageParam queries{Float(32), 2, "queries"}, keys{Float(32), 2, "keys"},
      values{Float(32), 2, "values"}, bias{Float(32), 1, "bias"},
      earlier_maxima{Float(32), 1, "earlier_maxima"},
      earlier_totals{Float(32), 1, "earlier_totals"},
      earlier{Float(32), 2, "earlier"},
      position_rows{Float(32), 1, "position_rows"},
      position_keys{Float(32), 2, "position_keys"},
      position_queries{Float(32), 2, "position_queries"};
  Param<int> distance{"distance"}, first{"first"}, last{"last"},
      first_column{"first_column"};
  Var key{"key"}, query{"query"}, feature{"feature"}, column{"column"},
      strip{"strip"}, lane{"lane"};
  // Halide's bounds need to know that there are some.
  Param<int> query_count{"query_count", 1, 1, query_block};
  Param<int> key_count{"key_count", 1, 1, chunk_keys};
  Param<int> columns{"columns", 1, 1, query_block + chunk_keys};
  RowFold keysOf{.lanes = lanes, .vectors = (key_count + lanes - 1) / lanes};

  Func keys_across{"keys_across"}, dots{"dots"}, scores{"scores"},
      maxima{"maxima"}, weights{"weights"}, correction{"correction"},
      totals{"totals"}, products{"products"}, weighted{"weighted"}, out{"out"};
  Func largest, sum; // of each query
  /// Products with a position table, of each query or of each key.
  struct PositionProducts {
    Func stored, sums;
    Expr rows;
    int most;
  };
  std::vector<PositionProducts> position_products;
};

} // namespace

/// Whether the query sees the key.
Expr Attention::seen() {
  Expr seen = key < key_count, ahead = key - query + distance;
  if (request.has("before"))
    seen = seen && ahead >= -request.wholeNumber("before");
  if (request.has("after"))
    seen = seen && ahead <= request.wholeNumber("after");
  return seen;
}

/// products[column, row]: a row's features times a column of the table.
Func Attention::multiplyPositions(const std::string &name, ImageParam &table,
                                  ImageParam &rows, Var at, Expr row) {
  Func sums(name + "_sums"), stored(name);
  RDom d(0, head_size, "d");
  sums(column, at) = 0.0f;
  sums(column, at) += table(column, d) * rows(d, row);
  stored(column, at) = sums(column, at);
  bool of_query = at.same_as(query);
  position_products.push_back({stored, sums, of_query ? query_count : key_count,
                               of_query ? query_block : chunk_keys});
  return stored;
}

/// What a score gains by content and position, before it is scaled.
Expr Attention::fromPositions() {
  Expr at = key - query + distance + (request.count("positions") - 1);
  // Lanes of keys that are not there read anything.
  Expr number =
      clamp(cast<int>(position_rows(at)) - first_column, 0, columns - 1);
  Expr gained;
  if (request.has("position_keys_stride")) {
    Func of_queries =
        multiplyPositions("of_queries", position_keys, queries, query, query);
    gained = of_queries(number, query);
  }
  if (request.has("position_queries_stride")) {
    Func of_keys = multiplyPositions("of_keys", position_queries, keys, key,
                                     min(key, key_count - 1));
    gained =
        gained.defined() ? gained + of_keys(number, key) : of_keys(number, key);
  }
  return gained;
}

/// From the dot product of a query and a scaled key.
Expr Attention::score(Expr dot) {
  if (relative)
    dot += fromPositions() * request.number("scale");
  if (request.has("softcap")) {
    float cap = request.number("softcap");
    dot = emblem::halide::activate(dot / cap, "tanh") * cap;
  }
  if (request.has("bias_stride"))
    dot += bias(key - query + distance + (request.count("positions") - 1));
  return select(seen(), dot, kLowest);
}

void Attention::defineScores() {
  // Keys past the last one repeat it.
  keys_across(lane, feature, strip) =
      keys(feature, min(strip * lanes + lane, key_count - 1)) *
      request.number("scale");
  RDom d(0, head_size, "d");
  dots(key, query) = 0.0f;
  dots(key, query) +=
      keys_across(key % lanes, d, key / lanes) * queries(d, query);
  scores(key, query) = score(dots(key, query));
}

/// exp(x) of x <= 0, and nothing where it is next to nothing.
static Expr weigh(Expr x) {
  return select(x < -87.0f, 0.0f, emblem::halide::exponential(x));
}

void Attention::defineWeights() {
  largest = keysOf.fold(
      "largest", kLowest, [&](Expr k, Expr q) { return scores(k, q); },
      [](Expr a, Expr b) { return select(a > b, a, b); });
  Expr before = select(first != 0, kLowest, earlier_maxima(query));
  maxima(query) = select(before > largest(query), before, largest(query));
  weights(key, query) = weigh(scores(key, query) - maxima(query));
  sum = keysOf.sum("sum", [&](Expr k, Expr q) { return weights(k, q); });
  correction(query) = weigh(earlier_maxima(query) - maxima(query));
  totals(query) =
      select(first != 0, 0.0f, earlier_totals(query) * correction(query)) +
      sum(query);
}

void Attention::defineResult() {
  RDom k(0, key_count, "k");
  products(feature, query) = 0.0f;
  products(feature, query) += weights(k, query) * values(feature, k);
  weighted(feature, query) = products(feature, query);
  Expr all =
      select(first != 0, 0.0f, earlier(feature, query) * correction(query)) +
      weighted(feature, query);
  Expr result = select(last != 0, all / totals(query), all);
  // How many chunks that are not seen a query shares with others decides the
  // sign of a zero: none stays negative.
  if (windowed)
    result = select(result == 0.0f, 0.0f, result);
  out(feature, query) = result;
}

std::vector<Argument> Attention::arguments() {
  std::vector<Argument> all = {queries,        keys,           values,
                               earlier_maxima, earlier_totals, earlier};
  if (request.has("bias_stride"))
    all.push_back(bias);
  if (relative)
    all.push_back(position_rows);
  if (request.has("position_keys_stride"))
    all.push_back(position_keys);
  if (request.has("position_queries_stride"))
    all.push_back(position_queries);
  if (relative)
    all.insert(all.end(), {first_column, columns});
  all.insert(all.end(), {query_count, key_count, distance, first, last});
  return all;
}

void Attention::fixLayouts() {
  using emblem::halide::fixDimension;
  int input_stride = request.count("input_stride");
  int out_stride = request.count("out_stride");
  fixDimension(queries.dim(0), 1, head_size);
  fixDimension(queries.dim(1), input_stride, query_count);
  for (ImageParam &rows : {std::ref(keys), std::ref(values)}) {
    fixDimension(rows.dim(0), 1, head_size);
    fixDimension(rows.dim(1), input_stride, key_count);
  }
  for (ImageParam &row : {std::ref(bias), std::ref(position_rows),
                          std::ref(earlier_maxima), std::ref(earlier_totals)})
    fixDimension(row.dim(0), 1);
  fixDimension(earlier.dim(0), 1, head_size);
  fixDimension(earlier.dim(1), out_stride);
  for (auto [table, stride] :
       {std::pair(&position_keys, "position_keys_stride"),
        std::pair(&position_queries, "position_queries_stride")})
    if (request.has(stride)) {
      fixDimension(table->dim(0), 1);
      fixDimension(table->dim(1), request.count(stride), head_size);
    }
  for (Func func : {maxima, totals})
    fixDimension(func.output_buffer().dim(0), 1, query_count);
  fixDimension(out.output_buffer().dim(0), 1, head_size);
  fixDimension(out.output_buffer().dim(1), out_stride, query_count);
}

// Halide's own stack, beyond 16 KB, is memory that it asks for; what is to be
// in registers and does not fit is on the function's.
void Attention::onStack(Func func, int columns, int rows) {
  func.compute_root()
      .store_in(MemoryType::Register)
      .bound_storage(func.args()[0], columns)
      .bound_storage(func.args()[1], rows);
}

void Attention::scheduleTiles(Func of, Func product, Expr rows, int width,
                              int vectors) {
  Var across = of.args()[0], down = of.args()[1];
  Var tile("tile"), tile_row("tile_row"), strip("strip"), in_strip("in_strip"),
      vector("vector"), lane("lane");
  auto scheduleHeight = [&](Stage stage, int height) {
    stage.split(down, tile, tile_row, height, TailStrategy::ShiftInwards)
        .split(across, strip, in_strip, vectors * width, TailStrategy::RoundUp)
        .split(in_strip, vector, lane, width)
        .reorder(lane, vector, tile_row, strip, tile)
        .vectorize(lane)
        .unroll(vector)
        .unroll(tile_row);
  };
  for (int height = tile_rows; height > 1; height /= 2)
    scheduleHeight(of.specialize(rows >= height), height);
  scheduleHeight(of, 1);
  product.compute_at(of, strip)
      .store_in(MemoryType::Register)
      .bound_extent(across, vectors * width)
      .vectorize(across, width)
      .unroll(across)
      .unroll(down);
  product.update()
      .reorder({across, down, product.rvars()[0]})
      .vectorize(across, width)
      .unroll(across)
      .unroll(down);
}

void Attention::schedule() {
  // Rows lie so far apart that no hardware foresees them.
  keys_across.compute_root()
      .store_in(MemoryType::Register)
      .bound(lane, 0, lanes)
      .bound(feature, 0, head_size)
      .bound_storage(strip, chunk_keys / lanes)
      .reorder(feature, lane, strip)
      .vectorize(feature, feature_lanes)
      .prefetch(keys, lane, lane, kRowsAhead);
  onStack(scores, chunk_keys, query_block);
  scheduleTiles(scores, dots, query_count, lanes, 1);
  onStack(weights, chunk_keys, query_block);
  weights.vectorize(key, lanes, TailStrategy::RoundUp);
  onStack(weighted, head_size, query_block);
  int vectors =
      head_size % (tile_vectors * feature_lanes) == 0 ? tile_vectors : 1;
  scheduleTiles(weighted, products, query_count, feature_lanes, vectors);
  for (Func func : {largest, sum, correction})
    func.compute_root()
        .store_in(MemoryType::Register)
        .bound_storage(func.args()[0], query_block);
  for (const PositionProducts &of : position_products) {
    onStack(of.stored, query_block + chunk_keys, of.most);
    scheduleTiles(of.stored, of.sums, of.rows, lanes, 1);
  }
  out.vectorize(feature, feature_lanes);
}

Module Attention::write(const Target &target) {
  defineScores();
  defineWeights();
  defineResult();
  fixLayouts();
  schedule();
  return Pipeline({maxima, totals, out})
      .compile_to_module(arguments(), request.text("name"), target);
}

Module emblem::halide::writeAttention(const KernelRequest &request,
                                      const Target &target) {
  return Attention(request).write(target);
}
