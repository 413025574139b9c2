//===- weight_store.cpp - The named weights of a model's files ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/weights/weight_store.h"

#include "compiler/files/gguf/blocks.h"
#include "compiler/weights/low_rank_sum.h"
#include "compiler/weights/resized_positions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <cstring>

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;

//===----------------------------------------------------------------------===//
// Finding and reading
//===----------------------------------------------------------------------===//

bool WeightStore::contains(StringRef name) const {
  return plain.find(name) != plain.end() ||
         qualified.find(name) != qualified.end();
}

std::vector<StringRef> WeightStore::getNames() const {
  std::vector<StringRef> names;
  for (const auto &entry : plain)
    names.push_back(entry.first);
  return names;
}

// "[384, 1536]"
static std::string shapeText(ArrayRef<int64_t> shape) {
  return formatv("[{0:$[, ]}]", make_range(shape.begin(), shape.end()));
}

Error WeightStore::notFound(StringRef name) const {
  if (plain.empty())
    return createStringError("weight '" + name +
                             "' is nowhere: the model names no weight files");
  std::vector<std::pair<unsigned, StringRef>> nearest;
  for (const auto &entry : plain)
    nearest.emplace_back(name.edit_distance(entry.first), entry.first);
  llvm::sort(nearest);
  nearest.resize(std::min<size_t>(nearest.size(), 3));
  std::string names;
  for (auto [distance, other] : nearest)
    names += formatv("{0}'{1}'", names.empty() ? "" : ", ", other);
  return createStringError("weight '" + name +
                           "' is in none of the model's files; the nearest "
                           "names there are " +
                           names);
}

// Splits "name[2:4]" into "name" and rows 2 and 3.
static std::optional<std::pair<int64_t, int64_t>> takeRows(StringRef &name) {
  int64_t first, last;
  StringRef stem = name;
  if (!stem.consume_back("]"))
    return std::nullopt;
  auto [whole, rows] = stem.rsplit('[');
  auto [from, to] = rows.split(':');
  if (from.getAsInteger(10, first) || to.getAsInteger(10, last))
    return std::nullopt;
  name = whole;
  return std::pair(first, last);
}

static constexpr StringLiteral kOnePlus = "1 + ";

// Splits "a - b".
static std::optional<std::pair<StringRef, StringRef>>
splitDifference(StringRef name) {
  auto [minuend, subtrahend] = name.split(" - ");
  if (subtrahend.empty())
    return std::nullopt;
  return std::pair(minuend, subtrahend);
}

// Splits "scale * name" into the two; an adapter's sum has a product within.
static StringRef takeScale(StringRef &name) {
  auto [scale, scaled] = name.split(" * ");
  if (name.starts_with("(") || scaled.empty())
    return "";
  name = scaled;
  return scale;
}

// The table that a name resizes, as large as it will be.
static Expected<WeightView> findResized(const WeightStore &store,
                                        StringRef name,
                                        const ResizedPositions &positions) {
  auto view = store.find(positions.table);
  if (!view)
    return view.takeError();
  int64_t width = view->shape.empty() ? 1 : view->shape.back();
  int64_t rows = view->elementCount() / std::max<int64_t>(width, 1);
  int64_t before = rows - positions.from * positions.from;
  if (before < 0)
    return createStringError("weight '" + name + "' has " + Twine(rows) +
                             " rows, fewer than the square has places");
  view->shape.assign({before + positions.to * positions.to, width});
  return view;
}

Expected<WeightView> WeightStore::find(StringRef name) const {
  if (auto positions = ResizedPositions::parse(name);
      positions && !contains(name))
    return findResized(*this, name, *positions);
  if (auto difference = splitDifference(name); difference && !contains(name))
    name = difference->first;
  // What is added has no place in the file, and the scale its own.
  name.consume_front(kOnePlus);
  if (!contains(name))
    takeScale(name);
  StringRef whole = name;
  auto rows = takeRows(whole);
  if (!rows || contains(name))
    return findWhole(name);
  auto view = findWhole(whole);
  if (!view)
    return view.takeError();
  auto [first, last] = *rows;
  if (view->shape.empty() || first < 0 || first >= last ||
      last > view->shape.front())
    return createStringError("weight '" + name + "' asks for rows " +
                             Twine(first) + " to " + Twine(last) +
                             ", and the whole is " + shapeText(view->shape));
  const ElementTypeInfo &info = getInfo(view->type);
  // Rows of what is transposed are columns of what is stored.
  int64_t rowSize =
      view->transposedHeight ? 1 : view->elementCount() / view->shape.front();
  view->data += first * (rowSize / info.count) * info.size;
  view->shape.front() = last - first;
  return view;
}

