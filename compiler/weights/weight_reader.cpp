//===- weight_reader.cpp - The values of a weight -------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/gguf/blocks.h"
#include "compiler/weights/low_rank_sum.h"
#include "compiler/weights/narrow_integers.h"
#include "compiler/weights/resized_positions.h"
#include "compiler/weights/weight_store.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <cstring>

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;

using Derivation = WeightDerivation;

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

// Rows of a weight of one dimension may begin within a block.
static void readBlocks(const WeightView &view, int64_t begin,
                       MutableArrayRef<float> values) {
  const ElementTypeInfo &info = getInfo(view.type);
  int64_t skipped = begin % info.count;
  const char *data = view.data + begin / info.count * info.size;
  if (skipped == 0 && values.size() % info.count == 0)
    return decodeBlocks(view.type, data, values);
  std::vector<float> whole(alignTo(skipped + values.size(), info.count));
  decodeBlocks(view.type, data, whole);
  llvm::copy(ArrayRef(whole).slice(skipped, values.size()), values.begin());
}

// `count` elements that lie one after the other.
static void readRun(ElementType type, const char *data,
                    MutableArrayRef<float> values) {
  if (type == ElementType::F32) {
    std::memcpy(values.data(), data, values.size() * sizeof(float));
    return;
  }
  if (type == ElementType::F64) {
    for (size_t i = 0; i < values.size(); ++i) {
      double value;
      std::memcpy(&value, data + 8 * i, sizeof(value));
      values[i] = static_cast<float>(value);
    }
    return;
  }
  auto widen = type == ElementType::F16 ? widenF16 : widenBF16;
  for (size_t i = 0; i < values.size(); ++i) {
    uint16_t bits;
    std::memcpy(&bits, data + 2 * i, sizeof(bits));
    values[i] = widen(bits);
  }
}

// Row by row of the tensor, wherever its rows lie.
static void readStrided(const WeightView &view, int64_t begin,
                        MutableArrayRef<float> values) {
  int64_t size = getInfo(view.type).size, sides = view.shape.size();
  SmallVector<int64_t, 4> at(sides); // of the next element, along each side
  for (int64_t i = sides, rest = begin; i-- > 0; rest /= view.shape[i])
    at[i] = rest % view.shape[i];
  int64_t width = view.shape.back(), step = view.strides.back();
  while (!values.empty()) {
    int64_t place = 0;
    for (auto [index, stride] : llvm::zip_equal(at, view.strides))
      place += index * stride;
    size_t count = std::min<size_t>(width - at.back(), values.size());
    if (step == 1)
      readRun(view.type, view.data + place * size, values.take_front(count));
    else
      for (size_t i = 0; i < count; ++i)
        readRun(view.type, view.data + (place + int64_t(i) * step) * size,
                values.slice(i, 1));
    values = values.drop_front(count);
    at.back() = 0;
    for (int64_t i = sides - 1; i-- > 0 && ++at[i] == view.shape[i];)
      at[i] = 0;
  }
}

static void readStored(const WeightView &view, int64_t begin,
                       MutableArrayRef<float> values) {
  if (hasBlocks(view.type))
    return readBlocks(view, begin, values);
  if (isInteger(view.type))
    return readIntegers(view, begin, values);
  if (!view.strides.empty())
    return readStrided(view, begin, values);
  readRun(view.type, view.data + begin * getInfo(view.type).size, values);
}

//===----------------------------------------------------------------------===//
// What is made of them
//===----------------------------------------------------------------------===//

/// Reads some values of one weight, from element `begin` on, into `values`.
class WeightStore::Reader {
public:
  Reader(const WeightStore &store, const WeightExpression &weight,
         int64_t begin, MutableArrayRef<float> values, bool integers = false)
      : store(store), weight(weight), begin(begin), values(values),
        integers(integers) {}

  Error read() const {
    return std::visit([&](const auto &operation) { return (*this)(operation); },
                      weight.derivation.operation);
  }

private:
  /// A tensor.
  Error operator()(std::monostate) const {
    auto entry = store.findTensor(weight.name);
    if (!entry)
      return entry.takeError();
    const WeightView &view = (*entry)->view;
    if (Error error = checkType(weight.name, view.type, integers))
      return error;
    if ((*entry)->words)
      (*entry)->words->read(begin, values);
    else
      readStored(view, begin, values);
    return Error::success();
  }

  Error operator()(const Derivation::Rows &rows) const {
    auto view = store.find(weight);
    if (!view)
      return view.takeError();
    int64_t rowSize = view->elementCount() / view->shape.front();
    return readOperand(0, rows.first * rowSize + begin, values);
  }

  Error operator()(const Derivation::OnePlus &) const {
    if (Error error = readOperand(0, begin, values))
      return error;
    for (float &value : values)
      value += 1.0f;
    return Error::success();
  }

  Error operator()(const Derivation::ScaledRows &) const {
    auto view = store.find(weight);
    if (!view)
      return view.takeError();
    if (Error error = readOperand(0, begin, values))
      return error;
    std::vector<float> factors;
    if (Error error = readWhole(1, factors))
      return error;
    int64_t width = view->elementCount() / factors.size();
    for (auto [index, value] : llvm::enumerate(values))
      value *= factors[(begin + index) / width];
    return Error::success();
  }

  Error operator()(const Derivation::Difference &) const {
    std::vector<float> others(values.size());
    if (Error error = readOperand(0, begin, values))
      return error;
    if (Error error = readOperand(1, begin, others))
      return error;
    for (auto [value, other] : llvm::zip(values, others))
      value -= other;
    return Error::success();
  }

