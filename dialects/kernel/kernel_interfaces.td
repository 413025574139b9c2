//===- kernel_interfaces.td - Questions to kernels ---------*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A pass knows kernels by these alone. Whatever a kernel does not define has the
// default: no part of the grid but one column, one result, nothing fused,
// narrowed or packed.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_KERNEL_INTERFACES_TD
#define EMBLEM_DIALECTS_KERNEL_INTERFACES_TD

include "mlir/IR/Interfaces.td"

def Kernel_OpInterface : OpInterface<"KernelOpInterface"> {
  let cppNamespace = "::emblem::kernel";
  let description = [{
    What the planner, the outliner and the reports ask of any kernel: its cost,
    its grid, and how its two forms differ. (Upstream's destination style has an
    operand to write into for every result, of tensors too; a kernel of values has
    none.)
  }];
  let methods = [
    InterfaceMethod<"The arithmetic and the traffic, as formulas in rows.",
                    "::emblem::kernel::Work", "getWork", (ins)>,
    InterfaceMethod<"Who writes its code: its attribute `provider`, else mlir.",
                    "::llvm::StringRef", "getProvider", (ins), "", [{
                      auto provider = $_op->template
                          getAttrOfType<::mlir::StringAttr>(kProvider);
                      return provider ? provider.getValue() : "mlir";
                    }]>,
    InterfaceMethod<"Row r of the result needs only row r of the operands.",
                    "bool", "isRowLocal", (ins), "", [{ return true; }]>,
    InterfaceMethod<"The width of the kernel's grid: panels, heads or 1.",
                    "int64_t", "getColumns", (ins), "", [{ return 1; }]>,
    InterfaceMethod<"Rows of the result are texts, not tokens.", "bool",
                    "pools", (ins), "", [{ return false; }]>,
    InterfaceMethod<[{
                      The results that its value form may have: 2 where it writes
                      its rows in a narrower type, too; 0 where it has none.
                    }], "unsigned", "getMostResults", (ins), "",
                    [{ return 1; }]>,
    InterfaceMethod<[{
                      What the operands of a segment (of `operandSegmentSizes`)
                      are in the buffer form.
                    }], "::emblem::kernel::OperandRole", "getRole",
                    (ins "int":$segment), "",
                    [{ return getRoleOf<ConcreteOp>(segment); }]>,
    InterfaceMethod<[{
                      Its buffer form writes the norm and the second result, too;
                      else these are a `row_norm` or a `quantize` of their own.
                    }], "bool", "finishesItself", (ins), "",
                    [{ return writesSecondResult<ConcreteOp>(); }]>,
    InterfaceMethod<"In the buffer form, what is written; else nothing.",
                    "::llvm::SmallVector<::mlir::Value>", "getDestinations",
                    (ins), "", [{ return getDestinationsOf($_op); }]>
  ];
}

