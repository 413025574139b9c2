//===- packed_weight.cpp - One weight as kernels read it ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/package/packed_weight.h"

#include "compiler/package/computed_weights.h"
#include "compiler/package/narrow_numbers.h"
#include "compiler/weights/weight_attribute.h"

#include <numeric>

using namespace mlir;
using namespace emblem;
using namespace emblem::package;

PackedWeight::PackedWeight(kernel::WeightOp weight,
                           const frontend::WeightStore &store)
    : layout(weight.getLayout()), sources(weight.getSources()),
      type(weight.getType()), shape(type.getShape()),
      tableRow(weight.getTableRowAttr()), factor(weight.getFactorAttr()),
      smoothing(cast_if_present<DenseElementsAttr>(weight.getSmoothingAttr())),
      channels(weight.getChannelsAttr()), store(&store),
      offset(weight.getByteOffsetAttr().getInt()) {
  for (Attribute source : sources)
    sourceWeights.push_back(emb::isWeightExpression(source)
                                ? frontend::toWeight(source)
                                : frontend::WeightExpression());
}

llvm::Expected<PackedWeight>
PackedWeight::create(kernel::WeightOp op, const frontend::WeightStore &store) {
  PackedWeight weight(op, store);
  if (llvm::Error error = weight.measure())
    return error;
  return weight;
}

//===----------------------------------------------------------------------===//
// Sources
//===----------------------------------------------------------------------===//

llvm::Expected<int64_t> PackedWeight::countValues(size_t index) const {
  Attribute source = sources[index];
  if (auto zeros = dyn_cast<IntegerAttr>(source))
    return zeros.getInt();
  if (auto values = dyn_cast<DenseElementsAttr>(source))
    return values.getNumElements();
  llvm::Expected<frontend::WeightView> view = store->find(sourceWeights[index]);
  if (!view)
    return view.takeError();
  return view->elementCount();
}

llvm::Error PackedWeight::readSource(size_t index, int64_t begin,
                                     MutableArrayRef<float> values) const {
  Attribute source = sources[index];
  if (isa<IntegerAttr>(source)) {
    llvm::fill(values, 0.0f);
    return llvm::Error::success();
  }
  auto given = dyn_cast<DenseElementsAttr>(source);
  if (!given)
    return store->readRange(sourceWeights[index], begin, values);
  auto from = given.value_begin<APFloat>() + begin;
  for (float &value : values)
    value = static_cast<float>((*from++).convertToDouble());
  return llvm::Error::success();
}

llvm::Error PackedWeight::readJoined(int64_t begin,
                                     MutableArrayRef<float> values) const {
  int64_t end = begin + values.size(), sourceBegin = 0;
  for (auto [index, count] : llvm::enumerate(sourceValues)) {
    int64_t from = std::max(begin, sourceBegin);
    int64_t to = std::min(end, sourceBegin + count);
    if (from < to)
      if (llvm::Error error = readSource(index, from - sourceBegin,
                                         values.slice(from - begin, to - from)))
        return error;
    sourceBegin += count;
  }
  if (factor)
    for (float &value : values)
      value *= static_cast<float>(factor.getValueAsDouble());
  return llvm::Error::success();
}

llvm::Expected<std::vector<float>> PackedWeight::readRows(int64_t first,
                                                          int64_t count) const {
  count = std::min(count, rows - first);
  std::vector<float> values(std::max<int64_t>(count, 0) * width);
  if (values.empty())
    return values;
  if (llvm::Error error = readJoined(first * width, values))
    return error;
  if (channels)
    interleaveChannels(values);
  if (smoothing)
    smooth(values);
  return values;
}

/// What the shape of a weight's first source says of a matrix's rows.
static int64_t widthOf(ArrayRef<int64_t> sides) {
  return ShapedType::getNumElements(sides.drop_front());
}

