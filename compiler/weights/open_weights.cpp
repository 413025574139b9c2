//===- open_weights.cpp - The files of a weight store ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/json_file.h"
#include "compiler/files/model_file.h"
#include "compiler/files/word_vectors.h"
#include "compiler/weights/model2vec_table.h"
#include "compiler/weights/weight_store.h"

#include "llvm/Support/Path.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;

Expected<std::unique_ptr<WeightStore>>
WeightStore::open(ArrayRef<std::string> paths) {
  auto store = std::make_unique<WeightStore>();
  for (StringRef path : paths) {
    Error error = Error::success();
    if (path.ends_with(".safetensors.index.json"))
      error = store->addIndex(path, store->files);
    else if (path.ends_with(".bin.index.json"))
      error = store->addIndex(path, store->torchFiles);
    else if (path.ends_with(".safetensors"))
      error = store->addSafetensors(path);
    else if (isTorchFile(path))
      error = store->addTensors(path, store->torchFiles);
    else if (path.ends_with(".onnx"))
      error = store->addTensors(path, store->onnxFiles);
    else if (path.ends_with(".gguf"))
      error = store->addTensors(path, store->ggufFiles);
    else if (isWordVectorFile(path))
      error = store->addWordVectors(path);
    else
      error = createStringError("cannot read the weights '" + path +
                                "'; name a .safetensors file, a "
                                ".safetensors.index.json, PyTorch's .bin or "
                                ".pt, a .gguf, an .onnx file or word vectors "
                                "(.txt, .vec, .bin)");
    if (error)
      return error;
  }
  return store;
}

StringRef emblem::frontend::qualifierOf(StringRef path) {
  if (sys::path::extension(path) == ".pt")
    return sys::path::stem(path);
  return sys::path::filename(sys::path::parent_path(path));
}

void WeightStore::add(StringRef name, const WeightView &view, StringRef source,
                      const WordVectors *words) {
  std::string absolute = resolvePath(".", source);
  for (auto *names : {&plain, &qualified}) {
    std::string key = names == &plain
                          ? name.str()
                          : (qualifierOf(absolute) + "/" + name).str();
    names->try_emplace(key, Entry{view, words, {}})
        .first->second.sources.push_back(source.str());
  }
}

template <typename File>
Error WeightStore::addTensors(StringRef path,
                              std::vector<std::unique_ptr<File>> &opened) {
  auto file = File::open(path);
  if (!file)
    return file.takeError();
  for (const auto &[name, view] : (*file)->getTensors())
    add(name, view, path);
  opened.push_back(std::move(*file));
  return Error::success();
}

Error WeightStore::addSafetensors(StringRef path) {
  auto file = Safetensors::open(path);
  if (!file)
    return file.takeError();
  auto table = foldModel2VecTable(**file);
  if (!table)
    return table.takeError();
  for (const auto &[name, view] : (*file)->getTensors())
    if (!*table || name != model2VecTable)
      add(name, view, path);
  if (*table) {
    const std::vector<float> &values =
        folded.emplace_back(std::move((*table)->values));
    add(model2VecTable,
        {ElementType::F32, (*table)->shape,
         reinterpret_cast<const char *>(values.data())},
        path);
  }
  files.push_back(std::move(*file));
  return Error::success();
}

Error WeightStore::addWordVectors(StringRef path) {
  auto vectors = WordVectors::open(path);
  if (!vectors)
    return vectors.takeError();
  const WordVectors &file = **vectors;
  int64_t words = file.getWords().size();
  add(wordVectorTable,
      {ElementType::F32, {words, file.getDimension()}, nullptr}, path, &file);
  wordVectors.push_back(std::move(*vectors));
  return Error::success();
}

const WordVectors *WeightStore::findWordVectors(StringRef path) const {
  for (const std::unique_ptr<WordVectors> &vectors : wordVectors)
    if (vectors->getPath() == path)
      return vectors.get();
  return nullptr;
}

// {"weight_map": {"name": "model-00001-of-00002.safetensors", ...}}
template <typename File>
Error WeightStore::addIndex(StringRef path,
                            std::vector<std::unique_ptr<File>> &opened) {
  auto index = JsonObject::read(path);
  if (!index)
    return index.takeError();
  const json::Value *value = index->find("weight_map");
  const json::Object *map = value ? value->getAsObject() : nullptr;
  if (!map)
    return index->error("weight_map",
                        "it must map each weight's name to its file");

  std::map<std::string, std::string> shardOfName;
  for (const auto &[name, shard] : *map) {
    std::optional<StringRef> file = shard.getAsString();
    if (!file || file->empty() || sys::path::filename(*file) != *file ||
        *file == "." || *file == "..")
      return createStringError("'" + path + "': weight '" + StringRef(name) +
                               "' must name a file beside the index");
    shardOfName[StringRef(name).str()] = file->str();
  }
  std::map<std::string, const File *> shards;
  for (const auto &[name, shard] : shardOfName) {
    const File *&file = shards[shard];
    if (!file) {
      auto read = File::open(resolvePath(folderOf(path), shard));
      if (!read)
        return read.takeError();
      file = read->get();
      opened.push_back(std::move(*read));
    }
    auto tensor = file->getTensors().find(name);
    if (tensor == file->getTensors().end())
      return createStringError("'" + path + "' says that weight '" + name +
                               "' is in '" + shard +
                               "', which does not hold it; the index and the "
                               "files are not of one model");
    add(name, tensor->second, path);
  }
  return Error::success();
}
