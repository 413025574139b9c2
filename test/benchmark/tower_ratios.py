"""Times convolutional towers, as Siamese networks have them, beside torch.

    tower_ratios.py [--emblemc=build/bin/emblemc] [--threads=2] [--rounds=10]
                    [--batches=1,8,64] [--precision=f32] [--no-compile]

Two towers with random weights: digits of 28 x 28 x 1 and faces of 96 x 96 x 3. torch
runs each as it is, with channels_last memory, and compiled (inductor, frozen weights);
the ratio is to the fastest of the three. Emblem's kernels stand below, as per cent of
the peak of the machine, measured beside them. Vectors are compared on the way.

Needs numpy, torch and safetensors; a C++ compiler for torch.compile.
"""

import argparse
import copy
import ctypes
import json
import os
import subprocess
import sys
import tempfile

import numpy
import torch
import torch._inductor.config
from safetensors.torch import save_file

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from emblem_libraries import compile_model
from emblem_peer import Emblem
from interleave import best_of
from measured_peak import MachinePeak

# Height, width, channels; convolutions' outputs, each with a maximum of 2 x 2 behind
# it; dense layers' outputs.
TOWERS = {"digits": ((28, 28, 1), (32, 64), (128, 2)),
          "faces": ((96, 96, 3), (32, 64, 128, 128), (256, 64))}


def torch_tower(name):
    """Layers as torch's users write them."""
    (height, width, channels), convolutions, dense = TOWERS[name]
    torch.manual_seed(0)
    layers = []
    for outputs in convolutions:
        layers += [torch.nn.Conv2d(channels, outputs, 3, padding=1), torch.nn.ReLU(),
                   torch.nn.MaxPool2d(2)]
        channels, height, width = outputs, height // 2, width // 2
    layers.append(torch.nn.Flatten())
    inputs = channels * height * width
    for outputs in dense:
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
        inputs = outputs
    return torch.nn.Sequential(*layers[:-1]).eval()


def write_description(name, tower, folder):
    """The same tower for emblemc; its path."""
    height, width, channels = TOWERS[name][0]
    save_file({key: value.contiguous() for key, value in tower.state_dict().items()},
              f"{folder}/{name}.safetensors")
    lines = [f"name: {name}", f"weights: [{name}.safetensors]", "input: images",
             f"image: {{ height: {height}, width: {width}, channels: {channels} }}",
             "convolutions:"]
    for index, layer in enumerate(tower):
        weights = f"weight: {index}.weight, bias: {index}.bias"
        activates = isinstance(list(tower)[(index + 1) % len(tower)], torch.nn.ReLU)
        activated = "activation: relu, " if activates else ""
        if isinstance(layer, torch.nn.Conv2d):
            lines.append(f"  - {{ outputs: {layer.out_channels}, size: 3, padding: 1, "
                         f"{activated}{weights} }}")
        elif isinstance(layer, torch.nn.MaxPool2d):
            lines.append("  - { pool: max, size: 2 }")
        elif isinstance(layer, torch.nn.Flatten):
            lines.append("dense:")
        elif isinstance(layer, torch.nn.Linear):
            lines.append(f"  - {{ input_size: {layer.in_features}, "
                         f"output_size: {layer.out_features}, {activated}{weights} }}")
    path = f"{folder}/{name}.yaml"
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\ndistance: euclidean\n")
    return path


class EmblemTower(Emblem):
    def runner(self, pixels):
        """`pixels`: float32 [images, height, width, channels]."""
        vectors = numpy.empty((len(pixels), self.dimension), numpy.float32)

        def run():
            self.check(self.api.emblem_embed_pixels(
                self.model, pixels.ctypes.data_as(ctypes.c_void_p),
                ctypes.c_size_t(len(pixels)), vectors.ctypes.data_as(ctypes.c_void_p)))
            return vectors

        return run


def torch_runner(tower, pixels):
    def run():
        with torch.inference_mode():
            return tower(pixels).numpy()
    return run


def runs_of(tower, emblem, compiled, pixels):
    """Each contestant with its own form of the same pixels."""
    planes = torch.from_numpy(pixels).permute(0, 3, 1, 2)
    last = copy.deepcopy(tower).to(memory_format=torch.channels_last)
    runs = {"Emblem": emblem.runner(pixels),
            "torch": torch_runner(tower, planes.contiguous()),
            "torch channels_last": torch_runner(
                last, planes.contiguous(memory_format=torch.channels_last))}
    if compiled:
        # For this shape alone: for any, inductor 2.15 compiles code that fails.
        runs["torch.compile"] = torch_runner(
            torch.compile(last, dynamic=False),
            planes.contiguous(memory_format=torch.channels_last))
    return runs


def print_kernels(program, asked, peak):
    shapes = ",".join(f"{batch}x1" for batch in asked.batches.split(","))
    out = subprocess.run([program, "bench", "--per-kernel", "--json",
                          f"--threads={asked.threads}", f"--shape={shapes}"],
                         check=True, capture_output=True, text=True).stdout
    for shape in json.loads(out)["shapes"]:
        print(f"    kernels, {shape['sequences']} images")
        for kernel in shape["kernels"]:
            part = 100 * kernel["gflops"] * 1e9 / peak
            print(f"      {kernel['name']:34} {kernel['us']:10.1f} us {part:4.0f} %")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--emblemc", default="build/bin/emblemc")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--batches", default="1,8,64")
    parser.add_argument("--precision", default="f32")
    parser.add_argument("--no-compile", action="store_true")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    torch._inductor.config.freezing = True
    for name, ((height, width, channels), _, _) in TOWERS.items():
        with tempfile.TemporaryDirectory() as folder:
            peaks = MachinePeak(folder, "native")
            tower = torch_tower(name)
            path = write_description(name, tower, folder)
            for out, emit in ((f"{folder}/{name}.so", "shared"), (f"{folder}/{name}", "exe")):
                compile_model(asked.emblemc, path, out, asked.precision, "native", emit)
            emblem = EmblemTower(f"{folder}/{name}.so", asked.threads)
            for batch in map(int, asked.batches.split(",")):
                pixels = numpy.random.default_rng(batch).normal(
                    size=(batch, height, width, channels)).astype(numpy.float32)
                runs = runs_of(tower, emblem, not asked.no_compile, pixels)
                best, results = best_of(runs, asked.rounds)
                off = abs(results["Emblem"] - results["torch"]).max()
                rival = min((n for n in best if n != "Emblem"), key=best.get)
                print(f"{name}, {batch} images, {asked.threads} threads, ms "
                      f"({best[rival] / best['Emblem']:.2f} times as fast as {rival}; "
                      f"vectors at most {off:.1g} apart)")
                for contestant, seconds in sorted(best.items(), key=lambda pair: pair[1]):
                    print(f"  {contestant:20} {seconds * 1e3:9.3f}")
            peaks.measure(asked.threads)
            print_kernels(f"{folder}/{name}", asked,
                          peaks.rate(asked.threads, asked.precision)[0])


main()
