// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// weight_c1
// expected-error@+1 {{'emb.weight' op the weight's name is empty}}
%0 = emb.weight "" : tensor<4xf32>

// -----

// weight_c2: text cannot say this, but a builder can.
// expected-error@+1 {{'emb.weight' op the value is 'tensor<2xf32>', but the result 'tensor<4xf32>'}}
%0 = "emb.weight"() <{source = "w", value = dense<0.5> : tensor<2xf32>}> : () -> tensor<4xf32>

// -----

// Weights are static floats.
// expected-error@+1 {{result #0 must be statically shaped tensor of}}
%0 = emb.weight "w" : tensor<?x4xf32>

// -----

// expected-error@+1 {{result #0 must be statically shaped tensor of}}
%0 = emb.weight "w" = dense<1> : tensor<4xi32>

// -----

// Syntax.
// expected-error@+1 {{expected a weight's values, such as dense<0.5> : tensor<4xf32>}}
%0 = emb.weight "w" = 0.5 : f32

// -----

// expected-error@+1 {{expected ':'}}
%0 = emb.weight "w"

// -----

// expected-error@+1 {{expected a weight: a tensor's name, or what is made of others, such as rows<"name", 0, 384>}}
%0 = emb.weight 3 : tensor<4xf32>

// -----

// expected-error@+1 {{expected a weight: a tensor's name, or what is made of others}}
%0 = emb.weight rose<"w", 0, 4> : tensor<4xf32>

// -----

// expected-error@+1 {{expected a weight: a tensor's name, or what is made of others}}
%0 = emb.weight rows<half<"w">, 0, 4> : tensor<4xf32>

// -----

// rows_c1
// expected-error@+1 {{rows 4 to 4 are none; the first counts from 0, and comes before the last}}
%0 = emb.weight rows<"w", 4, 4> : tensor<4xf32>

// -----

// expected-error@+1 {{rows -1 to 4 are none}}
%0 = emb.weight rows<"w", -1, 4> : tensor<4xf32>

// -----

// resized_c1
// expected-error@+1 {{positions are resized from 37 to 16385 along a side, and both must be from 1 to 16384}}
%0 = emb.weight resized<"w", 37, 16385> : tensor<4xf32>

// -----

// expected-error@+1 {{positions are resized from 0 to 4 along a side}}
%0 = emb.weight resized<"w", 0, 4> : tensor<4xf32>

// -----

// low_rank_sum_c1
// expected-error@+1 {{the scale of an adapter must be finite}}
%0 = emb.weight low_rank_sum<"w", 0x7FF0000000000000, "up", "down"> : tensor<4xf32>

// -----

// unpacked_c1
// expected-error@+1 {{bytes are unpacked to [4, 8] integers of 3 bits}}
%0 = emb.weight unpacked<"w", 3, 4, 8> : tensor<4x8xf32>

// -----

// dequantised_c1
// expected-error@+1 {{integers are dequantised along axis 2 in blocks of 32}}
%0 = emb.weight dequantised<"w", "scale", 0.0, 2, 32> : tensor<4x8xf32>

// -----

// What any of them is made of.
// expected-error@+1 {{the name of a tensor is empty}}
%0 = emb.weight one_plus<""> : tensor<4xf32>

// -----

// expected-error@+1 {{'emb.weight' op attribute 'source' failed to satisfy constraint: a tensor's name, or a weight that is made of others}}
%0 = "emb.weight"() <{source = 3 : i64}> : () -> tensor<4xf32>
