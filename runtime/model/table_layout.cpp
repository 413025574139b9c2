//===- table_layout.cpp - Places of the interface's fields ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Tables are written by a compiler that does not include these headers' C, and
// outlive the runtime that they were compiled with.
//
//===----------------------------------------------------------------------===//

#include "emblem/device_table.h"
#include "emblem/emblem.h"
#include "emblem/model_table.h"

#define OFFSET(type, field, bytes)                                             \
  static_assert(offsetof(type, field) == bytes,                                \
                #type "." #field " has moved: bump EMBLEM_ABI_VERSION")
#define SIZE(type, bytes)                                                      \
  static_assert(sizeof(type) == bytes,                                         \
                #type " has another size: bump EMBLEM_ABI_VERSION")

//===----------------------------------------------------------------------===//
// model_table.h
//===----------------------------------------------------------------------===//

OFFSET(EmblemSpan, allocated, 0);
OFFSET(EmblemSpan, aligned, 8);
OFFSET(EmblemSpan, offset, 16);
OFFSET(EmblemSpan, size, 24);
OFFSET(EmblemSpan, stride, 32);
SIZE(EmblemSpan, 40);

OFFSET(EmblemStage, name, 0);
OFFSET(EmblemStage, run, 8);
OFFSET(EmblemStage, finish, 16);
OFFSET(EmblemStage, rows, 24);
OFFSET(EmblemStage, row_local, 28);
OFFSET(EmblemStage, columns, 32);
OFFSET(EmblemStage, flops_per_row, 40);
OFFSET(EmblemStage, flops_per_pair, 48);
OFFSET(EmblemStage, bytes_fixed, 56);
OFFSET(EmblemStage, bytes_per_row, 64);
OFFSET(EmblemStage, flops_per_token, 72);
OFFSET(EmblemStage, output, 80);
OFFSET(EmblemStage, needed_for, 84);
SIZE(EmblemStage, 88);

OFFSET(EmblemOutput, name, 0);
OFFSET(EmblemOutput, kind, 8);
OFFSET(EmblemOutput, rows, 12);
OFFSET(EmblemOutput, width, 16);
OFFSET(EmblemOutput, skipped_ids, 24);
OFFSET(EmblemOutput, skipped_id_count, 32);
OFFSET(EmblemOutput, skipped_first, 40);
SIZE(EmblemOutput, 48);

OFFSET(EmblemPrompt, name, 0);
OFFSET(EmblemPrompt, text, 8);
OFFSET(EmblemPrompt, max_tokens, 16);
OFFSET(EmblemPrompt, marker, 24);
OFFSET(EmblemPrompt, expansion, 32);
OFFSET(EmblemPrompt, keeps_all, 40);
SIZE(EmblemPrompt, 48);

OFFSET(EmblemImageInput, height, 0);
OFFSET(EmblemImageInput, width, 8);
OFFSET(EmblemImageInput, channels, 16);
OFFSET(EmblemImageInput, resize, 24);
OFFSET(EmblemImageInput, filter, 28);
OFFSET(EmblemImageInput, resize_height, 32);
OFFSET(EmblemImageInput, resize_width, 40);
OFFSET(EmblemImageInput, scale, 48);
OFFSET(EmblemImageInput, shift, 64);
SIZE(EmblemImageInput, 80);

OFFSET(EmblemPictureJob, input, 0);
OFFSET(EmblemPictureJob, images, 8);
OFFSET(EmblemPictureJob, count, 16);
OFFSET(EmblemPictureJob, pixels, 24);
OFFSET(EmblemPictureJob, run, 32);
OFFSET(EmblemPictureJob, allocate, 40);
OFFSET(EmblemPictureJob, context, 48);
OFFSET(EmblemPictureJob, threads, 56);
OFFSET(EmblemPictureJob, reserved, 60);
OFFSET(EmblemPictureJob, problem, 64);
OFFSET(EmblemPictureJob, problem_bytes, 72);
SIZE(EmblemPictureJob, 80);

OFFSET(EmblemModelTable, magic, 0);
OFFSET(EmblemModelTable, abi_version, 4);
OFFSET(EmblemModelTable, self, 8);
OFFSET(EmblemModelTable, name, 16);
OFFSET(EmblemModelTable, target, 24);
OFFSET(EmblemModelTable, precision, 32);
OFFSET(EmblemModelTable, architecture, 40);
OFFSET(EmblemModelTable, reserved, 44);
OFFSET(EmblemModelTable, cpu_features, 48);
OFFSET(EmblemModelTable, report_distance, 64);
OFFSET(EmblemModelTable, weights_distance, 72);
OFFSET(EmblemModelTable, weights_bytes, 80);
OFFSET(EmblemModelTable, dimension, 88);
OFFSET(EmblemModelTable, vocabulary_size, 96);
OFFSET(EmblemModelTable, max_tokens, 104);
OFFSET(EmblemModelTable, max_positions, 112);
OFFSET(EmblemModelTable, parameters, 120);
OFFSET(EmblemModelTable, arena_bytes_per_token, 128);
OFFSET(EmblemModelTable, arena_bytes_per_sequence, 136);
OFFSET(EmblemModelTable, row_block, 144);
OFFSET(EmblemModelTable, row_tile, 148);
OFFSET(EmblemModelTable, stages, 152);
OFFSET(EmblemModelTable, stage_count, 160);
OFFSET(EmblemModelTable, tokenizer, 168);
OFFSET(EmblemModelTable, tokenizer_bytes, 176);
OFFSET(EmblemModelTable, prompts, 184);
OFFSET(EmblemModelTable, prompt_count, 192);
OFFSET(EmblemModelTable, default_prompt, 200);
OFFSET(EmblemModelTable, input, 208);
OFFSET(EmblemModelTable, token_types, 212);
OFFSET(EmblemModelTable, outputs, 216);
OFFSET(EmblemModelTable, output_count, 224);
OFFSET(EmblemModelTable, inner, 232);
OFFSET(EmblemModelTable, inner_count, 240);
OFFSET(EmblemModelTable, labels, 248);
OFFSET(EmblemModelTable, token_texts, 256);
OFFSET(EmblemModelTable, token_ends, 264);
OFFSET(EmblemModelTable, token_count, 272);
OFFSET(EmblemModelTable, image, 280);
OFFSET(EmblemModelTable, image_tower, 288);
OFFSET(EmblemModelTable, pictures, 296);
OFFSET(EmblemModelTable, distance, 304);
OFFSET(EmblemModelTable, threshold, 308);
OFFSET(EmblemModelTable, last_step, 312);
OFFSET(EmblemModelTable, reserved2, 316);
OFFSET(EmblemModelTable, devices, 320);
OFFSET(EmblemModelTable, device_count, 328);
OFFSET(EmblemModelTable, extensions, 336);
SIZE(EmblemModelTable, 352);

//===----------------------------------------------------------------------===//
// device_table.h
//===----------------------------------------------------------------------===//

OFFSET(EmblemDeviceShape, tokens, 0);
OFFSET(EmblemDeviceShape, texts, 4);
OFFSET(EmblemDeviceShape, query_tiles, 8);
OFFSET(EmblemDeviceShape, reserved, 12);
SIZE(EmblemDeviceShape, 16);

OFFSET(EmblemQueryTile, text, 0);
OFFSET(EmblemQueryTile, first, 4);
SIZE(EmblemQueryTile, 8);

OFFSET(EmblemDeviceArgument, kind, 0);
OFFSET(EmblemDeviceArgument, reserved, 4);
OFFSET(EmblemDeviceArgument, per_token, 8);
OFFSET(EmblemDeviceArgument, place, 16);
SIZE(EmblemDeviceArgument, 24);

OFFSET(EmblemDeviceKernel, entry, 0);
OFFSET(EmblemDeviceKernel, code, 8);
OFFSET(EmblemDeviceKernel, code_bytes, 16);
OFFSET(EmblemDeviceKernel, cubin, 24);
OFFSET(EmblemDeviceKernel, cubin_bytes, 32);
OFFSET(EmblemDeviceKernel, most_rows, 40);
OFFSET(EmblemDeviceKernel, block_rows, 48);
OFFSET(EmblemDeviceKernel, grid_x, 52);
OFFSET(EmblemDeviceKernel, threads, 56);
OFFSET(EmblemDeviceKernel, shared_bytes, 60);
SIZE(EmblemDeviceKernel, 64);

OFFSET(EmblemDeviceStage, name, 0);
OFFSET(EmblemDeviceStage, grid, 8);
OFFSET(EmblemDeviceStage, output, 12);
OFFSET(EmblemDeviceStage, flops_per_row, 16);
OFFSET(EmblemDeviceStage, flops_per_token, 24);
OFFSET(EmblemDeviceStage, flops_per_pair, 32);
OFFSET(EmblemDeviceStage, bytes_fixed, 40);
OFFSET(EmblemDeviceStage, bytes_per_row, 48);
OFFSET(EmblemDeviceStage, kernels, 56);
OFFSET(EmblemDeviceStage, kernel_count, 64);
OFFSET(EmblemDeviceStage, arguments, 72);
OFFSET(EmblemDeviceStage, argument_count, 80);
SIZE(EmblemDeviceStage, 88);

OFFSET(EmblemDeviceWeight, source, 0);
OFFSET(EmblemDeviceWeight, place, 8);
OFFSET(EmblemDeviceWeight, rows, 16);
OFFSET(EmblemDeviceWeight, row_bytes, 24);
OFFSET(EmblemDeviceWeight, pitch, 32);
OFFSET(EmblemDeviceWeight, source_pitch, 40);
OFFSET(EmblemDeviceWeight, panel_rows, 48);
OFFSET(EmblemDeviceWeight, depth_bytes, 52);
SIZE(EmblemDeviceWeight, 56);

OFFSET(EmblemDeviceTable, kind, 0);
OFFSET(EmblemDeviceTable, compute_capability, 4);
OFFSET(EmblemDeviceTable, row_padding, 8);
OFFSET(EmblemDeviceTable, query_rows, 12);
OFFSET(EmblemDeviceTable, target, 16);
OFFSET(EmblemDeviceTable, precision, 24);
OFFSET(EmblemDeviceTable, arena_bytes_per_token, 32);
OFFSET(EmblemDeviceTable, weights_bytes, 40);
OFFSET(EmblemDeviceTable, weights, 48);
OFFSET(EmblemDeviceTable, weight_count, 56);
OFFSET(EmblemDeviceTable, stages, 64);
OFFSET(EmblemDeviceTable, stage_count, 72);
OFFSET(EmblemDeviceTable, runtime, 80);
SIZE(EmblemDeviceTable, 88);

OFFSET(EmblemDeviceSetup, table, 0);
OFFSET(EmblemDeviceSetup, kind, 8);
OFFSET(EmblemDeviceSetup, index, 12);
OFFSET(EmblemDeviceSetup, max_batch_tokens, 16);
SIZE(EmblemDeviceSetup, 24);

OFFSET(EmblemDeviceModel, name, 0);
OFFSET(EmblemDeviceModel, device, 96);
OFFSET(EmblemDeviceModel, capacity, 104);
OFFSET(EmblemDeviceModel, arena_bytes, 112);
OFFSET(EmblemDeviceModel, peak_flops, 120);
SIZE(EmblemDeviceModel, 128);

OFFSET(EmblemDeviceBatch, offsets, 0);
OFFSET(EmblemDeviceBatch, texts, 8);
OFFSET(EmblemDeviceBatch, ids, 16);
OFFSET(EmblemDeviceBatch, types, 24);
OFFSET(EmblemDeviceBatch, pixels, 32);
OFFSET(EmblemDeviceBatch, outputs, 40);
OFFSET(EmblemDeviceBatch, stage_nanoseconds, 88);
SIZE(EmblemDeviceBatch, 96);

OFFSET(EmblemDeviceRuntime, open, 0);
OFFSET(EmblemDeviceRuntime, start, 8);
OFFSET(EmblemDeviceRuntime, finish, 16);
OFFSET(EmblemDeviceRuntime, close, 24);
OFFSET(EmblemDeviceRuntime, problem, 32);
SIZE(EmblemDeviceRuntime, 40);

//===----------------------------------------------------------------------===//
// emblem.h
//===----------------------------------------------------------------------===//

OFFSET(EmblemOptions, size, 0);
OFFSET(EmblemOptions, threads, 8);
OFFSET(EmblemOptions, pin_threads, 12);
OFFSET(EmblemOptions, max_batch_tokens, 16);
OFFSET(EmblemOptions, overflow, 24);
OFFSET(EmblemOptions, reserved, 28);
OFFSET(EmblemOptions, parallel_for, 32);
OFFSET(EmblemOptions, parallel_context, 40);
OFFSET(EmblemOptions, device, 48);
SIZE(EmblemOptions, 56);

OFFSET(EmblemCallOptions, size, 0);
OFFSET(EmblemCallOptions, cut, 8);
OFFSET(EmblemCallOptions, side, 12);
OFFSET(EmblemCallOptions, finish, 16);
OFFSET(EmblemCallOptions, reserved, 20);
OFFSET(EmblemCallOptions, max_tokens, 24);
OFFSET(EmblemCallOptions, prompt, 32);
SIZE(EmblemCallOptions, 40);

OFFSET(EmblemToken, id, 0);
OFFSET(EmblemToken, type, 4);
OFFSET(EmblemToken, text, 8);
OFFSET(EmblemToken, special, 12);
OFFSET(EmblemToken, begin, 16);
OFFSET(EmblemToken, end, 24);
SIZE(EmblemToken, 32);

OFFSET(EmblemTokenInfo, text, 0);
OFFSET(EmblemTokenInfo, size, 8);
OFFSET(EmblemTokenInfo, special, 16);
OFFSET(EmblemTokenInfo, reserved, 20);
SIZE(EmblemTokenInfo, 24);

OFFSET(EmblemPromptInfo, name, 0);
OFFSET(EmblemPromptInfo, text, 8);
OFFSET(EmblemPromptInfo, max_tokens, 16);
OFFSET(EmblemPromptInfo, is_default, 24);
OFFSET(EmblemPromptInfo, reserved, 28);
SIZE(EmblemPromptInfo, 32);

OFFSET(EmblemRows, size, 0);
OFFSET(EmblemRows, outputs, 8);
OFFSET(EmblemRows, tokens, 16);
OFFSET(EmblemRows, raw, 24);
SIZE(EmblemRows, 32);

OFFSET(EmblemText, data, 0);
OFFSET(EmblemText, size, 8);
SIZE(EmblemText, 16);

OFFSET(EmblemPair, first, 0);
OFFSET(EmblemPair, second, 16);
SIZE(EmblemPair, 32);

OFFSET(EmblemTextInfo, tokens, 0);
OFFSET(EmblemTextInfo, truncated, 8);
OFFSET(EmblemTextInfo, reserved, 12);
SIZE(EmblemTextInfo, 16);

OFFSET(EmblemOutputInfo, name, 0);
OFFSET(EmblemOutputInfo, kind, 8);
OFFSET(EmblemOutputInfo, per_token, 12);
OFFSET(EmblemOutputInfo, width, 16);
SIZE(EmblemOutputInfo, 24);

OFFSET(EmblemModelInfo, name, 0);
OFFSET(EmblemModelInfo, target, 8);
OFFSET(EmblemModelInfo, precision, 16);
OFFSET(EmblemModelInfo, report, 24);
OFFSET(EmblemModelInfo, dimension, 32);
OFFSET(EmblemModelInfo, vocabulary_size, 40);
OFFSET(EmblemModelInfo, max_tokens, 48);
OFFSET(EmblemModelInfo, max_positions, 56);
OFFSET(EmblemModelInfo, parameters, 64);
OFFSET(EmblemModelInfo, weights_bytes, 72);
OFFSET(EmblemModelInfo, max_batch_tokens, 80);
OFFSET(EmblemModelInfo, arena_bytes, 88);
OFFSET(EmblemModelInfo, threads, 96);
OFFSET(EmblemModelInfo, pairs, 100);
OFFSET(EmblemModelInfo, image_height, 104);
OFFSET(EmblemModelInfo, image_width, 112);
OFFSET(EmblemModelInfo, image_channels, 120);
OFFSET(EmblemModelInfo, texts, 128);
OFFSET(EmblemModelInfo, reserved, 132);
OFFSET(EmblemModelInfo, device, 136);
OFFSET(EmblemModelInfo, similarity, 144);
OFFSET(EmblemModelInfo, truncates_left, 148);
OFFSET(EmblemModelInfo, normalizes, 152);
OFFSET(EmblemModelInfo, activates, 156);
OFFSET(EmblemModelInfo, token_dimension, 160);
OFFSET(EmblemModelInfo, spare, 168);
SIZE(EmblemModelInfo, 176);

OFFSET(EmblemImage, data, 0);
OFFSET(EmblemImage, size, 8);
OFFSET(EmblemImage, width, 16);
OFFSET(EmblemImage, height, 24);
OFFSET(EmblemImage, stride, 32);
OFFSET(EmblemImage, channels, 40);
OFFSET(EmblemImage, reserved, 44);
SIZE(EmblemImage, 48);
