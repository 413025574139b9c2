//===- names.cpp - Registers, variables and labels by name ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/names.h"

#include <cstdlib>

namespace emblem::ptx {

int bytesOf(Type type) {
  switch (type) {
  case Type::B8:
  case Type::U8:
  case Type::S8:
    return 1;
  case Type::B16:
  case Type::U16:
  case Type::S16:
  case Type::F16:
  case Type::BF16:
    return 2;
  case Type::B64:
  case Type::U64:
  case Type::S64:
  case Type::F64:
    return 8;
  default:
    return 4;
  }
}

bool isSigned(Type type) {
  return type == Type::S8 || type == Type::S16 || type == Type::S32 ||
         type == Type::S64;
}

bool isFloat(Type type) {
  return type == Type::F16 || type == Type::BF16 || type == Type::F32 ||
         type == Type::TF32 || type == Type::F64;
}

RegisterKind kindOf(Type type) {
  if (type == Type::Predicate)
    return RegisterKind::Predicate;
  return bytesOf(type) == 8 ? RegisterKind::Wide : RegisterKind::Narrow;
}

Type typeNamed(std::string_view name) {
  static const std::map<std::string_view, Type> types = {
      {"b8", Type::B8},     {"u8", Type::U8},         {"s8", Type::S8},
      {"b16", Type::B16},   {"u16", Type::U16},       {"s16", Type::S16},
      {"f16", Type::F16},   {"bf16", Type::BF16},     {"b32", Type::B32},
      {"u32", Type::U32},   {"s32", Type::S32},       {"f32", Type::F32},
      {"tf32", Type::TF32}, {"f16x2", Type::F16x2},   {"bf16x2", Type::BF16x2},
      {"b64", Type::B64},   {"u64", Type::U64},       {"s64", Type::S64},
      {"f64", Type::F64},   {"pred", Type::Predicate}};
  auto found = types.find(name);
  return found == types.end() ? Type::None : found->second;
}

static const std::map<std::string, Special> &specialNames() {
  static const std::map<std::string, Special> names = {
      {"%tid.x", Special::ThreadX},
      {"%tid.y", Special::ThreadY},
      {"%tid.z", Special::ThreadZ},
      {"%ntid.x", Special::ThreadsX},
      {"%ntid.y", Special::ThreadsY},
      {"%ntid.z", Special::ThreadsZ},
      {"%ctaid.x", Special::BlockX},
      {"%ctaid.y", Special::BlockY},
      {"%ctaid.z", Special::BlockZ},
      {"%nctaid.x", Special::BlocksX},
      {"%nctaid.y", Special::BlocksY},
      {"%nctaid.z", Special::BlocksZ},
      {"%laneid", Special::Lane},
      {"%warpid", Special::WarpIndex},
      {"%nwarpid", Special::WarpCount},
      {"%lanemask_eq", Special::LanesEqual},
      {"%lanemask_lt", Special::LanesBelow},
      {"%lanemask_le", Special::LanesUpTo},
      {"%lanemask_gt", Special::LanesAbove},
      {"%lanemask_ge", Special::LanesFrom},
      {"%dynamic_smem_size", Special::DynamicShared}};
  return names;
}

Names::Names(Program &program, const Symbols &module)
    : program(program), moduleSymbols(module) {
  scopes.push_back({-1, {}, {}, {}, {}, {}});
}

void Names::openScope() {
  scopes.push_back({current, {}, {}, {}, {}, {}});
  current = static_cast<int>(scopes.size()) - 1;
}

bool Names::closeScope() {
  current = scopes[current].parent;
  return current >= 0;
}

void Names::declareRegisters(const std::string &declaration, Type type) {
  size_t bracket = declaration.find('<');
  int64_t count = -1; // one name
  if (bracket != std::string::npos)
    count = std::strtoll(declaration.c_str() + bracket + 1, nullptr, 0);
  scopes[current].declared[declaration.substr(0, bracket)] = {type, count};
}

void Names::declareSymbol(const std::string &name, Symbol symbol) {
  scopes[current].symbols[name] = symbol;
}

void Names::declareLabel(const std::string &name, int32_t position) {
  scopes[current].labels[name] = position;
}

void Names::declareTable(const std::string &name,
                         std::vector<std::string> labels) {
  scopes[current].tables[name] = std::move(labels);
}

Operand Names::newRegister(RegisterKind kind) {
  Operand operand;
  operand.kind = kind;
  operand.id = program.registers++;
  if (kind == RegisterKind::Predicate) {
    operand.row = program.predicates++;
    return operand;
  }
  operand.row = program.words;
  program.words += kind == RegisterKind::Wide ? 64 : 32;
  return operand;
}

std::optional<Operand> Names::findRegister(const std::string &name) {
  for (int scope = current; scope >= 0; scope = scopes[scope].parent) {
    Scope &names = scopes[scope];
    auto known = names.registers.find(name);
    if (known != names.registers.end())
      return known->second;
    auto declared = names.declared.find(name);
    if (declared == names.declared.end()) {
      size_t digits = name.find_last_not_of("0123456789") + 1;
      if (digits == name.size())
        continue;
      declared = names.declared.find(name.substr(0, digits));
      if (declared == names.declared.end() ||
          std::atoll(name.c_str() + digits) >= declared->second.second)
        continue;
    } else if (declared->second.second >= 0) {
      continue;
    }
    return names.registers[name] = newRegister(kindOf(declared->second.first));
  }
  auto special = specialNames().find(name);
  if (special == specialNames().end())
    return std::nullopt;
  auto [place, isNew] = specials.try_emplace(name);
  if (isNew) {
    place->second = newRegister(RegisterKind::Narrow);
    program.specials.push_back({place->second, special->second});
  }
  return place->second;
}

std::optional<Symbol> Names::findSymbol(const std::string &name) const {
  for (int scope = current; scope >= 0; scope = scopes[scope].parent) {
    auto found = scopes[scope].symbols.find(name);
    if (found != scopes[scope].symbols.end())
      return found->second;
  }
  auto found = moduleSymbols.find(name);
  if (found == moduleSymbols.end())
    return std::nullopt;
  return found->second;
}

const std::vector<std::string> *
Names::findTable(const std::string &name) const {
  for (int scope = current; scope >= 0; scope = scopes[scope].parent) {
    auto found = scopes[scope].tables.find(name);
    if (found != scopes[scope].tables.end())
      return &found->second;
  }
  return nullptr;
}

Operand Names::constant(RegisterKind kind, uint64_t value) {
  if (kind == RegisterKind::Narrow)
    value = static_cast<uint32_t>(value);
  auto [place, isNew] = constants.try_emplace({kind, value});
  if (isNew) {
    place->second = newRegister(kind);
    program.constants.push_back({place->second, value});
  }
  return place->second;
}

Operand Names::sink(RegisterKind kind) { return newRegister(kind); }

std::optional<int32_t> Names::findLabel(const std::string &name,
                                        int scope) const {
  for (; scope >= 0; scope = scopes[scope].parent) {
    auto found = scopes[scope].labels.find(name);
    if (found != scopes[scope].labels.end())
      return found->second;
  }
  return std::nullopt;
}

} // namespace emblem::ptx
