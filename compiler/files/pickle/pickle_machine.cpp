//===- pickle_machine.cpp - Pickles of tensors, read and not run ----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/pickle/pickle_machine.h"

#include "compiler/files/model_file.h"
#include "compiler/files/pickle/opcodes.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"

using namespace llvm;
using namespace emblem::frontend;

// Far above what a model has, some 25 for each of its tensors.
static constexpr size_t maxValues = size_t(1) << 22;

Error PickleMachine::damaged(const Twine &what) const {
  return damagedFile(path, "its pickle " + what);
}

Error PickleMachine::refuse(const Twine &what) const {
  return createStringError("'" + path + "' is a pickle with " + what +
                           ", which no tensor needs and which is not run; load "
                           "the model where you trust it, and save it as "
                           "safetensors");
}

//===----------------------------------------------------------------------===//
// The stack
//===----------------------------------------------------------------------===//

Expected<PickleId> PickleMachine::add(PickleValue value) {
  if (values.size() >= maxValues)
    return damaged("makes more than " + Twine(maxValues) + " values");
  values.push_back(std::move(value));
  return values.size() - 1;
}

Error PickleMachine::push(PickleValue value) {
  auto id = add(std::move(value));
  if (!id)
    return id.takeError();
  stack.push_back(*id);
  return Error::success();
}

Expected<PickleId> PickleMachine::pop() {
  if (stack.size() <= (marks.empty() ? 0 : marks.back()))
    return damaged("takes a value from an empty stack");
  PickleId id = stack.back();
  stack.pop_back();
  return id;
}

Expected<std::vector<PickleId>> PickleMachine::popToMark() {
  if (marks.empty())
    return damaged("goes back to a mark that it has not set");
  std::vector<PickleId> items(stack.begin() + marks.back(), stack.end());
  stack.resize(marks.back());
  marks.pop_back();
  return items;
}

