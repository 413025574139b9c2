//===- weight_section.cpp - The weights, packed as kernels read them ------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/codegen/weight_section.h"

#include "compiler/codegen/computed_weights.h"
#include "compiler/codegen/narrow_numbers.h"
#include "compiler/transforms/passes.h"

#include "mlir/IR/Threading.h"

#include <numeric>
#include <set>

using namespace mlir;
using namespace emblem;
using namespace emblem::codegen;

namespace {

/// One weight of the section: its sources joined, then laid out.
class PackedWeight {
public:
  PackedWeight(DictionaryAttr entry, const frontend::WeightStore &store)
      : layout(entry.getAs<kernel::LayoutAttr>("layout").getValue()),
        sources(entry.getAs<ArrayAttr>("sources")),
        type(cast<RankedTensorType>(entry.getAs<TypeAttr>("type").getValue())),
        shape(type.getShape()), tableRow(entry.getAs<IntegerAttr>("table_row")),
        factor(entry.getAs<FloatAttr>("factor")),
        smoothing(entry.getAs<DenseElementsAttr>("smoothing")),
        channels(entry.getAs<IntegerAttr>("channels")), store(store),
        offset(entry.getAs<IntegerAttr>("offset").getInt()) {}

  llvm::Error writeTo(char *section) const;

private:
  llvm::Expected<std::vector<float>> readSource(Attribute source) const;
  int64_t getTableHeight(Attribute source) const;
  /// Columns of the matrix that the sources make, K.
  int64_t getMatrixWidth() const;
  /// All sources, one after the other, times the factor.
  llvm::Expected<std::vector<float>> readJoined() const;

  /// Writes one element in the weight's type, f32 or bf16.
  void put(char *out, int64_t index, float value) const;
  void writeRow(ArrayRef<float> row, char *out) const;
  void writeRows(ArrayRef<float> values, int64_t width, char *out) const;
  void writePanels(ArrayRef<float> values, char *out) const;
  void writeInt4Panels(ArrayRef<float> values, char *out) const;
  void writeScales(ArrayRef<float> values, char *out) const;
  void writeGroupScales(ArrayRef<float> values, char *out) const;
  void writeCorrections(ArrayRef<float> values, char *out) const;
  /// Each row's channels from one after the other to side by side.
  void interleaveChannels(MutableArrayRef<float> values) const;
  /// Divides the columns of a matrix by their factors.
  void smooth(MutableArrayRef<float> values) const;

  kernel::Layout layout;
  ArrayAttr sources;
  RankedTensorType type;   // packed
  ArrayRef<int64_t> shape; // its sides
  IntegerAttr tableRow;
  FloatAttr factor;            // of every value, or null
  DenseElementsAttr smoothing; // a factor a column, or null
  IntegerAttr channels;        // of a matrix's rows, or null
  const frontend::WeightStore &store;
  int64_t offset; // bytes
};

} // namespace

llvm::Expected<std::vector<float>>
PackedWeight::readSource(Attribute source) const {
  if (auto zeros = dyn_cast<IntegerAttr>(source))
    return std::vector<float>(zeros.getInt(), 0.0f);
  if (auto values = dyn_cast<DenseElementsAttr>(source)) {
    std::vector<float> result;
    result.reserve(values.getNumElements());
    for (const APFloat &value : values.getValues<APFloat>())
      result.push_back(static_cast<float>(value.convertToDouble()));
    return result;
  }
  StringRef name = cast<StringAttr>(source).getValue();
  llvm::Expected<frontend::WeightView> view = store.find(name);
  if (!view)
    return view.takeError();
  return store.read(name, view->shape);
}

/// Of a source that has been read.
int64_t PackedWeight::getTableHeight(Attribute source) const {
  if (auto values = dyn_cast<DenseElementsAttr>(source))
    return values.getType().getDimSize(0);
  return llvm::cantFail(store.find(cast<StringAttr>(source).getValue()))
      .shape.front();
}

