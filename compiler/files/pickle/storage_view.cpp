//===- storage_view.cpp - Views of a pickle's storages --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/pickle/storage_view.h"

#include "compiler/files/model_file.h"
#include "compiler/files/printable_text.h"

#include "llvm/Support/CheckedArithmetic.h"

using namespace llvm;
using namespace emblem::frontend;

// A view that repeats its elements may have more than its storage, up to here.
static constexpr int64_t maxRepeated = int64_t(1) << 32;

namespace {
struct TypeName {
  StringLiteral storage, dtype; // either may be empty
  ElementType type;
};
} // namespace

static constexpr TypeName typeNames[] = {
    {"FloatStorage", "float32", ElementType::F32},
    {"HalfStorage", "float16", ElementType::F16},
    {"BFloat16Storage", "bfloat16", ElementType::BF16},
    {"DoubleStorage", "float64", ElementType::F64},
    {"LongStorage", "int64", ElementType::I64},
    {"IntStorage", "int32", ElementType::I32},
    {"ShortStorage", "int16", ElementType::I16},
    {"CharStorage", "int8", ElementType::I8},
    {"ByteStorage", "uint8", ElementType::U8},
    {"BoolStorage", "bool", ElementType::Bool},
    {"ComplexFloatStorage", "complex64", ElementType::C64},
    {"", "uint16", ElementType::U16},
    {"", "uint32", ElementType::U32},
    {"", "uint64", ElementType::U64},
    {"", "float8_e5m2", ElementType::F8E5M2},
    {"", "float8_e4m3fn", ElementType::F8E4M3},
    {"", "float8_e8m0fnu", ElementType::F8E8M0}};

std::optional<ElementType> emblem::frontend::findStorageType(StringRef name) {
  if (name.ends_with("UntypedStorage"))
    return ElementType::U8;
  if (name.consume_front("torch."))
    for (const TypeName &known : typeNames)
      if (name == known.dtype || name == known.storage)
        return known.type;
  return std::nullopt;
}

// Row by row, without gaps; what has one place along a side has no stride.
static bool isContiguous(const PickledTensor &tensor) {
  int64_t stride = 1;
  for (size_t i = tensor.shape.size(); i-- > 0;) {
    if (tensor.shape[i] != 1 && tensor.strides[i] != stride)
      return false;
    stride *= tensor.shape[i];
  }
  return true;
}

// The last element's place, in elements from where the storage begins.
static std::optional<int64_t> findLast(const PickledTensor &tensor) {
  std::optional<int64_t> last = tensor.offset;
  for (auto [extent, stride] : zip_equal(tensor.shape, tensor.strides)) {
    std::optional<int64_t> step = checkedMul<int64_t>(extent - 1, stride);
    last = last && step ? checkedAdd(*last, *step) : std::nullopt;
  }
  return last;
}

Expected<WeightView> emblem::frontend::makeView(StringRef path, StringRef name,
                                                const PickledTensor &tensor,
                                                const PickledStorage &storage,
                                                StringRef bytes) {
  auto wrong = [&](const Twine &what) {
    return damagedFile(path, "tensor '" + printableText(name) + "' " + what);
  };
  StringRef typeName = tensor.dtype.empty() ? storage.type : tensor.dtype;
  std::optional<ElementType> type = findStorageType(typeName),
                             whole = findStorageType(storage.type);
  if (!type || !whole)
    return createStringError("'" + path + "': tensor '" + printableText(name) +
                             "' is of the type " + printableText(typeName) +
                             ", which is not known here; save the model as "
                             "float32, float16 or bfloat16");
  int64_t size = getInfo(*type).size;
  std::optional<int64_t> said =
      checkedMul<int64_t>(storage.count, getInfo(*whole).size);
  if (!said || uint64_t(*said) != bytes.size())
    return wrong("is in a storage of " + Twine(bytes.size()) +
                 " bytes, which should have " + Twine(storage.count) +
                 " elements");
  WeightView view{*type, tensor.shape, bytes.data()};
  std::optional<int64_t> count = 1;
  for (int64_t extent : tensor.shape)
    if (count)
      count = checkedMul(*count, extent);
  if (!count || !checkedMul(*count, size))
    return wrong("has a shape of more than 2^63 bytes");
  if (*count == 0)
    return view;
  int64_t places = bytes.size() / size;
  std::optional<int64_t> last = findLast(tensor);
  if (!last || *last >= places)
    return wrong("reaches beyond its storage of " + Twine(places) +
                 " elements");
  if (*count > std::max(places, maxRepeated))
    return wrong("repeats " + Twine(places) + " elements " + Twine(*count) +
                 " times");
  view.data += tensor.offset * size;
  if (!isContiguous(tensor))
    view.strides = tensor.strides;
  return view;
}
