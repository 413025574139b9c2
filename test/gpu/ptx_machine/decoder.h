//===- decoder.h - Operands and modifiers of a statement --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A statement of PTX, taken apart: each family of instructions has a file that
// decodes its own and holds what they do.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_PTX_MACHINE_DECODER_H
#define EMBLEM_TEST_GPU_PTX_MACHINE_DECODER_H

#include "test/gpu/ptx_machine/names.h"
#include "test/gpu/ptx_machine/program.h"

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace emblem::ptx {

class Decoder {
public:
  /// Reads the guard, the opcode and the operands' texts.
  Decoder(int line, const std::string &text, Names &names);

  std::string_view mnemonic() const { return parts[0]; }
  /// The part of the opcode after so many points; empty if there is none.
  std::string_view part(size_t index) const {
    return index < parts.size() ? std::string_view(parts[index])
                                : std::string_view();
  }
  bool has(std::string_view modifier) const;
  /// The opcode's types, in order; None beyond them.
  Type type(size_t index) const {
    return index < types.size() ? types[index] : Type::None;
  }
  size_t typeCount() const { return types.size(); }
  size_t operandCount() const { return operands.size(); }
  const std::string &operand(size_t index) const;
  void expectOperands(size_t least, size_t most) const;

  /// Adds the operand's registers, one or those in braces, which are as wide as
  /// the type says; `anyWidth` takes others too.
  void addDestination(size_t index, Type type, bool anyWidth = false);
  void addSource(size_t index, Type type, bool anyWidth = false);
  void addSource(const std::string &text, Type type, bool anyWidth = false);
  /// The register before or after the bar of "d|p".
  void addDestination(const std::string &text, Type type,
                      bool anyWidth = false);
  /// Adds the base of "[base + offset]" and returns the offset.
  int64_t addAddress(size_t index);
  /// Destination first, then sources, all of one type.
  void addAll(Type type);
  void addSourceOperand(Operand operand);
  int64_t integer(size_t index) const;

  /// The labels of a ".branchtargets".
  std::vector<std::string> table(size_t index) const;
  /// The labels that the instruction leads to.
  void setLabels(std::vector<std::string> names) { labels = std::move(names); }
  const std::vector<std::string> &targetLabels() const { return labels; }

  [[noreturn]] void fail(const std::string &why) const;
  [[noreturn]] void failUnknown() const;

  Instruction instruction;

private:
  Operand registerOf(const std::string &text, Type type, bool anyWidth);
  Operand sourceOf(const std::string &text, Type type, bool anyWidth);

  Names &names;
  std::vector<std::string> parts, operands, labels;
  std::vector<Type> types;
};

/// Splits at commas outside of brackets and braces.
std::vector<std::string> splitOperands(std::string_view text);
std::string trim(std::string_view text);

using DecodeFunction = void (*)(Decoder &);
using DecodeTable = std::map<std::string_view, DecodeFunction>;

// One for each family.
void addIntegerArithmetic(DecodeTable &table);
void addArithmetic(DecodeTable &table);
void addFloatFunctions(DecodeTable &table);
void addBitOperations(DecodeTable &table);
void addComparisons(DecodeTable &table);
void addConversions(DecodeTable &table);
void addMoves(DecodeTable &table);
void addMemoryAccess(DecodeTable &table);
void addAtomics(DecodeTable &table);
void addAsyncCopies(DecodeTable &table);
void addWarpExchange(DecodeTable &table);
void addTensorCore(DecodeTable &table);
void addControlFlow(DecodeTable &table);

/// Decodes a statement; an unknown opcode is an error that names the line.
Decoder decode(int line, const std::string &text, Names &names);

} // namespace emblem::ptx

#endif // EMBLEM_TEST_GPU_PTX_MACHINE_DECODER_H
