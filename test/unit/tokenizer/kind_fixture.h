//===- kind_fixture.h - A small tokenizer of some kind ----------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_UNIT_TOKENIZER_KIND_FIXTURE_H
#define EMBLEM_TEST_UNIT_TOKENIZER_KIND_FIXTURE_H

#include "compiler/tokenizer/read/tokenizer_json.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

#include <string>

namespace emblem {

/// A file that test/fixtures/tokenizer/make_kinds_fixture.py wrote.
inline llvm::json::Value readKindFixture(const std::string &name) {
  auto buffer = llvm::MemoryBuffer::getFile(TOKENIZER_FIXTURES "/kinds/" +
                                            name + ".json");
  if (!buffer)
    llvm::report_fatal_error(llvm::Twine("cannot read the fixture ") + name);
  return llvm::cantFail(llvm::json::parse((*buffer)->getBuffer()));
}

inline frontend::TokenizerDescription
describeKind(const llvm::json::Value &fixture) {
  return llvm::cantFail(frontend::parseTokenizerJson(
      llvm::formatv("{0}", *fixture.getAsObject()->get("tokenizer")).str(),
      "fixture"));
}

} // namespace emblem

#endif // EMBLEM_TEST_UNIT_TOKENIZER_KIND_FIXTURE_H
