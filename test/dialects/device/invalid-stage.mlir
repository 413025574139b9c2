// RUN: emblem-opt %s -split-input-file -verify-diagnostics

// stage_c1: the kernels.
kernel.program @stage_c1(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{has no kernel}}
  device.stage "up" over tokens kernels [] arguments []
}

// -----

kernel.program @stage_c1(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{has kernels whose most_rows do not rise}}
  device.stage "up" over tokens
      kernels [<@up::@up, most_rows = 32, block_rows = 16, grid = 1, threads = 32>,
               <@up::@up, most_rows = 32, block_rows = 16, grid = 1, threads = 32>,
               <@up::@up, block_rows = 16, grid = 1, threads = 32>]
      arguments []
}
gpu.module @up { gpu.func @up() kernel { gpu.return } }

// -----

kernel.program @stage_c1(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{has kernels whose most_rows do not rise}}
  device.stage "up" over tokens
      kernels [<@up::@up, block_rows = 16, grid = 1, threads = 32>,
               <@up::@up, block_rows = 16, grid = 1, threads = 32>]
      arguments []
}
gpu.module @up { gpu.func @up() kernel { gpu.return } }

// -----

kernel.program @stage_c1(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{has no kernel for any number of rows}}
  device.stage "up" over tokens
      kernels [<@up::@up, most_rows = 32, block_rows = 16, grid = 1, threads = 32>]
      arguments []
}
gpu.module @up { gpu.func @up() kernel { gpu.return } }

// -----

// stage_c2: the functions.
kernel.program @stage_c2(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{runs @up::@up, which is not there}}
  device.stage "up" over tokens
      kernels [<@up::@up, block_rows = 16, grid = 1, threads = 32>] arguments []
}

// -----

kernel.program @stage_c2(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{runs @up::@down, which is not there}}
  device.stage "up" over tokens
      kernels [<@up::@down, block_rows = 16, grid = 1, threads = 32>] arguments []
}
gpu.module @up { gpu.func @up() kernel { gpu.return } }

// -----

// stage_c3: the output.
kernel.program @stage_c3(%ids: tensor<?xi32>, %offsets: tensor<?xi32>) {
  // expected-error@+1 {{output must not be negative}}
  device.stage "output" over texts
      kernels [<@up::@up, block_rows = 16, grid = 1, threads = 32>] arguments []
      output -1
}
gpu.module @up { gpu.func @up() kernel { gpu.return } }

// -----

func.func @alone() {
  // expected-error@+1 {{expects parent op 'kernel.program'}}
  device.stage "output" over texts
      kernels [<@up::@up, block_rows = 16, grid = 1, threads = 32>] arguments []
  return
}