Expected<WeightView> WeightStore::findWhole(StringRef name) const {
  // What is added has no place in the file.
  if (auto sum = LowRankSum::parse(name); sum && !contains(name))
    name = sum->base;
  StringRef stored = name;
  if (stored.consume_front("transpose(") && stored.consume_back(")") &&
      !contains(name)) {
    auto view = findWhole(stored);
    if (view && (view->shape.size() != 2 || view->transposedHeight))
      return createStringError("weight '" + name + "' must be a matrix, and '" +
                               stored + "' is " + shapeText(view->shape));
    if (view) {
      std::swap(view->shape[0], view->shape[1]);
      view->transposedHeight = view->shape[0];
    }
    return view;
  }
  for (const auto *names : {&plain, &qualified}) {
    auto found = names->find(name);
    if (found == names->end())
      continue;
    const Entry &entry = found->second;
    if (entry.sources.size() > 1)
      return createStringError(
          "weight '" + name + "' is in both '" + entry.sources[0] + "' and '" +
          entry.sources[1] +
          "'; write 'folder/name' with the last folder on the file's path");
    return entry.view;
  }
  return notFound(name);
}

// A buffer of positions is often [1, positions, features]; columns stay.
static SmallVector<int64_t> withoutOnes(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> sides(shape);
  if (!sides.empty())
    sides.erase(std::remove(sides.begin(), std::prev(sides.end()), 1),
                std::prev(sides.end()));
  return sides;
}

static bool isReadable(ElementType type) {
  return type == ElementType::F32 || type == ElementType::F16 ||
         type == ElementType::BF16 || hasBlocks(type);
}

Error WeightStore::check(StringRef name, ArrayRef<int64_t> shape) const {
  if (auto difference = splitDifference(name); difference && !contains(name)) {
    if (Error error = check(difference->first, shape))
      return error;
    return check(difference->second, shape);
  }
  auto view = find(name);
  if (!view)
    return view.takeError();
  if (withoutOnes(view->shape) != withoutOnes(shape))
    return createStringError(
        "weight '" + name + "' is " + shapeText(view->shape) +
        " in its file, and the model needs " + shapeText(shape));
  if (Error error = checkSum(name))
    return error;
  if (Error error = checkScale(name))
    return error;
  if (!isReadable(view->type))
    return createStringError("weight '" + name + "' holds " +
                             getInfo(view->type).name +
                             ", and a weight must be F32, F16 or BF16; save "
                             "the model in one of them");
  return Error::success();
}

// The sum that a name is, and the first of its rows that the name asks for.
static std::optional<std::pair<LowRankSum, int64_t>> parseSum(StringRef name) {
  auto rows = takeRows(name);
  auto sum = LowRankSum::parse(name);
  if (!sum)
    return std::nullopt;
  return std::pair(*sum, rows ? rows->first : 0);
}

Error WeightStore::checkScale(StringRef name) const {
  StringRef scaled = name, scale = takeScale(scaled);
  if (scale.empty() || contains(name))
    return Error::success();
  return check(scale, find(scaled)->shape.front());
}

Error WeightStore::checkSum(StringRef name) const {
  auto sum = parseSum(name);
  if (!sum)
    return Error::success();
  auto base = find(sum->first.base), up = find(sum->first.up),
       down = find(sum->first.down);
  for (Expected<WeightView> *part : {&base, &up, &down})
    if (Error error = part->takeError()) {
      for (Expected<WeightView> *other : {&base, &up, &down})
        if (other != part)
          consumeError(other->takeError());
      return error;
    }
  int64_t rank = up->shape.empty() ? 0 : up->shape.back();
  ArrayRef<int64_t> sides = base->shape;
  if (sides.size() != 2 || rank < 1 || up->elementCount() != sides[0] * rank ||
      down->elementCount() != rank * sides[1] || !isReadable(up->type) ||
      !isReadable(down->type))
    return createStringError(
        "weight '" + name + "' adds " + shapeText(up->shape) + " times " +
        shapeText(down->shape) + " to " + shapeText(base->shape) +
        ", which is of another size");
  return Error::success();
}

Error WeightStore::addProduct(StringRef name, int64_t begin,
                              MutableArrayRef<float> values) const {
  auto sum = parseSum(name);
  if (!sum)
    return Error::success();
  auto readPart = [&](StringRef part, std::vector<float> &into) -> Error {
    auto view = find(part);
    return view ? read(part, view->shape).moveInto(into) : view.takeError();
  };
  std::vector<float> up, down;
  if (Error error = readPart(sum->first.up, up))
    return error;
  if (Error error = readPart(sum->first.down, down))
    return error;
  int64_t rank = find(sum->first.up)->shape.back();
  int64_t width = down.size() / rank, first = sum->second + begin / width;
  sum->first.addTo(values, width, first, up, down, rank);
  return Error::success();
}

