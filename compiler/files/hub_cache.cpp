//===- hub_cache.cpp - Models of the Hugging Face cache -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/hub_cache.h"

#include "compiler/files/model_file.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cstdlib>

using namespace llvm;
using namespace emblem::frontend;

static constexpr StringLiteral modelsPrefix = "models--";
static constexpr StringLiteral snapshotsFolder = "snapshots";

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

// As huggingface_hub's validate_repo_id has a part of a name.
static bool isNamePart(StringRef part) {
  return !part.empty() && part.size() <= 96 &&
         all_of(part,
                [](char c) { return isAlnum(c) || is_contained("-_.", c); }) &&
         part.find_first_of("-.") != 0 &&
         part.find_last_of("-.") != part.size() - 1 && !part.contains("--") &&
         !part.contains("..");
}

bool emblem::frontend::isHubName(StringRef text) {
  static constexpr StringLiteral fileEndings[] = {
      ".gguf", ".onnx", ".yaml", ".yml", ".mlir", ".txt",
      ".vec",  ".bin",  ".pt",   ".pth", ".json", ".safetensors"};
  if (any_of(fileEndings,
             [&](StringRef ending) { return text.ends_with(ending); }) ||
      isThere(text))
    return false;
  auto [owner, name] = text.split('/');
  return isNamePart(owner) &&
         (name.empty() ? !text.contains('/') : isNamePart(name));
}

// What Sentence Transformers does not look for among its own.
static bool isFirstTransformer(StringRef name) {
  static constexpr StringLiteral names[] = {
      "albert-base-v1",
      "albert-base-v2",
      "albert-large-v1",
      "albert-large-v2",
      "albert-xlarge-v1",
      "albert-xlarge-v2",
      "albert-xxlarge-v1",
      "albert-xxlarge-v2",
      "bert-base-cased-finetuned-mrpc",
      "bert-base-cased",
      "bert-base-chinese",
      "bert-base-german-cased",
      "bert-base-german-dbmdz-cased",
      "bert-base-german-dbmdz-uncased",
      "bert-base-multilingual-cased",
      "bert-base-multilingual-uncased",
      "bert-base-uncased",
      "bert-large-cased-whole-word-masking-finetuned-squad",
      "bert-large-cased-whole-word-masking",
      "bert-large-cased",
      "bert-large-uncased-whole-word-masking-finetuned-squad",
      "bert-large-uncased-whole-word-masking",
      "bert-large-uncased",
      "camembert-base",
      "ctrl",
      "distilbert-base-cased-distilled-squad",
      "distilbert-base-cased",
      "distilbert-base-german-cased",
      "distilbert-base-multilingual-cased",
      "distilbert-base-uncased-distilled-squad",
      "distilbert-base-uncased-finetuned-sst-2-english",
      "distilbert-base-uncased",
      "distilgpt2",
      "distilroberta-base",
      "gpt2-large",
      "gpt2-medium",
      "gpt2-xl",
      "gpt2",
      "openai-gpt",
      "roberta-base-openai-detector",
      "roberta-base",
      "roberta-large-mnli",
      "roberta-large-openai-detector",
      "roberta-large",
      "t5-11b",
      "t5-3b",
      "t5-base",
      "t5-large",
      "t5-small",
      "transfo-xl-wt103",
      "xlm-clm-ende-1024",
      "xlm-clm-enfr-1024",
      "xlm-mlm-100-1280",
      "xlm-mlm-17-1280",
      "xlm-mlm-en-2048",
      "xlm-mlm-ende-1024",
      "xlm-mlm-enfr-1024",
      "xlm-mlm-enro-1024",
      "xlm-mlm-tlm-xnli15-1024",
      "xlm-mlm-xnli15-1024",
      "xlm-roberta-base",
      "xlm-roberta-large-finetuned-conll02-dutch",
      "xlm-roberta-large-finetuned-conll02-spanish",
      "xlm-roberta-large-finetuned-conll03-english",
      "xlm-roberta-large-finetuned-conll03-german",
      "xlm-roberta-large",
      "xlnet-base-cased",
      "xlnet-large-cased"};
  return is_contained(names, name);
}

static std::string wholeName(StringRef name) {
  if (name.contains('/') || isFirstTransformer(name.lower()))
    return name.str();
  return ("sentence-transformers/" + name).str();
}

//===----------------------------------------------------------------------===//
// Folders
//===----------------------------------------------------------------------===//

static std::optional<std::string> variable(const char *name) {
  const char *value = std::getenv(name);
  return value ? std::optional<std::string>(value) : std::nullopt;
}

static std::string inFolder(StringRef folder, const Twine &name) {
  SmallString<128> path(folder);
  sys::path::append(path, name);
  return path.str().str();
}

static std::string homeFolder() {
  SmallString<128> home;
  sys::path::home_directory(home);
  return home.str().str();
}

