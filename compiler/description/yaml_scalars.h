//===- yaml_scalars.h - Numbers, enums and small parts as YAML --*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_DESCRIPTION_YAML_SCALARS_H
#define EMBLEM_COMPILER_DESCRIPTION_YAML_SCALARS_H

#include "compiler/description/description.h"
#include "compiler/description/yaml_weights.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/YAMLTraits.h"

#include <fmt/format.h>

namespace emblem::frontend {
/// A number that reads back to the same bits; YAML I/O's own writes six digits.
struct ExactDouble {
  double value;
  bool operator==(const ExactDouble &) const = default;
};

/// What findProblem says of a part is reported at that part's place.
template <typename T> struct CheckedMapping {
  static std::string validate(llvm::yaml::IO &io, T &value) {
    return io.outputting() ? "" : findProblem(value);
  }
};

inline std::string
listNames(unsigned last, llvm::function_ref<llvm::StringRef(unsigned)> name) {
  std::string names;
  for (unsigned i = 0; i <= last; ++i)
    names += (i ? ", '" : "'") + name(i).str() + "'";
  return names;
}

} // namespace emblem::frontend

LLVM_YAML_IS_FLOW_SEQUENCE_VECTOR(emblem::frontend::LayerKind)
LLVM_YAML_IS_FLOW_SEQUENCE_VECTOR(emblem::frontend::ExactDouble)
LLVM_YAML_IS_FLOW_SEQUENCE_VECTOR(emblem::emb::PoolKind)

// The scalar of an enum of the emb dialect; an error lists its names.
#define EMBLEM_YAML_ENUM(Enum)                                                 \
  template <> struct llvm::yaml::ScalarTraits<emblem::emb::Enum> {             \
    static void output(const emblem::emb::Enum &value, void *,                 \
                       llvm::raw_ostream &os) {                                \
      os << emblem::emb::stringify##Enum(value);                               \
    }                                                                          \
    static llvm::StringRef input(llvm::StringRef text, void *,                 \
                                 emblem::emb::Enum &value) {                   \
      if (auto parsed = emblem::emb::symbolize##Enum(text)) {                  \
        value = *parsed;                                                       \
        return "";                                                             \
      }                                                                        \
      static const std::string error =                                         \
          "must be one of " +                                                  \
          emblem::frontend::listNames(                                         \
              emblem::emb::getMaxEnumValFor##Enum(), [](unsigned i) {          \
                return emblem::emb::stringify##Enum(emblem::emb::Enum(i));     \
              });                                                              \
      return error;                                                            \
    }                                                                          \
    static QuotingType mustQuote(llvm::StringRef) {                            \
      return QuotingType::None;                                                \
    }                                                                          \
  };

// The same for an enum of two values that is the frontend's own.
#define EMBLEM_YAML_PAIR(Enum, First, first, Second, second)                   \
  template <> struct llvm::yaml::ScalarTraits<Enum> {                          \
    static void output(const Enum &value, void *, llvm::raw_ostream &os) {     \
      os << (value == Enum::First ? first : second);                           \
    }                                                                          \
    static llvm::StringRef input(llvm::StringRef text, void *, Enum &value) {  \
      value = text == first ? Enum::First : Enum::Second;                      \
      return text == first || text == second ? ""                              \
                                             : "must be '" first               \
                                               "' or '" second "'";            \
    }                                                                          \
    static QuotingType mustQuote(llvm::StringRef) {                            \
      return QuotingType::None;                                                \
    }                                                                          \
  };

EMBLEM_YAML_ENUM(Activation)
EMBLEM_YAML_ENUM(PositionKind)
EMBLEM_YAML_ENUM(PoolKind)
EMBLEM_YAML_PAIR(emblem::frontend::NormKind, Layer, "layer", Rms, "rms")
EMBLEM_YAML_ENUM(Pool2dKind)
EMBLEM_YAML_ENUM(ResizeKind)
EMBLEM_YAML_ENUM(ResizeFilter)
EMBLEM_YAML_ENUM(Distance)
EMBLEM_YAML_PAIR(emblem::frontend::NormPlacement, Post, "post", Pre, "pre")
EMBLEM_YAML_PAIR(emblem::frontend::LayerKind, Global, "global", Local, "local")

namespace llvm::yaml {

using emblem::frontend::CheckedMapping;
using emblem::frontend::ExactDouble;

template <> struct ScalarTraits<ExactDouble> {
  static void output(const ExactDouble &number, void *, raw_ostream &os) {
    os << fmt::format("{}", number.value); // the shortest that reads back
  }
  static StringRef input(StringRef text, void *, ExactDouble &number) {
    return to_float(text, number.value) ? "" : "must be a number";
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

// A number that may be missing.
inline void mapNumber(IO &io, const char *key, std::optional<double> &number) {
  std::optional<ExactDouble> exact;
  if (number)
    exact = ExactDouble{*number};
  io.mapOptional(key, exact);
  if (exact)
    number = exact->value;
}

// A number that is `fallback` where it is missing.
inline void mapNumber(IO &io, const char *key, double &number,
                      double fallback) {
  ExactDouble exact{number};
  io.mapOptional(key, exact, ExactDouble{fallback});
  number = exact.value;
}

// Numbers, each exact.
inline void mapNumbers(IO &io, const char *key, std::vector<double> &numbers) {
  std::vector<ExactDouble> exact;
  for (double number : numbers)
    exact.push_back({number});
  io.mapOptional(key, exact);
  numbers.clear();
  for (ExactDouble number : exact)
    numbers.push_back(number.value);
}

template <>
struct MappingTraits<emblem::frontend::Linear>
    : CheckedMapping<emblem::frontend::Linear> {
  static void mapping(IO &io, emblem::frontend::Linear &linear) {
    io.mapRequired("weight", linear.weight);
    io.mapOptional("bias", linear.bias, std::string());
  }
  static const bool flow = true;
};

template <>
struct MappingTraits<emblem::frontend::Norm>
    : CheckedMapping<emblem::frontend::Norm> {
  static void mapping(IO &io, emblem::frontend::Norm &norm) {
    io.mapOptional("kind", norm.kind, emblem::frontend::NormKind::Layer);
    io.mapOptional("scale", norm.scale, std::string());
    io.mapOptional("shift", norm.shift, std::string());
    ExactDouble epsilon{norm.epsilon};
    io.mapRequired("epsilon", epsilon);
    norm.epsilon = epsilon.value;
  }
};

} // namespace llvm::yaml

#endif // EMBLEM_COMPILER_DESCRIPTION_YAML_SCALARS_H
