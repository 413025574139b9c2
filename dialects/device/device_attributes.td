//===- device_attributes.td - Launches on a device ---------*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_DEVICE_ATTRIBUTES_TD
#define EMBLEM_DIALECTS_DEVICE_ATTRIBUTES_TD

include "dialects/device/device_enums.td"
include "mlir/IR/AttrTypeBase.td"

def Device_Dialect : Dialect {
  let name = "device";
  let cppNamespace = "::emblem::device";
  let summary = "How a program's stages are launched on a device.";
  let description = [{
    What a `kernel.program` consists of behind a device's backend, beside the
    `gpu.module`s of its code. It becomes an `EmblemDeviceTable`
    (emblem/device_table.h), and no code.
  }];
  let dependentDialects = ["::emblem::kernel::KernelDialect"];
  let useDefaultAttributePrinterParser = 1;
  let extraClassDeclaration = [{
    void registerAttributes();
  }];
}

def Device_KernelAttr : AttrDef<Device_Dialect, "Kernel"> {
  let mnemonic = "kernel";
  let summary = "A function, and how it is launched";
  let description = [{
    Blocks of `threads` threads, `grid` of them in x, and in y one for each
    `block_rows` rows, with `shared_bytes` of dynamic shared memory. `most_rows`:
    of a batch that it is for; 0: any number.
  }];
  let parameters = (ins
    "::mlir::SymbolRefAttr":$entry,
    DefaultValuedParameter<"int64_t", "0">:$most_rows,
    "int64_t":$block_rows, "int64_t":$grid, "int64_t":$threads,
    DefaultValuedParameter<"int64_t", "0">:$shared_bytes);
  let assemblyFormat = [{
    `<` $entry `,` struct($most_rows, $block_rows, $grid, $threads, $shared_bytes)
    `>`
  }];
}

def Device_ArgumentAttr : AttrDef<Device_Dialect, "Argument"> {
  let mnemonic = "argument";
  let summary = "Where a kernel's parameter points to";
  let description = [{
    `place` counts bytes from the begin of the arena or of the weights, or is the
    number of an output. In the arena `per_token` bytes for each token that it is
    laid out for come on top.
  }];
  let parameters = (ins
    EnumParameter<Device_ArgumentKind>:$kind,
    DefaultValuedParameter<"int64_t", "0">:$per_token,
    DefaultValuedParameter<"int64_t", "0">:$place);
  let assemblyFormat = "`<` $kind (`,` struct($per_token, $place)^)? `>`";
}

#endif // EMBLEM_DIALECTS_DEVICE_ATTRIBUTES_TD
