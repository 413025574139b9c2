//===- pickle_objects.cpp - Storages and tensors of a pickle --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What torch/_utils.py and torch/serialization.py of github.com/pytorch/pytorch
// would make of the calls in a pickle.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/pickle/pickle_machine.h"

#include "compiler/files/printable_text.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace emblem::frontend;

static constexpr StringLiteral orderedDict = "collections.OrderedDict";
static constexpr StringLiteral torchSize = "torch.Size";
static constexpr StringLiteral torchDevice = "torch.device";

namespace {
/// A function that makes a tensor, and how many arguments it takes.
struct Maker {
  StringLiteral name;
  size_t fewest, most;
};
} // namespace

// The first four arguments: the storage, the offset, the shape, the strides. Of
// the last, the seventh is the dtype.
static constexpr Maker tensorMakers[] = {
    {"torch._utils._rebuild_tensor", 4, 4},
    {"torch._utils._rebuild_tensor_v2", 6, 7},
    {"torch._utils._rebuild_tensor_v3", 7, 8}};

// The first argument is a tensor already.
static constexpr Maker parameterMakers[] = {
    {"torch._utils._rebuild_parameter", 3, 3},
    {"torch._utils._rebuild_parameter_with_state", 4, 4}};

static const Maker *findMaker(ArrayRef<Maker> makers, StringRef name) {
  const Maker *maker =
      find_if(makers, [&](const Maker &one) { return one.name == name; });
  return maker == makers.end() ? nullptr : maker;
}

static bool isAllowed(StringRef name) {
  if (name == orderedDict || name == torchSize || name == torchDevice ||
      findMaker(tensorMakers, name) || findMaker(parameterMakers, name))
    return true;
  // Types: torch.FloatStorage, torch.float32. They are told apart where a
  // tensor is of them.
  static constexpr StringLiteral dtypes[] = {"bool",
                                             "uint8",
                                             "int8",
                                             "uint16",
                                             "int16",
                                             "uint32",
                                             "int32",
                                             "uint64",
                                             "int64",
                                             "float16",
                                             "bfloat16",
                                             "float32",
                                             "float64",
                                             "complex32",
                                             "complex64",
                                             "complex128",
                                             "float8_e4m3fn",
                                             "float8_e5m2",
                                             "float8_e4m3fnuz",
                                             "float8_e5m2fnuz",
                                             "float8_e8m0fnu"};
  if (name == "torch.storage.UntypedStorage" ||
      name == "torch.storage._UntypedStorage")
    return true;
  return name.consume_front("torch.") &&
         (is_contained(dtypes, name) ||
          (name.ends_with("Storage") && !name.contains('.')));
}

Error PickleMachine::pushGlobal(StringRef module, StringRef name) {
  std::string whole = (module + "." + name).str();
  if (!isAllowed(whole))
    return refuse("'" + printableText(whole) + "'");
  return push(
      {.kind = PickleKind::Global, .text = names.insert(whole).first->first()});
}

// ("storage", type, key, device, number of elements[, a view of it])
Error PickleMachine::pushStorage() {
  auto id = pop();
  if (!id)
    return id.takeError();
  const PickleValue &tuple = values[*id];
  auto kindAt = [&](size_t i) { return values[tuple.items[i]].kind; };
  if (tuple.kind != PickleKind::Tuple || tuple.items.size() < 5 ||
      tuple.items.size() > 6 || kindAt(0) != PickleKind::Text ||
      values[tuple.items[0]].text != "storage" ||
      kindAt(1) != PickleKind::Global || kindAt(2) != PickleKind::Text ||
      kindAt(4) != PickleKind::Integer)
    return damaged("names an object outside of it that is no storage");
  if (tuple.items.size() == 6 && kindAt(5) != PickleKind::None)
    return refuse("a view of a storage in the form of PyTorch 0.3");
  PickledStorage storage{values[tuple.items[1]].text,
                         values[tuple.items[2]].text,
                         values[tuple.items[4]].number};
  if (storage.count < 0)
    return damaged("has a storage of " + Twine(storage.count) + " elements");
  storages.push_back(storage);
  return push(
      {.kind = PickleKind::Storage, .number = int64_t(storages.size()) - 1});
}

// Attributes of a map, such as a state_dict's versions, are not looked at.
Error PickleMachine::build() {
  auto state = pop();
  if (!state)
    return state.takeError();
  auto object = pop();
  if (!object)
    return object.takeError();
  stack.push_back(*object);
  if (values[*object].kind != PickleKind::Map)
    return refuse("the state of an object that is no map");
  return Error::success();
}

