//===- static_library.cpp - A static library ------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/model_file.h"
#include "compiler/emit/object_weights.h"

#include "llvm/Object/Archive.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace emblem::emit;

// An archive's header of a member: 60 characters, of which 10 are the size.
static constexpr size_t kAlignment = 64; // of weights
static constexpr size_t kMemberHeader = 60, kSizePlace = 48, kSizeWidth = 10;

namespace {

/// The runtime's members and, as the last one, the model's object file, so that
/// its weights end the library.
class StaticLibrary : public ModelFile {
public:
  StaticLibrary(const ModelFileInputs &inputs, OutputFile &output)
      : ModelFile(output), inputs(inputs) {}

  llvm::Error begin(const ModelCode &code) override;
  llvm::Error finish(int64_t bytes) override;

private:
  /// `padding` is a number of zeros before the model's object.
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
  archive(llvm::StringRef object, size_t padding) const;

  const ModelFileInputs &inputs;
  std::vector<char> members; // the library up to the model's object
  std::optional<ObjectWeights> weights;
};

} // namespace

static llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
read(llvm::StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return llvm::createStringError("cannot read '" + path +
                                   "': " + buffer.getError().message());
  return std::move(*buffer);
}

/// Appends a library's members; `library` owns their bytes.
static llvm::Error addMembers(llvm::StringRef path,
                              std::unique_ptr<llvm::MemoryBuffer> &library,
                              std::vector<llvm::NewArchiveMember> &contents) {
  if (llvm::Error error = read(path).moveInto(library))
    return error;
  auto members = llvm::object::Archive::create(library->getMemBufferRef());
  if (!members)
    return members.takeError();
  llvm::Error error = llvm::Error::success();
  for (const llvm::object::Archive::Child &child :
       (*members)->children(error)) {
    auto member =
        llvm::NewArchiveMember::getOldMember(child, /*Deterministic=*/true);
    if (!member)
      return member.takeError();
    contents.push_back(std::move(*member));
  }
  return error;
}

/// Appends zeros to an object file, which is read by what its header says.
static void pad(llvm::NewArchiveMember &member, size_t zeros) {
  llvm::StringRef bytes = member.Buf->getBuffer();
  auto padded = llvm::WritableMemoryBuffer::getNewMemBuffer(
      bytes.size() + zeros, member.Buf->getBufferIdentifier());
  llvm::copy(bytes, padded->getBufferStart());
  member.Buf = std::move(padded);
  member.MemberName = member.Buf->getBufferIdentifier();
}

llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
StaticLibrary::archive(llvm::StringRef object, size_t padding) const {
  std::unique_ptr<llvm::MemoryBuffer> library;
  std::vector<std::unique_ptr<llvm::MemoryBuffer>> others;
  std::vector<llvm::NewArchiveMember> contents;
  if (llvm::Error error =
          addMembers(inputs.runtime.interface, library, contents))
    return error;
  for (const std::string &path : inputs.libraries)
    if (llvm::Error error = addMembers(path, others.emplace_back(), contents))
      return error;
  pad(contents.back(), padding);
  std::string name = llvm::sys::path::stem(inputs.name).str() + ".o";
  contents.emplace_back(llvm::MemoryBufferRef(object, name));
  return llvm::writeArchiveToBuffer(contents,
                                    llvm::SymtabWritingMode::NormalSymtab,
                                    llvm::object::Archive::K_GNU,
                                    /*Deterministic=*/true, /*Thin=*/false);
}

llvm::Error StaticLibrary::begin(const ModelCode &code) {
  if (llvm::Error error = checkObjectSize(output.path(), code.data.report))
    return error;
  // Weights are read in place, of the file too: the object begins aligned.
  for (size_t padding = 0;;) {
    auto library = archive(code.object, padding);
    if (!library)
      return library.takeError();
    // A member of odd size has a byte behind it.
    llvm::StringRef all = (*library)->getBuffer();
    llvm::StringRef head = all.drop_back(llvm::alignTo(code.object.size(), 2));
    members.assign(head.begin(), head.end());
    if (head.size() % kAlignment == 0)
      break;
    padding += kAlignment - head.size() % kAlignment;
  }
  if (llvm::Error error =
          ObjectWeights::plan(code.object, output.path()).moveInto(weights))
    return error;
  place = members.size() + weights->getPlace();
  return output.clear();
}

llvm::Error StaticLibrary::finish(int64_t bytes) {
  weights->setSize(bytes);
  int64_t size = weights->getPlace() + bytes;
  std::string digits = std::to_string(size);
  digits.resize(kSizeWidth, ' ');
  llvm::copy(digits, members.end() - kMemberHeader + kSizePlace);
  if (llvm::Error error = output.write(0, members))
    return error;
  if (llvm::Error error = output.write(members.size(), weights->getHead()))
    return error;
  if (llvm::Error error = output.extendTo(place + bytes))
    return error;
  return size % 2 ? output.write(place + bytes, llvm::ArrayRef('\n'))
                  : llvm::Error::success();
}

std::unique_ptr<ModelFile>
emblem::emit::createStaticLibrary(const ModelFileInputs &inputs,
                                  OutputFile &output) {
  return std::make_unique<StaticLibrary>(inputs, output);
}