// To the list or map on top of the stack, which stays there.
Error PickleMachine::addItems(ArrayRef<PickleId> items, PickleKind kind) {
  auto target = pop();
  if (!target)
    return target.takeError();
  PickleValue &value = values[*target];
  if (value.kind != kind || (kind == PickleKind::Map && items.size() % 2 != 0))
    return damaged("adds to what is no list or map of that kind");
  value.items.insert(value.items.end(), items.begin(), items.end());
  stack.push_back(*target);
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Bytes
//===----------------------------------------------------------------------===//

Expected<StringRef> PickleMachine::take(uint64_t count) {
  if (count > rest.size())
    return damaged("ends too early");
  StringRef taken = rest.take_front(count);
  rest = rest.drop_front(count);
  return taken;
}

Expected<StringRef> PickleMachine::takeLine() {
  size_t end = rest.find('\n');
  if (end == StringRef::npos)
    return damaged("ends within a name");
  StringRef line = rest.take_front(end);
  rest = rest.drop_front(end + 1);
  return line;
}

Expected<uint64_t> PickleMachine::takeNumber(unsigned size) {
  auto bytes = take(size);
  if (!bytes)
    return bytes.takeError();
  uint64_t number = 0;
  for (unsigned i = 0; i < size; ++i)
    number |= uint64_t(uint8_t((*bytes)[i])) << (8 * i);
  return number;
}

Expected<StringRef> PickleMachine::takeCounted(unsigned size) {
  auto count = takeNumber(size);
  if (!count)
    return count.takeError();
  return take(*count);
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

Expected<PickleId> PickleMachine::read(StringRef &bytes) {
  rest = bytes;
  stack.clear();
  marks.clear();
  memo.clear();
  while (true) {
    auto code = takeNumber(1);
    if (!code)
      return code.takeError();
    if (*code == opcode::Stop)
      break;
    if (Error error = step(*code))
      return error;
  }
  auto result = pop();
  if (!result)
    return result.takeError();
  bytes = rest;
  return *result;
}

Error PickleMachine::step(uint8_t code) {
  using Step = Error (PickleMachine::*)(uint8_t, bool &);
  static constexpr Step steps[] = {
      &PickleMachine::stepConstant, &PickleMachine::stepContainer,
      &PickleMachine::stepMemo, &PickleMachine::stepObject};
  for (Step step : steps) {
    bool isKnown = true;
    Error error = (this->*step)(code, isKnown);
    if (error || isKnown)
      return error;
  }
  StringRef name = opcode::nameOf(code);
  if (name.empty())
    return damaged("has the operation 0x" + utohexstr(code) +
                   ", which there is not");
  return refuse("the operation " + name);
}

// LONG1: two's complement, little-endian.
Error PickleMachine::readInteger(unsigned size) {
  auto bytes = takeCounted(size);
  if (!bytes)
    return bytes.takeError();
  // The first number of old files has ten bytes; no other is so large.
  if (bytes->size() > 8)
    return push({.kind = PickleKind::Other, .text = *bytes});
  uint64_t number = 0;
  for (size_t i = 0; i < bytes->size(); ++i)
    number |= uint64_t(uint8_t((*bytes)[i])) << (8 * i);
  unsigned shift = 64 - 8 * bytes->size();
  int64_t value = shift == 64 ? 0 : int64_t(number << shift) >> shift;
  return push({.kind = PickleKind::Integer, .number = value});
}

Error PickleMachine::stepConstant(uint8_t code, bool &isKnown) {
  auto integer = [&](unsigned size) -> Error {
    auto number = takeNumber(size);
    if (!number)
      return number.takeError();
    int64_t value = size == 4 ? int64_t(int32_t(*number)) : int64_t(*number);
    return push({.kind = PickleKind::Integer, .number = value});
  };
  auto text = [&](unsigned size) -> Error {
    auto bytes = takeCounted(size);
    if (!bytes)
      return bytes.takeError();
    return push({.kind = PickleKind::Text, .text = *bytes});
  };
  switch (code) {
  case opcode::Proto:
    return takeNumber(1).takeError();
  case opcode::Frame:
    return takeNumber(8).takeError();
  case opcode::None:
    return push({});
  case opcode::NewTrue:
  case opcode::NewFalse:
    return push(
        {.kind = PickleKind::Boolean, .number = code == opcode::NewTrue});
  case opcode::BinInt:
    return integer(4);
  case opcode::BinInt1:
    return integer(1);
  case opcode::BinInt2:
    return integer(2);
  case opcode::Long1:
    return readInteger(1);
  case opcode::Long4:
    return readInteger(4);
  case opcode::BinFloat:
    if (auto bytes = take(8); !bytes)
      return bytes.takeError();
    return push({.kind = PickleKind::Other});
  case opcode::ShortBinString:
  case opcode::ShortBinBytes:
  case opcode::ShortBinUnicode:
    return text(1);
  case opcode::BinString:
  case opcode::BinBytes:
  case opcode::BinUnicode:
    return text(4);
  case opcode::BinUnicode8:
    return text(8);
  default:
    isKnown = false;
    return Error::success();
  }
}

Error PickleMachine::pushTuple(unsigned count) {
  std::vector<PickleId> items(count);
  for (PickleId &item : llvm::reverse(items))
    if (Error error = pop().moveInto(item))
      return error;
  return push({.kind = PickleKind::Tuple, .items = std::move(items)});
}

Error PickleMachine::stepContainer(uint8_t code, bool &isKnown) {
  auto fromMark = [&](PickleKind kind) -> Error {
    auto items = popToMark();
    if (!items)
      return items.takeError();
    if (kind == PickleKind::Map && items->size() % 2 != 0)
      return damaged("makes a map of a key without a value");
    return push({.kind = kind, .items = std::move(*items)});
  };
  auto addSome = [&](PickleKind kind) -> Error {
    auto items = popToMark();
    return items ? addItems(*items, kind) : items.takeError();
  };
  switch (code) {
  case opcode::Mark:
    marks.push_back(stack.size());
    return Error::success();
  case opcode::EmptyTuple:
    return push({.kind = PickleKind::Tuple});
  case opcode::EmptyList:
    return push({.kind = PickleKind::List});
  case opcode::EmptyDict:
    return push({.kind = PickleKind::Map});
  case opcode::Tuple1:
  case opcode::Tuple2:
  case opcode::Tuple3:
    return pushTuple(code - opcode::Tuple1 + 1);
  case opcode::Tuple:
    return fromMark(PickleKind::Tuple);
  case opcode::List:
    return fromMark(PickleKind::List);
  case opcode::Dict:
    return fromMark(PickleKind::Map);
  case opcode::Appends:
    return addSome(PickleKind::List);
  case opcode::SetItems:
    return addSome(PickleKind::Map);
  case opcode::Append:
  case opcode::SetItem: {
    bool isPair = code == opcode::SetItem;
    std::vector<PickleId> items(isPair ? 2 : 1);
    for (PickleId &item : llvm::reverse(items))
      if (Error error = pop().moveInto(item))
        return error;
    return addItems(items, isPair ? PickleKind::Map : PickleKind::List);
  }
  default:
    isKnown = false;
    return Error::success();
  }
}

Error PickleMachine::remember(uint64_t index) {
  auto top = pop();
  if (!top)
    return top.takeError();
  memo[index] = *top;
  stack.push_back(*top);
  return Error::success();
}

Error PickleMachine::recall(uint64_t index) {
  auto found = memo.find(index);
  if (found == memo.end())
    return damaged("recalls value " + Twine(index) + ", which it has not kept");
  stack.push_back(found->second);
  return Error::success();
}

Error PickleMachine::stepMemo(uint8_t code, bool &isKnown) {
  if (code == opcode::Memoize)
    return remember(memo.size());
  bool keeps = code == opcode::BinPut || code == opcode::LongBinPut;
  isKnown = keeps || code == opcode::BinGet || code == opcode::LongBinGet;
  if (!isKnown)
    return Error::success();
  bool isLong = code == opcode::LongBinPut || code == opcode::LongBinGet;
  auto index = takeNumber(isLong ? 4 : 1);
  if (!index)
    return index.takeError();
  return keeps ? remember(*index) : recall(*index);
}

Error PickleMachine::stepObject(uint8_t code, bool &isKnown) {
  switch (code) {
  case opcode::Global: {
    auto module = takeLine();
    if (!module)
      return module.takeError();
    auto name = takeLine();
    return name ? pushGlobal(*module, *name) : name.takeError();
  }
  case opcode::StackGlobal: {
    auto name = pop();
    if (!name)
      return name.takeError();
    auto module = pop();
    if (!module)
      return module.takeError();
    if (values[*name].kind != PickleKind::Text ||
        values[*module].kind != PickleKind::Text)
      return damaged("names a part of Python by what is no text");
    return pushGlobal(values[*module].text, values[*name].text);
  }
  case opcode::BinPersId:
    return pushStorage();
  case opcode::Reduce:
    return call();
  case opcode::Build:
    return build();
  default:
    isKnown = false;
    return Error::success();
  }
}
