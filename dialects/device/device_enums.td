//===- device_enums.td - Grids and parameters --------------*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Numbers as in emblem/device_table.h.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_DEVICE_ENUMS_TD
#define EMBLEM_DIALECTS_DEVICE_ENUMS_TD

include "mlir/IR/EnumAttr.td"

def Device_GridOf : I32EnumAttr<"GridOf", "what a grid's rows are", [
    I32EnumAttrCase<"Tokens", 0, "tokens">,
    I32EnumAttrCase<"Texts", 1, "texts">,
    I32EnumAttrCase<"QueryTiles", 2, "query_tiles">]> {
  let cppNamespace = "::emblem::device";
}

def Device_ArgumentKind : I32EnumAttr<"ArgumentKind", "what a parameter is", [
    I32EnumAttrCase<"Shape", 0, "shape">,
    I32EnumAttrCase<"Arena", 1, "arena">,
    I32EnumAttrCase<"Weights", 2, "weights">,
    I32EnumAttrCase<"Ids", 3, "ids">,
    I32EnumAttrCase<"Sequences", 4, "sequences">,
    I32EnumAttrCase<"Offsets", 5, "offsets">,
    I32EnumAttrCase<"Types", 6, "types">,
    I32EnumAttrCase<"Pixels", 7, "pixels">,
    I32EnumAttrCase<"QueryTiles", 8, "query_tiles">,
    I32EnumAttrCase<"Output", 9, "output">]> {
  let cppNamespace = "::emblem::device";
}

#endif // EMBLEM_DIALECTS_DEVICE_ENUMS_TD
