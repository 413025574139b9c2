//===- packed_weight.cpp - One weight as kernels read it ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/package/packed_weight.h"

#include "compiler/weights/derived_shapes.h"
#include "compiler/weights/weight_attribute.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace emblem;
using namespace emblem::package;

PackedWeight::PackedWeight(const WeightEntry &entry,
                           const frontend::WeightStore &store)
    : entry(entry), writer(&getWriter(entry.layout)), store(&store) {
  for (Attribute source : entry.getAllSources())
    sources.push_back({source, emb::isWeightExpression(source)
                                   ? frontend::toWeight(source)
                                   : frontend::WeightExpression()});
}

llvm::Expected<PackedWeight>
PackedWeight::create(const WeightEntry &entry,
                     const frontend::WeightStore &store) {
  PackedWeight weight(entry, store);
  if (llvm::Error error = weight.measure())
    return error;
  return weight;
}

//===----------------------------------------------------------------------===//
// Sources
//===----------------------------------------------------------------------===//

llvm::Expected<int64_t> PackedWeight::countValues(size_t source) const {
  Attribute attribute = sources[source].attribute;
  if (auto zeros = dyn_cast<IntegerAttr>(attribute))
    return zeros.getInt();
  if (auto values = dyn_cast<DenseElementsAttr>(attribute))
    return values.getNumElements();
  llvm::Expected<frontend::WeightView> view =
      store->find(sources[source].weight);
  if (!view)
    return view.takeError();
  return view->elementCount();
}

llvm::Error PackedWeight::readSource(size_t source, int64_t begin,
                                     MutableArrayRef<float> values) const {
  Attribute attribute = sources[source].attribute;
  if (isa<IntegerAttr>(attribute)) {
    llvm::fill(values, 0.0f);
    return llvm::Error::success();
  }
  auto given = dyn_cast<DenseElementsAttr>(attribute);
  if (!given)
    return store->readRange(sources[source].weight, begin, values);
  auto from = given.value_begin<APFloat>() + begin;
  for (float &value : values)
    value = static_cast<float>((*from++).convertToDouble());
  return llvm::Error::success();
}

llvm::Error PackedWeight::readJoined(int64_t begin,
                                     MutableArrayRef<float> values) const {
  int64_t end = begin + values.size(), sourceBegin = 0;
  for (auto [index, source] : llvm::enumerate(sources)) {
    int64_t from = std::max(begin, sourceBegin);
    int64_t to = std::min(end, sourceBegin + source.values);
    if (from < to)
      if (llvm::Error error = readSource(index, from - sourceBegin,
                                         values.slice(from - begin, to - from)))
        return error;
    sourceBegin += source.values;
  }
  if (entry.factor)
    for (float &value : values)
      value *= static_cast<float>(entry.factor.getValueAsDouble());
  return llvm::Error::success();
}

llvm::Expected<std::vector<float>> PackedWeight::readRows(int64_t first,
                                                          int64_t count) const {
  count = std::min(count, division.rows - first);
  std::vector<float> values(std::max<int64_t>(count, 0) * division.width);
  if (values.empty())
    return values;
  if (llvm::Error error = readJoined(first * division.width, values))
    return error;
  if (entry.channels)
    interleaveChannels(values);
  if (entry.smoothing)
    smooth(values);
  return values;
}

llvm::Error PackedWeight::measure() {
  ArrayRef<int64_t> shape = entry.type.getShape();
  partBytes = ShapedType::getNumElements(shape) *
              entry.type.getElementTypeBitWidth() / 8;
  if (writer->compute)
    return llvm::Error::success(); // as a whole
  int64_t values = 0;
  for (size_t i = 0; i < sources.size(); ++i) {
    if (llvm::Error error = countValues(i).moveInto(sources[i].values))
      return error;
    values += sources[i].values;
  }
  SmallVector<int64_t> sides;
  if (auto given = dyn_cast<DenseElementsAttr>(sources[0].attribute))
    llvm::append_range(sides, given.getType().getShape());
  else if (emb::isWeightExpression(sources[0].attribute))
    sides =
        frontend::sidesOf(llvm::cantFail(store->find(sources[0].weight)).shape);
  if (entry.tableRow)
    division = {/*rows=*/sides[0], /*width=*/values / sides[0]};
  else
    division = writer->divide(shape, {values, sides});
  partBytes /= division.parts;
  return checkDivision(values);
}