int64_t PackedWeight::getMatrixWidth() const {
  auto widthOf = [](ArrayRef<int64_t> shape) {
    return ShapedType::getNumElements(shape.drop_front());
  };
  if (auto values = dyn_cast<DenseElementsAttr>(sources[0]))
    return widthOf(values.getType().getShape());
  return widthOf(
      llvm::cantFail(store.find(cast<StringAttr>(sources[0]).getValue()))
          .shape);
}

llvm::Expected<std::vector<float>> PackedWeight::readJoined() const {
  std::vector<float> joined;
  for (Attribute source : sources) {
    llvm::Expected<std::vector<float>> values = readSource(source);
    if (!values)
      return values.takeError();
    if (joined.empty())
      joined = std::move(*values);
    else
      joined.insert(joined.end(), values->begin(), values->end());
  }
  if (factor)
    for (float &value : joined)
      value *= static_cast<float>(factor.getValueAsDouble());
  return joined;
}

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

/// Rows of `width` values into rows as wide as the packed shape.
void PackedWeight::writeRows(ArrayRef<float> values, int64_t width,
                             char *out) const {
  int64_t rowBytes = shape.back() * type.getElementTypeBitWidth() / 8;
  for (size_t row = 0; row * width < values.size(); ++row) {
    ArrayRef<float> from = values.slice(row * width, width);
    char *to = out + row * rowBytes;
    if (type.getElementType().isInteger(8))
      quantize(from, getScale(from), reinterpret_cast<int8_t *>(to));
    else
      writeRow(from, to);
  }
}

/// [N, K] -> [panels, groups, panel, depth], the depth 1 where the shape has
/// none: out[p][g][c][d] = values[p * panel + c][g * depth + d].
void PackedWeight::writePanels(ArrayRef<float> values, char *out) const {
  int64_t groups = shape[1], panel = shape[2];
  int64_t depth = type.getRank() == 4 ? shape[3] : 1;
  int64_t inputs = getMatrixWidth();
  std::vector<int8_t> integers(inputs);
  for (int64_t n = 0; n * inputs < static_cast<int64_t>(values.size()); ++n) {
    ArrayRef<float> row = values.slice(n * inputs, inputs);
    auto place = [&](int64_t k) {
      int64_t group = n / panel * groups + k / depth;
      return (group * panel + n % panel) * depth + k % depth;
    };
    if (!type.getElementType().isInteger(8)) {
      for (int64_t k = 0; k < inputs; ++k)
        put(out, place(k), row[k]);
      continue;
    }
    quantize(row, getScale(row), integers.data());
    for (int64_t k = 0; k < inputs; ++k)
      out[place(k)] = integers[k];
  }
}

/// [N, K] -> [panels, pairs, panel, 2] in i4: the first of a pair in the low
/// half of a byte.
void PackedWeight::writeInt4Panels(ArrayRef<float> values, char *out) const {
  int64_t pairs = shape[1], panel = shape[2], inputs = getMatrixWidth();
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
  int64_t groups = shape[1], panel = shape[2], inputs = getMatrixWidth();
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
  int64_t inputs = getMatrixWidth();
  for (size_t n = 0; n * inputs < values.size(); ++n)
    put(out, n, getScale(values.slice(n * inputs, inputs)));
}

void PackedWeight::writeCorrections(ArrayRef<float> values, char *out) const {
  int64_t inputs = getMatrixWidth();
  std::vector<int8_t> integers(inputs);
  for (size_t n = 0; n * inputs < values.size(); ++n) {
    ArrayRef<float> row = values.slice(n * inputs, inputs);
    float scale = getScale(row);
    quantize(row, scale, integers.data());
    put(out, n, std::accumulate(integers.begin(), integers.end(), 0) * scale);
  }
}

