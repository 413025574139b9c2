// RUN: emblem-opt %s -call-halide-kernels -verify-diagnostics

func.func @narrow(%x: memref<?x16xf32>, %w: memref<1x5x16xbf16>, %y: memref<?x16xf32>,
                  %r0: index, %r1: index, %c0: index, %c1: index) {
  // expected-error@+1 {{is not among the kernels that halide provides}}
  kernel.matmul %x, %w into(%y : memref<?x16xf32>) tile(%r0, %r1, %c0, %c1) : memref<?x16xf32>, memref<1x5x16xbf16>
      {provider = "halide"}
  return
}