def Kernel_TakesEpilogue : OpInterface<"TakesEpilogue"> {
  let cppNamespace = "::emblem::kernel";
  let description = [{
    What `fuse-epilogues` may put into a kernel of values that has one result. The
    questions are about the kernel as it is: one that has a norm takes no other.
  }];
  let methods = [
    InterfaceMethod<"Whether rows may be added to its result.", "bool",
                    "takesResidual", (ins), "", [{ return false; }]>,
    InterfaceMethod<"Adds `rows` to its result.", "void", "addResidual",
                    (ins "::mlir::Value":$rows), "",
                    [{ llvm_unreachable("takes no residual"); }]>,
    InterfaceMethod<"Whether its rows may end with such a norm.", "bool",
                    "takesNorm", (ins "::emblem::kernel::NormKind":$kind), "",
                    [{ return false; }]>,
    InterfaceMethod<"Its rows end with `norm`.", "void", "addNorm",
                    (ins "::emblem::kernel::EpilogueNorm":$norm), "",
                    [{ llvm_unreachable("takes no norm"); }]>,
    InterfaceMethod<"The norm at its end, or one without a kind.",
                    "::emblem::kernel::EpilogueNorm", "getEpilogueNorm", (ins),
                    "", [{ return EpilogueNorm(); }]>,
    InterfaceMethod<"Whether its rows may be pooled, and never be stored.",
                    "bool", "takesPool", (ins "::emblem::emb::PoolKind":$kind),
                    "", [{ return false; }]>,
    InterfaceMethod<"Pools its rows, text by text.", "void", "addPool",
                    (ins "::emblem::emb::PoolKind":$kind,
                         "::mlir::Value":$offsets), "",
                    [{ llvm_unreachable("takes no pool"); }]>,
    InterfaceMethod<"Whether its one result may be in bf16.", "bool",
                    "mayWriteBf16", (ins), "", [{ return false; }]>,
    InterfaceMethod<"Whether it may write its rows in a narrower type, too.",
                    "bool", "takesSecondResult", (ins), "",
                    [{ return $_op.getMostResults() == 2; }]>,
    InterfaceMethod<"Whether a factor a column may smooth the second result.",
                    "bool", "takesSmoothing", (ins), "", [{ return false; }]>,
    InterfaceMethod<"Smooths the second result.", "void", "addSmoothing",
                    (ins "::mlir::Value":$factors), "",
                    [{ llvm_unreachable("takes no smoothing"); }]>,
    InterfaceMethod<"What smooths the second result, or null.",
                    "::mlir::Value", "getEpilogueSmoothing", (ins), "",
                    [{ return ::mlir::Value(); }]>
  ];
}

def Kernel_NarrowableOperands : OpInterface<"NarrowableOperands"> {
  let cppNamespace = "::emblem::kernel";
  let description = [{
    The operands that `lower-precision` may give in a narrower type. The op stays;
    its operands are exchanged, and the scales of one that became integers come in.
  }];
  let methods = [
    InterfaceMethod<"Those that are there, rows before weights.",
                    "::llvm::SmallVector<::emblem::kernel::NarrowOperand>",
                    "getNarrowOperands", (ins)>,
    InterfaceMethod<[{
                      Whether it multiplies rows by weights in these types; else both
                      stay as they are.
                    }],
                    "bool", "multiplies",
                    (ins "::mlir::Type":$rows, "::mlir::Type":$weight), "",
                    [{ return true; }]>,
    InterfaceMethod<"Whether its rows are pixels, which integers blur.", "bool",
                    "readsPixels", (ins), "", [{ return false; }]>,
    InterfaceMethod<[{
                      Gives it the scales of its table or weight, and what a zero
                      point of its rows adds (null where these have none).
                    }], "void", "addScales",
                    (ins "::mlir::Value":$scales, "::mlir::Value":$corrections),
                    "", [{ llvm_unreachable("takes no scales"); }]>
  ];
}

def Kernel_PackedWeight : OpInterface<"PackedWeight"> {
  let cppNamespace = "::emblem::kernel";
  let description = [{
    A kernel that reads a weight in panels, in the order in which its tile does:
    `[panels, inputs, panel width]`, or `[panels, groups, panel width, depth]`.
  }];
  let methods = [
    InterfaceMethod<"The operand: a matrix before pack-weights, then panels.",
                    "::mlir::OpOperand &", "getPackedOperand", (ins)>,
    InterfaceMethod<[{
                      Inputs that a dot product takes at once, the panels' depth:
                      as many as fill 32 bits, 1 of f32.
                    }], "int64_t", "getPackedDepth", (ins), "", [{
                      return 32 / $_op.getInput().getType()
                                      .getElementTypeBitWidth();
                    }]>,
    InterfaceMethod<"Says how many inputs are true where groups are not full.",
                    "void", "setTrueInputs", (ins "int64_t":$inputs), "",
                    [{ llvm_unreachable("its groups are full"); }]>
  ];
}

#endif // EMBLEM_DIALECTS_KERNEL_INTERFACES_TD