Error PickleMachine::call() {
  auto argumentsId = pop();
  if (!argumentsId)
    return argumentsId.takeError();
  auto function = pop();
  if (!function)
    return function.takeError();
  if (values[*function].kind != PickleKind::Global ||
      values[*argumentsId].kind != PickleKind::Tuple)
    return damaged("calls what is no function");
  StringRef name = values[*function].text;
  std::vector<PickleId> arguments = values[*argumentsId].items;
  if (name == orderedDict)
    return makeMap(arguments);
  if (name == torchDevice)
    return push({.kind = PickleKind::Other});
  if (findMaker(tensorMakers, name))
    return makeTensor(name, arguments);
  if (const Maker *maker = findMaker(parameterMakers, name)) {
    if (arguments.size() < maker->fewest || arguments.size() > maker->most ||
        values[arguments[0]].kind != PickleKind::Tensor)
      return damaged("makes a parameter of what is no tensor");
    stack.push_back(arguments[0]);
    return Error::success();
  }
  if (name == torchSize && arguments.size() == 1 &&
      values[arguments[0]].kind == PickleKind::Tuple) {
    stack.push_back(arguments[0]);
    return Error::success();
  }
  return refuse("a call of '" + name + "'");
}

// OrderedDict(), or, as Python 2 has it, OrderedDict([[key, value], ...]).
Error PickleMachine::makeMap(ArrayRef<PickleId> arguments) {
  PickleValue map{.kind = PickleKind::Map};
  if (arguments.empty())
    return push(std::move(map));
  if (arguments.size() != 1 || values[arguments[0]].kind != PickleKind::List)
    return damaged("makes a map of what is no list of pairs");
  for (PickleId id : values[arguments[0]].items) {
    const PickleValue &pair = values[id];
    if ((pair.kind != PickleKind::List && pair.kind != PickleKind::Tuple) ||
        pair.items.size() != 2)
      return damaged("makes a map of what is no list of pairs");
    map.items.insert(map.items.end(), pair.items.begin(), pair.items.end());
  }
  return push(std::move(map));
}

Expected<int64_t> PickleMachine::readNumber(PickleId id) const {
  if (values[id].kind != PickleKind::Integer || values[id].number < 0)
    return damaged("has a tensor whose place or shape is no number from 0 on");
  return values[id].number;
}

Expected<SmallVector<int64_t, 4>> PickleMachine::readSizes(PickleId id) const {
  if (values[id].kind != PickleKind::Tuple)
    return damaged("has a tensor whose shape is no tuple");
  SmallVector<int64_t, 4> sizes;
  for (PickleId item : values[id].items) {
    auto number = readNumber(item);
    if (!number)
      return number.takeError();
    sizes.push_back(*number);
  }
  return sizes;
}

Error PickleMachine::makeTensor(StringRef function,
                                ArrayRef<PickleId> arguments) {
  const Maker &maker = *findMaker(tensorMakers, function);
  if (arguments.size() < maker.fewest || arguments.size() > maker.most ||
      values[arguments[0]].kind != PickleKind::Storage)
    return damaged("makes a tensor of what is no storage");
  PickledTensor tensor{.storage = values[arguments[0]].number};
  if (Error error = readNumber(arguments[1]).moveInto(tensor.offset))
    return error;
  if (Error error = readSizes(arguments[2]).moveInto(tensor.shape))
    return error;
  if (Error error = readSizes(arguments[3]).moveInto(tensor.strides))
    return error;
  if (tensor.shape.size() != tensor.strides.size())
    return damaged("has a tensor with another number of sides than strides");
  bool hasDtype = maker.fewest == 7;
  if (hasDtype) {
    if (values[arguments[6]].kind != PickleKind::Global)
      return damaged("has a tensor without a dtype");
    tensor.dtype = values[arguments[6]].text;
  }
  // Conjugates and negatives that are still to be computed.
  if (arguments.size() == maker.most && maker.most > maker.fewest) {
    const PickleValue &metadata = values[arguments.back()];
    bool isEmpty = metadata.kind == PickleKind::None ||
                   (metadata.kind == PickleKind::Map && metadata.items.empty());
    if (!isEmpty)
      return refuse("a tensor that is a conjugate or a negative of its data");
  }
  tensors.push_back(std::move(tensor));
  return push(
      {.kind = PickleKind::Tensor, .number = int64_t(tensors.size()) - 1});
}