  /// A part of each stored row is a part of a column here; what is computed is
  /// computed in whole rows.
  Error operator()(const Derivation::Transposed &) const {
    auto view = store.find(weight);
    if (!view)
      return view.takeError();
    int64_t height = view->shape[0], width = view->shape[1];
    int64_t first = begin / width, rows = values.size() / width;
    std::optional<Stored> stored = findStored(weight.operand(0));
    std::vector<float> row(stored ? rows : height);
    for (int64_t j = 0; j < width; ++j) {
      if (stored)
        readStored(*stored->view, stored->begin + j * height + first, row);
      else if (Error error = readOperand(0, j * height, row))
        return error;
      for (int64_t i = 0; i < rows; ++i)
        values[i * width + j] = row[stored ? i : first + i];
    }
    return Error::success();
  }

  Error operator()(const Derivation::Resized &resized) const {
    auto view = store.find(weight);
    if (!view)
      return view.takeError();
    std::vector<float> table;
    if (Error error = readWhole(0, table))
      return error;
    int64_t width = view->shape.back();
    resizePositions(resized, table, width, begin / width, values);
    return Error::success();
  }

  Error operator()(const Derivation::LowRankSum &sum) const {
    auto view = store.find(weight);
    if (!view)
      return view.takeError();
    if (Error error = readOperand(0, begin, values))
      return error;
    std::vector<float> down;
    if (Error error = readWhole(2, down))
      return error;
    int64_t width = view->shape[1], rank = down.size() / width;
    std::vector<float> up(values.size() / width * rank);
    if (Error error = readOperand(1, begin / width * rank, up))
      return error;
    addProduct(values, width, sum.scale, up, down, rank);
    return Error::success();
  }

  Error operator()(const Derivation::Unpacked &unpacked) const {
    std::optional<Stored> stored = findStored(weight.operand(0));
    auto view = store.find(weight); // checks the sizes
    if (!view)
      return view.takeError();
    if (!integers || !stored)
      return createStringError("the " + weight.describe() +
                               " is no weight before it is dequantised");
    int64_t bytes = store.find(weight.operand(0))->elementCount();
    int64_t pitch = bytes / unpacked.rows, width = unpacked.columns;
    const char *data = stored->view->data + stored->begin;
    for (int64_t i = 0; i < int64_t(values.size()) / width; ++i)
      unpackIntegers(data + (begin / width + i) * pitch, unpacked.bits,
                     values.slice(i * width, width));
    return Error::success();
  }

  /// Scales of blocks are read with the rows that they are of.
  Error operator()(const Derivation::Dequantised &how) const {
    auto view = store.find(weight);
    if (!view)
      return view.takeError();
    if (Error error = readOperand(0, begin, values, /*integers=*/true))
      return error;
    ScalePlaces places(how, view->shape);
    const auto span = places.span(begin, values.size());
    const int64_t first = span.first, last = span.second;
    auto read = [&](size_t index, std::vector<float> &into) -> Error {
      bool one = store.find(weight.operand(index))->elementCount() == 1;
      into.resize(one ? 1 : last - first);
      return readOperand(index, one ? 0 : first, into, index == 2);
    };
    std::vector<float> scales, zeros = {static_cast<float>(how.zero)};
    if (Error error = read(1, scales))
      return error;
    if (weight.derivation.operands.size() > 2)
      if (Error error = read(2, zeros))
        return error;
    for (size_t i = 0; i < values.size(); i += places.width)
      for (int64_t j = 0; j < places.width; ++j) {
        int64_t place = places.indexOf((begin + i) / places.width, j) - first;
        float &value = values[i + j];
        value = (value - zeros[zeros.size() == 1 ? 0 : place]) *
                scales[scales.size() == 1 ? 0 : place];
      }
    return Error::success();
  }

  /// A weight whose values lie in a file, one after the other.
  struct Stored {
    const WeightView *view;
    int64_t begin;
  };
  /// None where a weight that there is is computed, or cannot be read.
  std::optional<Stored> findStored(const WeightExpression &of) const {
    if (auto *rows = of.as<Derivation::Rows>()) {
      std::optional<Stored> whole = findStored(of.operand(0));
      if (whole)
        whole->begin += rows->first * (whole->view->elementCount() /
                                       whole->view->shape.front());
      return whole;
    }
    if (!of.isTensor())
      return std::nullopt;
    const Entry &entry = *cantFail(store.findTensor(of.name));
    if (entry.words ||
        errorToBool(checkType(of.name, entry.view.type, integers)))
      return std::nullopt;
    return Stored{&entry.view, 0};
  }

  Error readOperand(size_t index, int64_t from,
                    MutableArrayRef<float> into) const {
    return readOperand(index, from, into, integers);
  }
  Error readOperand(size_t index, int64_t from, MutableArrayRef<float> into,
                    bool integers) const {
    return Reader(store, weight.operand(index), from, into, integers).read();
  }

  Error readWhole(size_t index, std::vector<float> &into) const {
    auto view = store.find(weight.operand(index));
    if (!view)
      return view.takeError();
    into.resize(view->elementCount());
    return readOperand(index, 0, into);
  }

  const WeightStore &store;
  const WeightExpression &weight;
  int64_t begin;
  MutableArrayRef<float> values;
  bool integers; // that are dequantised then
};

Error WeightStore::readRange(const WeightExpression &weight, int64_t begin,
                             MutableArrayRef<float> values) const {
  if (values.empty())
    return Error::success();
  if (Error error = Reader(*this, weight, begin, values).read())
    return error;
  if (all_of(values, [](float value) { return std::isfinite(value); }))
    return Error::success();
  return createStringError("the " + weight.describe() +
                           " holds a number that is not finite in float32; the "
                           "file is damaged, or its training went wrong");
}
