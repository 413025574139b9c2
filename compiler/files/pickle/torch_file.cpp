//===- torch_file.cpp - A mapped reader of PyTorch's files ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/pickle/torch_file.h"

#include "compiler/files/model_file.h"
#include "compiler/files/pickle/pickle_machine.h"
#include "compiler/files/pickle/storage_view.h"
#include "compiler/files/pickle/zip_file.h"
#include "compiler/files/printable_text.h"
#include "compiler/files/torch_mark.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace emblem::frontend;

// A pickle has some hundred bytes a tensor, safetensors' header as many.
static constexpr uint64_t maxPickleSize = 100'000'000;

// The first pickle of the old form: 0x1950A86A20F9469CFC6C.
static constexpr char oldMarkBytes[] =
    "\x80\x02\x8A\x0A\x6C\xFC\x9C\x46\xF9\x20\x6A\xA8\x50\x19.";
static constexpr StringLiteral oldMark(oldMarkBytes);

bool emblem::frontend::isTorchFile(StringRef path) {
  if (path.ends_with(".pt") || path.ends_with(".pth"))
    return true;
  if (!path.ends_with(".bin"))
    return false;
  if (sys::path::filename(path).starts_with("pytorch_model"))
    return true; // in a folder of transformers, whatever it holds
  // What is no file is for the reader to say.
  if (!sys::fs::is_regular_file(path))
    return false;
  auto begin = MemoryBuffer::getFileSlice(path, zipMark.size(), 0);
  return begin && beginsAsTorchFile((*begin)->getBuffer());
}

namespace {
/// A file's pickle, and the bytes of its storages by their keys.
struct Contents {
  explicit Contents(StringRef path) : path(path), machine(path) {}

  Error readZip(StringRef bytes);
  Error readOld(StringRef bytes);
  Error checkSystem(PickleId id) const;
  Error readOldStorages(PickleId keys, StringRef bytes);
  Error addTensors(std::map<std::string, WeightView, std::less<>> &tensors);
  Error refuseRoot() const;

  StringRef path;
  PickleMachine machine;
  PickleId root = 0;
  std::map<std::string, StringRef, std::less<>> storages;
};
} // namespace

//===----------------------------------------------------------------------===//
// Zip archives
//===----------------------------------------------------------------------===//

