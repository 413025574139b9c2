// RUN: emblem-opt %s | emblem-opt | FileCheck %s
// RUN: emblem-opt %s -emit-bytecode | emblem-opt | FileCheck %s

// CHECK: kernel.weight matrix ["query", "key", "value"] : tensor<12x4xf32>
%0 = kernel.weight matrix ["query", "key", "value"] : tensor<12x4xf32>
// CHECK: kernel.weight panels ["query"] at 128 : tensor<1x4x16xf32>
%1 = kernel.weight panels ["query"] at 128 : tensor<1x4x16xf32>
// Values in place, and zeros where the model has none.
// CHECK: kernel.weight row ["b", dense<5.000000e-01> : tensor<4xf32>, 4] : tensor<12xf32>
%2 = kernel.weight row ["b", dense<0.5> : tensor<4xf32>, 4] : tensor<12xf32>
// CHECK: kernel.weight row ["segments"] table_row 1 at 0 : tensor<4xf32>
%3 = kernel.weight row ["segments"] table_row 1 at 0 : tensor<4xf32>
// CHECK: kernel.weight table ["words"] : tensor<10x4xf32>
%4 = kernel.weight table ["words"] : tensor<10x4xf32>
// CHECK: kernel.weight sinusoid<width = 4> : tensor<8x16xf32>
%5 = kernel.weight sinusoid<width = 4> : tensor<8x16xf32>
// Precisions.
// CHECK: kernel.weight matrix ["w"] : tensor<4x4xbf16>
%6 = kernel.weight matrix ["w"] : tensor<4x4xbf16>
// CHECK: kernel.weight matrix ["w"] : tensor<4x4xi8>
%7 = kernel.weight matrix ["w"] : tensor<4x4xi8>
// CHECK: kernel.weight panels ["w"] at 64 : tensor<1x2x8x4xi8>
%8 = kernel.weight panels ["w"] at 64 : tensor<1x2x8x4xi8>
// CHECK: kernel.weight panels ["w"] : tensor<1x2x8x2xbf16>
%9 = kernel.weight panels ["w"] : tensor<1x2x8x2xbf16>
// CHECK: kernel.weight table ["w"] : tensor<4x4xbf16>
%10 = kernel.weight table ["w"] : tensor<4x4xbf16>
// What goes with i8.
// CHECK: kernel.weight scales ["w", "v"] : tensor<8xf32>
%11 = kernel.weight scales ["w", "v"] : tensor<8xf32>
// CHECK: kernel.weight corrections ["w"] at 0 : tensor<4xf32>
%12 = kernel.weight corrections ["w"] at 0 : tensor<4xf32>
// A factor a column; the last group of the panels has two true ones here.
// CHECK: kernel.weight matrix ["w"] smoothing dense<[2.000000e+00, 5.000000e-01]> : tensor<2xf32> : tensor<4x2xi8>
%13 = kernel.weight matrix ["w"] smoothing dense<[2.0, 0.5]> : tensor<2xf32> : tensor<4x2xi8>
// CHECK: kernel.weight panels ["w"] smoothing dense<2.000000e+00> : tensor<6xf32> at 64 : tensor<1x2x8x4xi8>
%14 = kernel.weight panels ["w"] smoothing dense<2.0> : tensor<6xf32> at 64 : tensor<1x2x8x4xi8>
// CHECK: kernel.weight scales ["w"] smoothing dense<2.000000e+00> : tensor<6xf32> : tensor<4xf32>
%15 = kernel.weight scales ["w"] smoothing dense<2.0> : tensor<6xf32> : tensor<4xf32>
// Every value times a factor.
// CHECK: kernel.weight table ["words"] factor 2.000000e+00 : tensor<10x4xi8>
%16 = kernel.weight table ["words"] factor 2.0 : tensor<10x4xi8>
// A row of zeros below a table.
// CHECK: kernel.weight table ["words", 4] : tensor<11x4xf32>
%17 = kernel.weight table ["words", 4] : tensor<11x4xf32>
// CHECK: kernel.weight scales ["words", 4] : tensor<11xf32>
%18 = kernel.weight scales ["words", 4] : tensor<11xf32>
// What is made of weights, as sources; an equal one is the same.
// CHECK: kernel.weight matrix [#emb.rows<"qkv", 0, 8>, #emb.transposed<"w">] : tensor<12x4xf32>
%22 = kernel.weight matrix [#emb.rows<"qkv", 0, 8>, #emb.transposed<"w">] : tensor<12x4xf32>
// CHECK: kernel.weight position_bias<table = #emb.one_plus<"relative">, max_distance = 4, positions = 8> : tensor<4x15xf32>
%23 = kernel.weight position_bias<table = #emb.one_plus<"relative">, max_distance = 4, positions = 8> : tensor<4x15xf32>
// Computed of weights alone, and by distance.
// CHECK: kernel.weight projection<table = "t"> : tensor<8x6xf32>
%projected = kernel.weight projection<table = "t"> : tensor<8x6xf32>

// CHECK: kernel.weight projection<table = "t", scale = "g", epsilon = 1.000000e-01, matrix = "w"> : tensor<8x6xbf16>
%19 = kernel.weight projection<table = "t", scale = "g", epsilon = 1.0e-1, matrix = "w"> : tensor<8x6xbf16>
// CHECK: kernel.weight position_rows<height = 6, positions = 8> : tensor<1x15xf32>
%20 = kernel.weight position_rows<height = 6, positions = 8> : tensor<1x15xf32>
// CHECK: kernel.weight rotary<features = 4, frequencies = dense<[1.000000e+00, 5.000000e-01]> : tensor<2xf64>, amplitude = 1.500000e+00> : tensor<8x4xf32>
%21 = kernel.weight rotary<features = 4, frequencies = dense<[1.0, 0.5]> : tensor<2xf64>, amplitude = 1.5> : tensor<8x4xf32>
