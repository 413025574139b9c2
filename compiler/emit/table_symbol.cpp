//===- table_symbol.cpp - The name of a model's table ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/emit/table_symbol.h"

#include "emblem/model_table.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace emblem;
using namespace emblem::emit;

// The keywords of C, and the function that a program has.
static constexpr llvm::StringLiteral reserved[] = {
    "auto",    "break",    "case",     "char",     "const",  "continue",
    "default", "do",       "double",   "else",     "enum",   "extern",
    "float",   "for",      "goto",     "if",       "inline", "int",
    "long",    "main",     "register", "restrict", "return", "short",
    "signed",  "sizeof",   "static",   "struct",   "switch", "typedef",
    "union",   "unsigned", "void",     "volatile", "while"};

static bool isOfIdentifiers(char character) {
  return llvm::isAlnum(character) || character == '_';
}

llvm::StringRef emblem::emit::libraryName(llvm::StringRef output) {
  llvm::StringRef stem = llvm::sys::path::stem(output);
  return stem.starts_with("lib") && stem.size() > 3 ? stem.drop_front(3) : stem;
}

std::string emblem::emit::identifierOf(llvm::StringRef output) {
  std::string identifier = libraryName(output).str();
  for (char &character : identifier)
    if (!isOfIdentifiers(character))
      character = '_';
  return identifier.empty() || llvm::isDigit(identifier.front())
             ? "model_" + identifier
             : identifier;
}

llvm::Expected<std::string>
emblem::emit::chooseSymbol(std::optional<llvm::StringRef> asked,
                           const EmissionInfo &emission,
                           llvm::StringRef output) {
  const bool isProgram = emission.isProgram();
  if (!asked)
    return isProgram || output == "-"
               ? EMBLEM_MODEL_SYMBOL
               : llvm::StringRef(identifierOf(output)).lower() + "_model_table";
  if (isProgram || emission.content == Content::Mlir)
    return llvm::createStringError("--symbol names the table of a library, "
                                   "an object or its text, and --emit is " +
                                   emission.name + "; leave one of them out");
  if (asked->empty() || llvm::isDigit(asked->front()) ||
      !llvm::all_of(*asked, isOfIdentifiers))
    return llvm::createStringError("'" + *asked +
                                   "' is no value for --symbol; expected a C "
                                   "identifier: letters, digits and '_'");
  if (llvm::is_contained(reserved, *asked))
    return llvm::createStringError(
        "'" + *asked +
        "' is no value for --symbol: C has that name for something else");
  if (asked->starts_with("emblem_") && *asked != EMBLEM_MODEL_SYMBOL)
    return llvm::createStringError("'" + *asked +
                                   "' is no value for --symbol: names that "
                                   "begin with emblem_ are the runtime's");
  return asked->str();
}