llvm::Error PackedWeight::measure() {
  partBytes =
      ShapedType::getNumElements(shape) * type.getElementTypeBitWidth() / 8;
  if (isComputed(layout))
    return llvm::Error::success(); // as a whole
  int64_t values = 0;
  for (size_t i = 0; i < sources.size(); ++i) {
    llvm::Expected<int64_t> count = countValues(i);
    if (!count)
      return count.takeError();
    sourceValues.push_back(*count);
    values += *count;
  }
  SmallVector<int64_t> sides;
  if (auto given = dyn_cast<DenseElementsAttr>(sources[0]))
    llvm::append_range(sides, given.getType().getShape());
  else if (emb::isWeightExpression(sources[0]))
    sides = llvm::cantFail(store->find(sourceWeights[0])).shape;
  switch (layout) {
  case kernel::Layout::Row:
    width = tableRow ? values / sides[0] : values;
    rows = tableRow ? sides[0] : 1;
    return llvm::Error::success();
  case kernel::Layout::Table:
    parts = rows = shape[0];
    width = values / rows;
    break;
  case kernel::Layout::Panels:
  case kernel::Layout::GroupScales:
    parts = shape[0];
    partRows = shape[2];
    width = widthOf(sides);
    rows = values / width;
    break;
  default: // a number a row
    parts = shape[0];
    width = widthOf(sides);
    rows = values / width;
  }
  partBytes /= parts;
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Layouts
//===----------------------------------------------------------------------===//

void PackedWeight::put(char *out, int64_t index, float value) const {
  if (type.getElementType().isF32()) {
    reinterpret_cast<float *>(out)[index] = value;
    return;
  }
  assert(type.getElementType().isBF16() && "integers are written elsewhere");
  reinterpret_cast<uint16_t *>(out)[index] = roundToBf16(value);
}

void PackedWeight::writeRow(ArrayRef<float> row, char *out) const {
  for (auto [index, value] : llvm::enumerate(row))
    put(out, index, value);
}

/// Rows of `rowWidth` values into rows as wide as the packed shape.
void PackedWeight::writeTable(ArrayRef<float> values, int64_t rowWidth,
                              char *out) const {
  int64_t rowBytes = shape.back() * type.getElementTypeBitWidth() / 8;
  for (size_t row = 0; row * rowWidth < values.size(); ++row) {
    ArrayRef<float> from = values.slice(row * rowWidth, rowWidth);
    char *to = out + row * rowBytes;
    if (type.getElementType().isInteger(8))
      quantize(from, getScale(from), reinterpret_cast<int8_t *>(to));
    else
      writeRow(from, to);
  }
}

/// [N, K] -> [panels, groups, panel, depth], the depth 1 where the shape has
/// none: out[p][g][c][d] = values[p * panel + c][g * depth + d].
template <typename T, typename Put>
static void interleave(ArrayRef<T> values, int64_t inputs,
                       ArrayRef<int64_t> shape, Put put) {
  int64_t groups = shape[1], panel = shape[2];
  int64_t depth = shape.size() == 4 ? shape[3] : 1;
  int64_t rows = values.size() / inputs;
  for (int64_t first = 0; first < rows; first += panel) {
    int64_t columns = std::min(panel, rows - first);
    for (int64_t k = 0; k < inputs; k += depth)
      for (int64_t c = 0; c < columns; ++c) {
        const T *from = &values[(first + c) * inputs + k];
        int64_t to = ((first / panel * groups + k / depth) * panel + c) * depth;
        for (int64_t d = 0; d < std::min(depth, inputs - k); ++d)
          put(to + d, from[d]);
      }
  }
}

void PackedWeight::writePanels(ArrayRef<float> values, char *out) const {
  if (!type.getElementType().isInteger(8))
    return interleave(values, width, shape, [&](int64_t index, float value) {
      put(out, index, value);
    });
  std::vector<int8_t> integers(values.size());
  for (size_t row = 0; row < values.size(); row += width) {
    ArrayRef<float> from = values.slice(row, width);
    quantize(from, getScale(from), &integers[row]);
  }
  interleave(ArrayRef(integers), width, shape,
             [&](int64_t index, int8_t value) { out[index] = value; });
}

/// [N, K] -> [panels, pairs, panel, 2] in i4: the first of a pair in the low
/// half of a byte.
void PackedWeight::writeInt4Panels(ArrayRef<float> values, char *out) const {
  int64_t pairs = shape[1], panel = shape[2], inputs = width;
  std::vector<int8_t> integers(inputs);
  for (int64_t n = 0; n * inputs < static_cast<int64_t>(values.size()); ++n) {
    ArrayRef<float> row = values.slice(n * inputs, inputs);
    for (int64_t k = 0; k < inputs; k += kernel::kGroupSize) {
      ArrayRef<float> group =
          row.slice(k, std::min(kernel::kGroupSize, inputs - k));
      quantizeInt4(group, getInt4Scale(group), &integers[k]);
    }
    char *column = out + n / panel * pairs * panel + n % panel;
    for (int64_t k = 0; k < inputs; ++k)
      column[k / 2 * panel] |= (integers[k] & 0xf) << k % 2 * 4;
  }
}

/// [N, K] -> [panels, groups, panel].
void PackedWeight::writeGroupScales(ArrayRef<float> values, char *out) const {
  int64_t groups = shape[1], panel = shape[2], inputs = width;
  for (int64_t n = 0; n * inputs < static_cast<int64_t>(values.size()); ++n) {
    ArrayRef<float> row = values.slice(n * inputs, inputs);
    for (int64_t g = 0; g < groups; ++g) {
      int64_t k = g * kernel::kGroupSize;
      float scale =
          getInt4Scale(row.slice(k, std::min(kernel::kGroupSize, inputs - k)));
      put(out, (n / panel * groups + g) * panel + n % panel, scale);
    }
  }
}

void PackedWeight::writeScales(ArrayRef<float> values, char *out) const {
  int64_t inputs = width;
  for (size_t n = 0; n * inputs < values.size(); ++n)
    put(out, n, getScale(values.slice(n * inputs, inputs)));
}

void PackedWeight::writeCorrections(ArrayRef<float> values, char *out) const {
  int64_t inputs = width;
  std::vector<int8_t> integers(inputs);
  for (size_t n = 0; n * inputs < values.size(); ++n) {
    ArrayRef<float> row = values.slice(n * inputs, inputs);
    float scale = getScale(row);
    quantize(row, scale, integers.data());
    put(out, n, std::accumulate(integers.begin(), integers.end(), 0) * scale);
  }
}

void PackedWeight::interleaveChannels(MutableArrayRef<float> values) const {
  int64_t count = channels.getInt();
  int64_t places = width / count;
  std::vector<float> row(width);
  for (size_t begin = 0; begin < values.size(); begin += width) {
    for (int64_t channel = 0; channel < count; ++channel)
      for (int64_t place = 0; place < places; ++place)
        row[place * count + channel] = values[begin + channel * places + place];
    llvm::copy(row, values.begin() + begin);
  }
}

void PackedWeight::smooth(MutableArrayRef<float> values) const {
  std::vector<float> factors(smoothing.value_begin<float>(),
                             smoothing.value_end<float>());
  for (auto [index, value] : llvm::enumerate(values))
    value /= factors[index % factors.size()];
}

llvm::Error PackedWeight::writeComputed(MutableArrayRef<char> out) const {
  std::vector<std::vector<float>> values(sources.size());
  for (auto [index, read] : llvm::enumerate(values)) {
    Attribute source = sources[index];
    if (!emb::isWeightExpression(source) && !isa<DenseElementsAttr>(source))
      continue;
    llvm::Expected<int64_t> count = countValues(index);
    if (!count)
      return count.takeError();
    read.resize(*count);
    if (llvm::Error error = readSource(index, 0, read))
      return error;
  }
  ComputedWeight weight = computeWeight(layout, sources, shape[0], values);
  writeTable(weight.values, weight.width, out.data());
  return llvm::Error::success();
}

llvm::Error PackedWeight::write(int64_t first,
                                MutableArrayRef<char> out) const {
  if (isComputed(layout))
    return writeComputed(out);
  int64_t firstRow = tableRow ? tableRow.getInt() : first * partRows;
  llvm::Expected<std::vector<float>> values =
      readRows(firstRow, out.size() / partBytes * partRows);
  if (!values)
    return values.takeError();
  switch (layout) {
  case kernel::Layout::Panels:
    if (type.getElementType().isInteger(4))
      writeInt4Panels(*values, out.data());
    else
      writePanels(*values, out.data());
    break;
  case kernel::Layout::Row:
    writeRow(*values, out.data());
    break;
  case kernel::Layout::Scales:
    writeScales(*values, out.data());
    break;
  case kernel::Layout::Corrections:
    writeCorrections(*values, out.data());
    break;
  case kernel::Layout::GroupScales:
    writeGroupScales(*values, out.data());
    break;
  case kernel::Layout::Table:
    writeTable(*values, width, out.data());
    break;
  default:
    llvm_unreachable("pack-weights leaves no matrix, and the others are "
                     "computed");
  }
  return llvm::Error::success();
}