/// What is written must have room, whatever a file says of its tensors.
llvm::Error PackedWeight::checkDivision(int64_t values) const {
  ArrayRef<int64_t> shape = entry.type.getShape();
  auto [rows, width, parts, partRows] = division;
  bool fits = rows * width == values;
  if (entry.tableRow)
    fits &= entry.tableRow.getInt() < rows && width <= shape[0];
  else
    fits &= rows <= parts * partRows;
  // A number for each row says nothing of the width.
  if (isa<kernel::RowLayoutAttr, kernel::TableLayoutAttr,
          kernel::PanelsLayoutAttr>(entry.layout))
    fits &= width <= ShapedType::getNumElements(shape) / (parts * partRows);
  if (fits)
    return llvm::Error::success();
  std::string name = emb::isWeightExpression(sources[0].attribute)
                         ? sources[0].weight.describe()
                         : "a weight in the IR";
  return llvm::createStringError(
      name + " has " + llvm::Twine(values) + " values in rows of " +
      llvm::Twine(width) + ", which is not what the program has room for");
}

void PackedWeight::interleaveChannels(MutableArrayRef<float> values) const {
  int64_t width = division.width, count = entry.channels.getInt();
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
  std::vector<float> factors(entry.smoothing.value_begin<float>(),
                             entry.smoothing.value_end<float>());
  for (auto [index, value] : llvm::enumerate(values))
    value /= factors[index % factors.size()];
}

llvm::Error PackedWeight::checkRange(ArrayRef<float> values,
                                     int64_t begin) const {
  if (!entry.type.getElementType().isF16())
    return llvm::Error::success();
  const float *beyond = llvm::find_if(values, isBeyondF16);
  if (beyond == values.end())
    return llvm::Error::success();
  // What is computed is named by the first that it is made of.
  int64_t index = begin + (beyond - values.begin());
  auto source = sources.begin();
  while (source + 1 != sources.end() && index >= source->values &&
         !writer->compute)
    index -= (source++)->values;
  return llvm::createStringError(
      (source->weight.empty() ? "a weight of the model"
                              : source->weight.describe()) +
      " becomes " + llvm::formatv("{0:f0}", *beyond).str() +
      ", and f16 ends at 65504; choose --precision=bf16");
}

//===----------------------------------------------------------------------===//
// Layouts
//===----------------------------------------------------------------------===//

llvm::Error PackedWeight::writeComputed(MutableArrayRef<char> out) const {
  SourceValues values;
  for (auto [index, source] : llvm::enumerate(sources)) {
    llvm::Expected<int64_t> count = countValues(index);
    if (!count)
      return count.takeError();
    std::vector<float> &read = values.add(source.attribute);
    read.resize(*count);
    if (llvm::Error error = readSource(index, 0, read))
      return error;
  }
  ComputedWeight weight =
      writer->compute(entry.layout, entry.type.getDimSize(0), values);
  if (llvm::Error error = checkRange(weight.values, 0))
    return error;
  writeTable({weight.values, weight.width}, PackedType(entry.type), out.data());
  return llvm::Error::success();
}

llvm::Error PackedWeight::write(int64_t first,
                                MutableArrayRef<char> out) const {
  if (writer->compute)
    return writeComputed(out);
  int64_t firstRow =
      entry.tableRow ? entry.tableRow.getInt() : first * division.partRows;
  llvm::Expected<std::vector<float>> values =
      readRows(firstRow, out.size() / partBytes * division.partRows);
  if (!values)
    return values.takeError();
  if (llvm::Error error = checkRange(*values, firstRow * division.width))
    return error;
  writer->write({*values, division.width}, PackedType(entry.type), out.data());
  return llvm::Error::success();
}
