//===- grapheme_pattern.cpp - Grapheme clusters as a pattern --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/compile/grapheme_pattern.h"

#include "compiler/tokenizer/unicode_facts.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace emblem::frontend;

static PatternNode classNode(std::initializer_list<GraphemeClass> classes) {
  return PatternNode::one(CodePointSet::collect(
      [&](uint32_t c) { return is_contained(classes, getGraphemeClass(c)); }));
}

PatternNode emblem::frontend::graphemeClusterPattern() {
  using Class = GraphemeClass;
  auto any = [](PatternNode node) {
    return PatternNode::repeat(std::move(node), 0);
  };
  auto some = [](PatternNode node) {
    return PatternNode::repeat(std::move(node), 1);
  };
  auto sequence = [](auto... nodes) {
    return PatternNode::sequence({std::move(nodes)...});
  };
  auto either = [](auto... nodes) {
    return PatternNode::alternation({std::move(nodes)...});
  };

  PatternNode carriageReturn = classNode({Class::CarriageReturn});
  PatternNode lineFeed = classNode({Class::LineFeed});
  PatternNode control =
      classNode({Class::Control, Class::CarriageReturn, Class::LineFeed});
  PatternNode notControl = PatternNode::one(control.set.complement());
  PatternNode prepend = classNode({Class::Prepend});
  PatternNode joiner = classNode({Class::ZeroWidthJoiner});
  PatternNode extend = classNode({Class::Extend, Class::Linker});
  PatternNode linker = classNode({Class::Linker});
  PatternNode after = classNode({Class::Extend, Class::Linker,
                                 Class::ZeroWidthJoiner, Class::SpacingMark});
  PatternNode extendOrJoiner =
      classNode({Class::Extend, Class::Linker, Class::ZeroWidthJoiner});
  PatternNode pictographic = classNode({Class::Pictographic});
  PatternNode consonant = classNode({Class::Consonant});
  PatternNode regional = classNode({Class::RegionalIndicator});
  PatternNode l = classNode({Class::HangulL});
  PatternNode v = classNode({Class::HangulV});
  PatternNode t = classNode({Class::HangulT});
  PatternNode lv = classNode({Class::HangulLV});
  PatternNode lvt = classNode({Class::HangulLVT});

  PatternNode hangul = either(
      sequence(any(l), either(some(v), sequence(lv, any(v)), lvt), any(t)),
      some(l), some(t));
  PatternNode pictures =
      sequence(pictographic, any(sequence(any(extend), joiner, pictographic)));
  PatternNode conjunct =
      sequence(consonant, some(sequence(any(extendOrJoiner), linker,
                                        any(extendOrJoiner), consonant)));
  PatternNode core = either(hangul, sequence(regional, regional), pictures,
                            conjunct, notControl);
  return either(sequence(carriageReturn, lineFeed), control,
                sequence(any(prepend), core, any(after)));
}
