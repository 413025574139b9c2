//===- pickle_machine.h - Pickles of tensors, read and not run --*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A pickle is a program for a machine with a stack (Python's pickletools.py is
// its reference). Here it can only make numbers, texts, tuples, lists, maps,
// storages and tensors. It may name nothing else of Python than what PyTorch
// needs for tensors, and nothing that it names is run.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FILES_PICKLE_PICKLE_MACHINE_H
#define EMBLEM_COMPILER_FILES_PICKLE_PICKLE_MACHINE_H

#include "compiler/files/pickle/pickle_value.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Error.h"

namespace emblem::frontend {

class PickleMachine {
public:
  /// Errors call the file `path`.
  explicit PickleMachine(llvm::StringRef path) : path(path) {}

  /// Reads the pickle that `bytes` begin with, takes it from them, and returns
  /// its value. What is neither known nor allowed is refused by name. `bytes`
  /// must live as long as the machine.
  llvm::Expected<PickleId> read(llvm::StringRef &bytes);

  const PickleValue &operator[](PickleId id) const { return values[id]; }
  llvm::ArrayRef<PickledStorage> getStorages() const { return storages; }
  llvm::ArrayRef<PickledTensor> getTensors() const { return tensors; }

private:
  llvm::Error damaged(const llvm::Twine &what) const;
  llvm::Error refuse(const llvm::Twine &what) const;

  llvm::Expected<PickleId> add(PickleValue value);
  llvm::Error push(PickleValue value);
  llvm::Expected<PickleId> pop();
  /// What is above the last mark, which is taken away too.
  llvm::Expected<std::vector<PickleId>> popToMark();
  llvm::Error addItems(llvm::ArrayRef<PickleId> items, PickleKind kind);

  /// `count` bytes of the pickle.
  llvm::Expected<llvm::StringRef> take(uint64_t count);
  llvm::Expected<llvm::StringRef> takeLine();
  /// A little-endian number of `size` bytes, and as many bytes as it says.
  llvm::Expected<uint64_t> takeNumber(unsigned size);
  llvm::Expected<llvm::StringRef> takeCounted(unsigned size);

  // One operation; `code` is its byte.
  llvm::Error step(uint8_t code);
  llvm::Error stepConstant(uint8_t code, bool &isKnown);
  llvm::Error stepContainer(uint8_t code, bool &isKnown);
  llvm::Error stepMemo(uint8_t code, bool &isKnown);
  llvm::Error stepObject(uint8_t code, bool &isKnown);
  llvm::Error readInteger(unsigned size);
  llvm::Error pushTuple(unsigned count);
  llvm::Error remember(uint64_t index);
  llvm::Error recall(uint64_t index);
  llvm::Error pushGlobal(llvm::StringRef module, llvm::StringRef name);
  llvm::Error pushStorage();
  llvm::Error build();

  // What a call of a global would give.
  llvm::Error call();
  llvm::Error makeMap(llvm::ArrayRef<PickleId> arguments);
  llvm::Error makeTensor(llvm::StringRef function,
                         llvm::ArrayRef<PickleId> arguments);
  llvm::Expected<int64_t> readNumber(PickleId id) const;
  llvm::Expected<llvm::SmallVector<int64_t, 4>> readSizes(PickleId id) const;

  llvm::StringRef path;
  llvm::StringRef rest; // of the pickle that is read
  std::vector<PickleValue> values;
  std::vector<PickleId> stack;
  std::vector<size_t> marks; // heights of the stack
  llvm::DenseMap<uint64_t, PickleId> memo;
  llvm::StringSet<> names; // of globals, module and all
  std::vector<PickledStorage> storages;
  std::vector<PickledTensor> tensors;
};

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FILES_PICKLE_PICKLE_MACHINE_H
