//===- names.h - Registers, variables and labels by name --------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_PTX_MACHINE_NAMES_H
#define EMBLEM_TEST_GPU_PTX_MACHINE_NAMES_H

#include "test/gpu/ptx_machine/program.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace emblem::ptx {

/// A variable, or a parameter, whose address is an offset.
struct Symbol {
  Space space;
  uint64_t address;
};
using Symbols = std::map<std::string, Symbol>;

/// The type that a name such as "u32" has, or None.
Type typeNamed(std::string_view name);

/// The names of one kernel. Blocks in braces have names of their own.
class Names {
public:
  Names(Program &program, const Symbols &module);

  void openScope();
  /// False if none is open beside the kernel's own.
  bool closeScope();

  /// "%r<10>" declares %r0 to %r9.
  void declareRegisters(const std::string &declaration, Type type);
  void declareSymbol(const std::string &name, Symbol symbol);
  void declareLabel(const std::string &name, int32_t position);
  /// A list that an indexed branch chooses from.
  void declareTable(const std::string &name, std::vector<std::string> labels);

  std::optional<Operand> findRegister(const std::string &name);
  std::optional<Symbol> findSymbol(const std::string &name) const;
  const std::vector<std::string> *findTable(const std::string &name) const;
  Operand constant(RegisterKind kind, uint64_t value);
  /// A register that nobody reads, for "_".
  Operand sink(RegisterKind kind);

  /// The scope at this point, and a label as it is seen from a scope.
  int scope() const { return current; }
  std::optional<int32_t> findLabel(const std::string &name, int scope) const;

private:
  struct Scope {
    int parent;
    std::map<std::string, std::pair<Type, int64_t>> declared; // name or prefix
    std::map<std::string, Operand> registers;
    Symbols symbols;
    std::map<std::string, int32_t> labels;
    std::map<std::string, std::vector<std::string>> tables;
  };
  Operand newRegister(RegisterKind kind);

  Program &program;
  const Symbols &moduleSymbols;
  std::vector<Scope> scopes;
  int current = 0;
  std::map<std::pair<RegisterKind, uint64_t>, Operand> constants;
  std::map<std::string, Operand> specials;
};

} // namespace emblem::ptx

#endif // EMBLEM_TEST_GPU_PTX_MACHINE_NAMES_H
