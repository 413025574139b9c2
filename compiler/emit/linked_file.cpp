//===- linked_file.cpp - A program or a shared library --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/linked_file.h"

#include "runtime/command/checksum.h"

#include "llvm/Support/MemoryBuffer.h"

using namespace emblem;
using namespace emblem::emit;

llvm::Expected<ElfImage> LinkedFile::linkImage(llvm::StringRef object) {
  auto objectFile = OutputFile::createScratch(output.place());
  if (!objectFile)
    return objectFile.takeError();
  objectFile->stream() << object;
  if (llvm::Error error = objectFile->flush())
    return error;
  auto linked = OutputFile::createScratch(output.place());
  if (!linked)
    return linked.takeError();
  if (llvm::Error error = linkObject(objectFile->temporaryPath(), *linked))
    return error;
  auto bytes = llvm::MemoryBuffer::getFile(linked->temporaryPath(),
                                           /*IsText=*/false,
                                           /*RequiresNullTerminator=*/false);
  if (!bytes)
    return llvm::createStringError("cannot read '" + linked->temporaryPath() +
                                   "': " + bytes.getError().message());
  llvm::StringRef text = (*bytes)->getBuffer();
  if (text.empty())
    return llvm::createStringError("linking with '" + inputs.linker->getName() +
                                   "' wrote nothing; name another C compiler "
                                   "in CC, or write --emit=obj");
  return ElfImage::parse({text.begin(), text.end()}, linked->temporaryPath());
}

llvm::Error LinkedFile::begin(const ModelCode &code) {
  auto image = linkImage(code.object);
  if (!image)
    return image.takeError();
  if (llvm::Error error =
          WeightSegment::plan(std::move(*image), code.data.report)
              .moveInto(segment))
    return error;
  if (llvm::Error error = segment->setDistances(code.data.getDistances()))
    return error;
  place = segment->getPlace();
  return output.clear();
}

llvm::Error LinkedFile::finish(int64_t bytes) {
  segment->setSize(bytes);
  if (llvm::Error error = output.write(0, segment->getHead()))
    return error;
  if (llvm::Error error =
          output.write(segment->getTailPlace(), segment->getTail()))
    return error;
  return writeFooter();
}

llvm::Error LinkedFile::writeFooter() {
  command::Checksum checksum;
  auto add = [&](llvm::ArrayRef<char> block) {
    checksum.add(block.data(), block.size());
  };
  int64_t size = output.size();
  if (llvm::Error error = output.read(add))
    return error;
  command::ProgramFooter footer = {};
  llvm::copy(command::ProgramFooter::mark, footer.magic);
  footer.checksum = checksum.value();
  return output.write(
      size, {reinterpret_cast<const char *>(&footer), sizeof(footer)});
}
