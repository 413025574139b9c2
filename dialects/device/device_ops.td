//===- device_ops.td - The device dialect ------------------*- tablegen -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_DIALECTS_DEVICE_OPS_TD
#define EMBLEM_DIALECTS_DEVICE_OPS_TD

include "dialects/device/device_attributes.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"

def Device_StageOp : Op<Device_Dialect, "stage", [
    HasParent<"::emblem::kernel::ProgramOp">,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "A step of a program on a device: one launch";
  let description = [{
    One of the `kernels`, which are alike but for the rows that they are best at, is
    launched with the `arguments` over a grid of `over`: the first whose
    `most_rows` the batch does not exceed. `weights` are those that it reads, and
    `output` is which of the model's outputs it writes.

    The cost is a formula in rows, tokens, and pairs of tokens of one text
    (`KernelOpInterface`).

    Constraints:
      1. There is a kernel, and those with `most_rows` come in rising order, before
         one without.
      2. `entry` names a function of a module around.
      3. `output` is not negative.

    ```mlir
    kernel.program @staged(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
      %w = kernel.weight table ["up"] at 0 : tensor<1536x384xbf16>
      device.stage "layer.0.up" over tokens
          kernels [<@matmul_0::@matmul_0, most_rows = 32, block_rows = 16, grid = 24, threads = 128, shared_bytes = 40960>,
                   <@matmul_1::@matmul_1, block_rows = 128, grid = 12, threads = 128, shared_bytes = 98304>]
          arguments [<shape>, <arena, per_token = 1536>, <weights>, <arena, per_token = 2304>]
          weights(%w : tensor<1536x384xbf16>)
    }
    gpu.module @matmul_0 {
      gpu.func @matmul_0() kernel { gpu.return }
    }
    gpu.module @matmul_1 {
      gpu.func @matmul_1() kernel { gpu.return }
    }
    ```
  }];
  let arguments = (ins
    StrAttr:$name, Device_GridOf:$over,
    TypedArrayAttrBase<Device_KernelAttr, "kernels">:$kernels,
    TypedArrayAttrBase<Device_ArgumentAttr, "arguments">:$arguments,
    Variadic<AnyStaticShapeTensor>:$weights,
    OptionalAttr<I64Attr>:$output,
    DefaultValuedAttr<F64Attr, "0.0">:$flops_per_row,
    DefaultValuedAttr<F64Attr, "0.0">:$flops_per_token,
    DefaultValuedAttr<F64Attr, "0.0">:$flops_per_pair,
    DefaultValuedAttr<F64Attr, "0.0">:$bytes_fixed,
    DefaultValuedAttr<F64Attr, "0.0">:$bytes_per_row);
  let assemblyFormat = [{
    $name `over` $over `kernels` custom<Kernels>($kernels)
    `arguments` custom<Arguments>($arguments)
    (`weights` `(` $weights^ `:` type($weights) `)`)? (`output` $output^)? attr-dict
  }];
  let hasVerifier = 1;
}

#endif // EMBLEM_DIALECTS_DEVICE_OPS_TD