void PackedWeight::interleaveChannels(MutableArrayRef<float> values) const {
  int64_t width = getMatrixWidth(), count = channels.getInt();
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

llvm::Error PackedWeight::writeTo(char *section) const {
  char *out = section + offset;
  if (isComputed(layout)) {
    std::vector<std::vector<float>> values(sources.size());
    for (auto [source, read] : llvm::zip(sources, values)) {
      if (!isa<StringAttr, DenseElementsAttr>(source))
        continue;
      llvm::Expected<std::vector<float>> result = readSource(source);
      if (!result)
        return result.takeError();
      read = std::move(*result);
    }
    ComputedWeight weight = computeWeight(layout, sources, shape[0], values);
    writeRows(weight.values, weight.width, out);
    return llvm::Error::success();
  }
  llvm::Expected<std::vector<float>> values = readJoined();
  if (!values)
    return values.takeError();
  if (channels)
    interleaveChannels(*values);
  if (smoothing)
    smooth(*values);
  switch (layout) {
  case kernel::Layout::Panels:
    if (type.getElementType().isInteger(4))
      writeInt4Panels(*values, out);
    else
      writePanels(*values, out);
    break;
  case kernel::Layout::Row: {
    ArrayRef<float> row = *values;
    if (tableRow) {
      int64_t rows = getTableHeight(sources[0]);
      int64_t width = row.size() / rows;
      row = row.slice(tableRow.getInt() * width, width);
    }
    writeRow(row, out);
    break;
  }
  case kernel::Layout::Scales:
    writeScales(*values, out);
    break;
  case kernel::Layout::Corrections:
    writeCorrections(*values, out);
    break;
  case kernel::Layout::GroupScales:
    writeGroupScales(*values, out);
    break;
  case kernel::Layout::Table:
    writeRows(*values, values->size() / shape[0], out);
    break;
  case kernel::Layout::Matrix:
  case kernel::Layout::Sinusoid:
  case kernel::Layout::Rotary:
  case kernel::Layout::Alibi:
  case kernel::Layout::PositionBias:
  case kernel::Layout::PositionRows:
  case kernel::Layout::Projection:
  case kernel::Layout::PatchPositions:
  case kernel::Layout::ProbeQuery:
    llvm_unreachable("pack-weights leaves no matrix, and the others are "
                     "computed");
  }
  return llvm::Error::success();
}

/// Elements of every weight that the model names, each once.
static int64_t countParameters(ArrayAttr weights,
                               const frontend::WeightStore &store) {
  std::set<std::string> names;
  int64_t count = 0;
  for (auto entry : weights.getAsRange<DictionaryAttr>())
    for (Attribute source : entry.getAs<ArrayAttr>("sources")) {
      if (auto values = dyn_cast<DenseElementsAttr>(source))
        count += values.getNumElements();
      auto name = dyn_cast<StringAttr>(source);
      if (!name || !names.insert(name.str()).second)
        continue;
      if (auto view = store.find(name.getValue()))
        count += ShapedType::getNumElements(view->shape);
      else
        llvm::consumeError(view.takeError()); // writeTo reports it
    }
  return count;
}

llvm::Expected<WeightSection>
codegen::packWeights(ModuleOp module, const frontend::WeightStore &store) {
  auto weights = module->getAttrOfType<ArrayAttr>(attribute::weights);
  auto size = module->getAttrOfType<IntegerAttr>(attribute::weightBytes);
  WeightSection section;
  section.bytes.resize(size.getInt());
  section.parameters = countParameters(weights, store);

  std::vector<PackedWeight> packed;
  for (auto entry : weights.getAsRange<DictionaryAttr>())
    packed.emplace_back(entry, store);
  std::vector<std::string> errors(packed.size());
  parallelFor(module.getContext(), 0, packed.size(), [&](size_t i) {
    if (llvm::Error error = packed[i].writeTo(section.bytes.data()))
      errors[i] = llvm::toString(std::move(error));
  });
  for (const std::string &error : errors)
    if (!error.empty())
      return llvm::createStringError(error);
  return section;
}