Error Contents::readZip(StringRef bytes) {
  auto entries = emblem::frontend::readZip(path, bytes);
  if (!entries)
    return entries.takeError();
  // All entries lie in one folder, whose name is the file's own.
  std::string folder;
  for (const auto &[name, content] : *entries)
    if (StringRef(name).ends_with("/data.pkl") &&
        StringRef(name).count('/') == 1)
      folder = StringRef(name).drop_back(StringRef("data.pkl").size()).str();
  if (folder.empty())
    return createStringError("'" + path +
                             "' is a zip archive without a data.pkl, which "
                             "every file of PyTorch's has; name the weights of "
                             "a model");
  if (entries->count(folder + "constants.pkl"))
    return createStringError("'" + path +
                             "' is a TorchScript program; save the model that "
                             "it was made of, with save_pretrained");
  auto order = entries->find(folder + "byteorder");
  if (order != entries->end() && order->second != "little")
    return createStringError("'" + path +
                             "' was written on a big-endian machine; load and "
                             "save it on another");
  StringRef pickle = entries->find(folder + "data.pkl")->second;
  if (pickle.size() > maxPickleSize)
    return damagedFile(path,
                       "its data.pkl has " + Twine(pickle.size()) + " bytes");
  if (Error error = machine.read(pickle).moveInto(root))
    return error;
  std::string data = folder + "data/";
  for (const auto &[name, content] : *entries) {
    StringRef key = name;
    if (key.consume_front(data))
      storages[key.str()] = content;
  }
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Before PyTorch 1.6
//===----------------------------------------------------------------------===//

// {"protocol_version": 1001, "little_endian": True, ...}
Error Contents::checkSystem(PickleId id) const {
  const PickleValue &system = machine[id];
  for (size_t i = 0; i + 1 < system.items.size(); i += 2) {
    const PickleValue &value = machine[system.items[i + 1]];
    if (machine[system.items[i]].text == "little_endian" &&
        value.kind == PickleKind::Boolean && !value.number)
      return createStringError("'" + path +
                               "' was written on a big-endian machine; load "
                               "and save it on another");
  }
  return Error::success();
}

Error Contents::readOldStorages(PickleId keys, StringRef bytes) {
  std::map<StringRef, int64_t> sizes; // of an element, by the storage's key
  for (const PickledStorage &storage : machine.getStorages()) {
    auto type = findStorageType(storage.type);
    if (!type)
      return createStringError("'" + path + "' has a storage of the type " +
                               printableText(storage.type) +
                               ", which is not known here; "
                               "save the model as safetensors");
    sizes[storage.key] = getInfo(*type).size;
  }
  for (PickleId id : machine[keys].items) {
    StringRef key = machine[id].text;
    auto size = sizes.find(key);
    if (size == sizes.end())
      return damagedFile(path, "the storage '" + printableText(key) +
                                   "' is of no tensor");
    if (bytes.size() < 8)
      return damagedFile(path, "it ends before the storage '" +
                                   printableText(key) + "'");
    uint64_t count = support::endian::read64le(bytes.data());
    bytes = bytes.drop_front(8);
    if (count > bytes.size() / size->second)
      return damagedFile(path, "the storage '" + printableText(key) + "' has " +
                                   Twine(count) +
                                   " elements, and the file ends before that");
    storages[key.str()] = bytes.take_front(count * size->second);
    bytes = bytes.drop_front(count * size->second);
  }
  return Error::success();
}

Error Contents::readOld(StringRef bytes) {
  bytes = bytes.drop_front(oldMark.size());
  PickleId version, system, keys;
  for (PickleId *value : {&version, &system, &root, &keys})
    if (Error error = machine.read(bytes).moveInto(*value))
      return error;
  if (machine[version].kind != PickleKind::Integer ||
      machine[version].number != 1001)
    return createStringError("'" + path +
                             "' is of an unknown version of PyTorch's old "
                             "format; save the model again, as safetensors");
  if (Error error = checkSystem(system))
    return error;
  return readOldStorages(keys, bytes);
}

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

// A map of tensors within the map is what a training run keeps beside others.
Error Contents::refuseRoot() const {
  const PickleValue &map = machine[root];
  auto isTensor = [&](PickleId id) {
    return machine[id].kind == PickleKind::Tensor;
  };
  for (size_t i = 0; i + 1 < map.items.size(); i += 2) {
    const PickleValue &key = machine[map.items[i]],
                      &inner = machine[map.items[i + 1]];
    if (inner.kind == PickleKind::Map && key.kind == PickleKind::Text &&
        any_of(inner.items, isTensor))
      return createStringError("'" + path + "' keeps its tensors under '" +
                               printableText(key.text) +
                               "'; save that alone, with save_pretrained");
  }
  return createStringError("'" + path +
                           "' holds no tensors by name, as a state_dict does; "
                           "save the model with save_pretrained");
}

Error Contents::addTensors(
    std::map<std::string, WeightView, std::less<>> &tensors) {
  const PickleValue &map = machine[root];
  if (map.kind == PickleKind::Map)
    for (size_t i = 0; i + 1 < map.items.size(); i += 2) {
      const PickleValue &key = machine[map.items[i]],
                        &value = machine[map.items[i + 1]];
      if (key.kind != PickleKind::Text || value.kind != PickleKind::Tensor)
        continue;
      const PickledTensor &tensor = machine.getTensors()[value.number];
      const PickledStorage &storage = machine.getStorages()[tensor.storage];
      auto bytes = storages.find(storage.key);
      if (bytes == storages.end())
        return damagedFile(
            path, "tensor '" + printableText(key.text) + "' is in storage '" +
                      printableText(storage.key) + "', which is not there");
      auto view = makeView(path, key.text, tensor, storage, bytes->second);
      if (!view)
        return view.takeError();
      tensors[key.text.str()] = std::move(*view);
    }
  return tensors.empty() ? refuseRoot() : Error::success();
}

Error TorchFile::read() {
  StringRef bytes = buffer->getBuffer(), path = getPath();
  Contents contents(path);
  if (bytes.starts_with(zipMark)) {
    if (Error error = contents.readZip(bytes))
      return error;
  } else if (bytes.starts_with(oldMark)) {
    if (Error error = contents.readOld(bytes))
      return error;
  } else if (bytes.substr(257).starts_with("ustar")) {
    return createStringError(
        "'" + path +
        "' is a tar archive, as PyTorch wrote before 0.1.10"
        "; load it and save it again");
  } else {
    return damagedFile(path, "it does not begin as a file of torch.save does");
  }
  return contents.addTensors(tensors);
}

Expected<std::unique_ptr<TorchFile>>
TorchFile::parse(std::unique_ptr<MemoryBuffer> buffer) {
  std::unique_ptr<TorchFile> file(new TorchFile(std::move(buffer)));
  if (Error error = file->read())
    return error;
  return file;
}

Expected<std::unique_ptr<TorchFile>> TorchFile::open(StringRef path) {
  auto buffer = mapFile(path);
  if (!buffer)
    return buffer.takeError();
  return parse(std::move(*buffer));
}
