// RUN: emblem-opt %s -lower-kernels=target=znver4 -canonicalize -cse | FileCheck %s
// RUN: not emblem-opt %s -lower-kernels=target=x86-64-v4 2>&1 | FileCheck %s --check-prefix=ERROR

// Pairs of features are words: a head of 5 is 3 of them, the last with a zero.
// CHECK-LABEL: @attention
// CHECK: vector.maskedload %arg0[{{.*}}], %{{.*}} : memref<?x48xbf16>, vector<32xi1>
// CHECK: vector.bitcast %{{.*}} : vector<32xbf16> to vector<16xi32>
// CHECK: vector.store %{{.*}}, %[[KEYS:.*]][%c2, %{{.*}}] : memref<3x512xbf16>, vector<32xbf16>
// Two keys' values are interleaved, so that a word is a feature of both; an odd
// last key has zeros beside it.
// CHECK: vector.interleave %{{.*}}, %{{.*}} : vector<16xbf16> -> vector<32xbf16>
// CHECK: vector.store %{{.*}}, %[[VALUES:.*]][%{{.*}}, %c0] : memref<128x32xbf16>, vector<32xbf16>
// CHECK: vector.interleave %{{.*}}, %cst{{.*}} : vector<16xbf16> -> vector<32xbf16>

// Scores in f32, two products an instruction.
// CHECK: case 1
// CHECK: scf.for %{{.*}} = %c0 to %c3 step %c1 iter_args
// CHECK: llvm.call_intrinsic "llvm.x86.avx512bf16.dpbf16ps.512"
// CHECK: vector.store %{{.*}}, %[[SCORES:.*]][%c0, %{{.*}}] : memref<8x256xf32>
// Weights need 8 bits; they are rounded, and it is those that are summed.
// CHECK: %[[FIRST:.*]] = math.exp2 %{{.*}} fastmath<ninf,afn> : vector<16xf32>
// CHECK: %[[SECOND:.*]] = math.exp2 %{{.*}} fastmath<ninf,afn> : vector<16xf32>
// CHECK: llvm.call_intrinsic "llvm.x86.avx512bf16.cvtne2ps2bf16.512"(%[[SECOND]], %[[FIRST]])
// CHECK: vector.store %{{.*}}, %[[WEIGHTS:.*]][%c0, %{{.*}}] : memref<8x256xbf16>, vector<32xbf16>
// CHECK: llvm.call_intrinsic "llvm.x86.avx512bf16.dpbf16ps.512"
// Weights times values, two keys a step.
// CHECK: vector.load %[[VALUES]]
// CHECK: vector.load %[[WEIGHTS]][{{.*}}] : memref<8x256xbf16>, vector<2xbf16>
// CHECK: llvm.call_intrinsic "llvm.x86.avx512bf16.dpbf16ps.512"
// CHECK: arith.truncf %{{.*}} : vector<16xf32> to vector<16xbf16>
// CHECK: vector.maskedstore %arg3

// ERROR: error: 'kernel.attention' op has an input in 'bf16', for which x86-64-v4
// ERROR-SAME: has no dot product; choose the precision for this target
func.func @attention(%x: memref<?x48xbf16>, %offsets: memref<?xi32>, %sequences: memref<?xi32>,
                     %y: memref<?x48xbf16>, %r0: index, %r1: index, %c0: index, %c1: index) {
  kernel.attention %x, %offsets sequences(%sequences : memref<?xi32>) heads 2 head_size 5
      scale 0.5 into(%y : memref<?x48xbf16>) tile(%r0, %r1, %c0, %c1)
      : memref<?x48xbf16>, memref<?xi32>
  return
}