// Python's expanduser, of one's own folder, and expandvars.
static std::string expand(StringRef path) {
  std::string home;
  if (path == "~" || path.starts_with("~/")) {
    home = homeFolder();
    path = path.drop_front();
  }
  std::string expanded = home;
  while (!path.empty()) {
    auto [before, after] = path.split('$');
    expanded += before;
    if (before.size() == path.size())
      break;
    bool hasBraces = after.starts_with("{") && after.contains('}');
    StringRef name =
        hasBraces
            ? after.drop_front().split('}').first
            : after.take_while([](char c) { return isAlnum(c) || c == '_'; });
    size_t used = name.size() + (hasBraces ? 2 : 0);
    if (auto value = variable(name.str().c_str()))
      expanded += *value;
    else
      expanded += ("$" + after.take_front(used)).str();
    path = after.drop_front(used);
  }
  return expanded;
}

static std::vector<std::string> cacheFolders() {
  std::vector<std::string> folders;
  if (auto home = variable("SENTENCE_TRANSFORMERS_HOME"))
    folders.push_back(*home);
  for (const char *name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"})
    if (auto cache = variable(name)) {
      folders.push_back(expand(*cache));
      return folders;
    }
  auto home = variable("HF_HOME");
  if (!home) {
    auto cache = variable("XDG_CACHE_HOME");
    home = inFolder(cache ? *cache : inFolder(homeFolder(), ".cache"),
                    "huggingface");
  }
  folders.push_back(inFolder(expand(*home), "hub"));
  return folders;
}

// The folder of a revision in a model's folder; empty where it is not there.
static std::string findSnapshot(StringRef folder, StringRef revision) {
  std::string commit = revision.str();
  if (revision.contains(".."))
    return "";
  std::string ref = inFolder(folder, "refs/" + revision);
  if (sys::fs::is_regular_file(ref)) {
    if (auto text = readTextFile(ref))
      commit = (*text)->getBuffer().trim().str();
    else
      consumeError(text.takeError());
  }
  std::string snapshot = inFolder(folder, snapshotsFolder + "/" + commit);
  bool isName = commit.find('/') == std::string::npos && commit != "." &&
                commit != ".." && !commit.empty();
  return isName && sys::fs::is_directory(snapshot) ? snapshot : "";
}

//===----------------------------------------------------------------------===//
// Models
//===----------------------------------------------------------------------===//

static std::string fetchCommand(StringRef name, StringRef revision) {
  std::string command = ("hf download " + name).str();
  if (!revision.empty())
    command += (" --revision " + revision).str();
  return command;
}

std::string emblem::frontend::downloadCommand(StringRef folder) {
  for (; !folder.empty(); folder = sys::path::parent_path(folder)) {
    StringRef above = sys::path::parent_path(folder),
              name = sys::path::filename(sys::path::parent_path(above));
    if (sys::path::filename(above) != snapshotsFolder ||
        !name.consume_front(modelsPrefix))
      continue;
    auto [owner, own] = name.split("--");
    return fetchCommand(own.empty() ? name.str() : (owner + "/" + own).str(),
                        "");
  }
  return "";
}

// "name-00002-of-00003.gguf", which is read with the first.
static bool isLaterPart(StringRef path) {
  auto [stem, count] = path.rsplit("-of-");
  return count.size() == StringRef("00003.gguf").size() &&
         !stem.ends_with("-00001");
}

// What of a snapshot is the model: the folder, or its only GGUF file.
static Expected<std::string> findInSnapshot(StringRef snapshot, StringRef name,
                                            StringRef revision) {
  for (StringRef file : {"config.json", "modules.json", "adapter_config.json"})
    if (sys::fs::exists(inFolder(snapshot, file)))
      return snapshot.str();
  std::vector<std::string> files;
  std::error_code error;
  for (sys::fs::directory_iterator entry(snapshot, error), end;
       entry != end && !error; entry.increment(error))
    if (StringRef(entry->path()).ends_with(".gguf") &&
        !isLaterPart(entry->path()))
      files.push_back(entry->path());
  llvm::sort(files);
  if (files.size() == 1)
    return files.front();
  if (!files.empty())
    return createStringError("'" + name +
                             "' has several GGUF files; name one "
                             "of them, such as '" +
                             files.front() + "'");
  return createStringError(
      "the Hugging Face cache has only a part of '" + name + "', in '" +
      snapshot + "'; fetch the rest with: " + fetchCommand(name, revision));
}

Expected<std::string> emblem::frontend::findModel(StringRef model,
                                                  StringRef revision) {
  if (!isHubName(model)) {
    if (!revision.empty())
      return createStringError("'" + model +
                               "' is no name of a model on the Hugging Face "
                               "Hub, which alone has revisions; leave "
                               "--revision out");
    return model.str();
  }
  std::string name = wholeName(model);
  std::string folder = (modelsPrefix + name).str();
  size_t slash = folder.find('/');
  if (slash != std::string::npos)
    folder.replace(slash, 1, "--");
  StringRef wanted = revision.empty() ? "main" : revision;
  std::vector<std::string> caches = cacheFolders();
  for (StringRef cache : caches) {
    std::string snapshot = findSnapshot(inFolder(cache, folder), wanted);
    if (!snapshot.empty())
      return findInSnapshot(snapshot, name, revision);
  }
  std::string ofRevision =
      revision.empty() ? "" : (" of revision '" + revision + "'").str();
  return createStringError("there is no model '" + model +
                           "': no such file or folder, and no '" + name + "'" +
                           ofRevision + " in the Hugging Face cache '" +
                           llvm::join(caches, "' or '") +
                           "'; fetch it with: " + fetchCommand(name, revision));
}
