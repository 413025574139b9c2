// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// Constraint 1.
// expected-error@+1 {{'emb.weight' op the weight's name is empty}}
%0 = emb.weight "" : tensor<4xf32>

// -----

// Constraint 2: text cannot say this, but a builder can.
// expected-error@+1 {{'emb.weight' op the value is 'tensor<2xf32>', but the result 'tensor<4xf32>'}}
%0 = "emb.weight"() <{name = "w", value = dense<0.5> : tensor<2xf32>}> : () -> tensor<4xf32>

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