// Elements of the file's data, in its own order.
static void readStored(const WeightView &view, int64_t begin,
                       MutableArrayRef<float> values) {
  const ElementTypeInfo &info = getInfo(view.type);
  const char *data = view.data + begin / info.count * info.size;
  if (view.type == ElementType::F32) {
    std::memcpy(values.data(), data, values.size() * sizeof(float));
    return;
  }
  if (hasBlocks(view.type))
    return decodeBlocks(view.type, data, values);
  auto widen = view.type == ElementType::F16 ? widenF16 : widenBF16;
  for (size_t i = 0; i < values.size(); ++i) {
    uint16_t bits;
    std::memcpy(&bits, data + 2 * i, sizeof(bits));
    values[i] = widen(bits);
  }
}

// Rows of a matrix that is stored column by column.
static void readTransposed(const WeightView &view, int64_t begin,
                           MutableArrayRef<float> values) {
  int64_t width = view.shape[1];
  int64_t firstRow = begin / width, rows = values.size() / width;
  std::vector<float> column(rows);
  for (int64_t j = 0; j < width; ++j) {
    readStored(view, j * view.transposedHeight + firstRow, column);
    for (int64_t i = 0; i < rows; ++i)
      values[i * width + j] = column[i];
  }
}

Error WeightStore::readRange(StringRef name, int64_t begin,
                             MutableArrayRef<float> values) const {
  if (auto difference = splitDifference(name); difference && !contains(name)) {
    std::vector<float> others(values.size());
    if (Error error = readRange(difference->first, begin, values))
      return error;
    if (Error error = readRange(difference->second, begin, others))
      return error;
    for (auto [value, other] : llvm::zip(values, others))
      value -= other;
    return Error::success();
  }
  auto found = find(name);
  if (!found)
    return found.takeError();
  const WeightView &view = *found;
  if (!isReadable(view.type))
    return check(name, view.shape);
  if (auto positions = ResizedPositions::parse(name);
      positions && !contains(name)) {
    auto table = read(positions->table, find(positions->table)->shape);
    if (!table)
      return table.takeError();
    std::vector<float> resized = positions->resize(*table, view.shape.back());
    llvm::copy(ArrayRef(resized).slice(begin, values.size()), values.begin());
    return Error::success();
  }
  if (view.transposedHeight)
    readTransposed(view, begin, values);
  else
    readStored(view, begin, values);
  if (name.starts_with(kOnePlus))
    for (float &value : values)
      value += 1.0f;
  if (Error error = addProduct(name, begin, values))
    return error;
  StringRef scaled = name, scale = takeScale(scaled);
  if (!scale.empty() && !contains(name)) {
    int64_t rows = view.shape.front(), width = view.elementCount() / rows;
    auto factors = read(scale, rows);
    if (!factors)
      return factors.takeError();
    for (auto [index, value] : llvm::enumerate(values))
      value *= (*factors)[(begin + index) / width];
  }
  if (!all_of(values, [](float value) { return std::isfinite(value); }))
    return createStringError("the weight '" + name +
                             "' holds a number that is not finite; the file "
                             "is damaged, or its training went wrong");
  return Error::success();
}

Expected<std::vector<float>> WeightStore::read(StringRef name,
                                               ArrayRef<int64_t> shape) const {
  if (Error error = check(name, shape))
    return error;
  std::vector<float> values(find(name)->elementCount());
  if (Error error = readRange(name, 0, values))
    return error;
  return values;
}

//===----------------------------------------------------------------------===//
// Weights of a module
//===----------------------------------------------------------------------===//

Error emblem::frontend::checkWeight(emb::WeightOp op,
                                    const WeightStore &store) {
  mlir::RankedTensorType type =
      mlir::cast<mlir::RankedTensorType>(op.getResult().getType());
  StringRef name = op.getName();
  if (mlir::ElementsAttr value = op.getValueAttr()) {
    if (value.tryGetValues<APFloat>())
      return Error::success();
    return createStringError("the value of weight '" + name +
                             "' cannot be read; write it as dense<...>");
  }
  if (Error error = store.check(name, type.getShape()))
    return error;
  // A wider type only widens; a narrower one would round behind one's back.
  ElementType stored = store.find(name)->type;
  mlir::Type element = type.getElementType();
  if (element.isF32() || (element.isF16() && stored == ElementType::F16) ||
      (element.isBF16() && stored == ElementType::BF16))
    return Error::success();
  return createStringError("weight '" + name + "' is " + getInfo(stored).name +
                           " in its file, and the module says " +
                           (element.isF16() ? "f16" : "bf16") +
                           "; write f32 or the file's own type");
}

Expected<std::vector<float>>
emblem::frontend::readWeight(emb::WeightOp op, const WeightStore &store) {
  if (Error error = checkWeight(op, store))
    return error;
  mlir::ElementsAttr value = op.getValueAttr();
  if (!value)
    return store.read(op.getName(), mlir::cast<mlir::RankedTensorType>(
                                        op.getResult().getType())
                                        .getShape());
  std::vector<float> values;
  values.reserve(value.getNumElements());
  auto elements = value.getValues<APFloat>(); // checked above
  for (APFloat element : elements) {
    bool losesInformation;
    element.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven,
                    &losesInformation);
    values.push_back(element.convertToFloat());
  }
  return values;
}
