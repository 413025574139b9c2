"""libcuda through ctypes: what device there is, and how long a module takes to load."""

import ctypes
import os

ATTRIBUTES = {"multiprocessors": 16, "clock_khz": 13, "l2_bytes": 38, "major": 75, "minor": 76}
# Dense bf16 with f32 sums: floating-point operations of a multiprocessor in a clock.
FLOPS_PER_CLOCK = {80: 2048, 86: 512, 87: 1024, 89: 1024, 90: 4096, 100: 8192}


class DriverProblem(Exception):
    pass


class Driver:
    def __init__(self):
        name = os.environ.get("EMBLEM_CUDA", "libcuda.so.1")
        try:
            self.library = ctypes.CDLL(name)
        except OSError as error:
            raise DriverProblem(f"there is no driver: {error}") from None
        self.name = name
        self.call("cuInit", 0)
        count = ctypes.c_int()
        self.call("cuDeviceGetCount", ctypes.byref(count))
        if count.value == 0:
            raise DriverProblem("the driver has no device")
        self.device = ctypes.c_int()
        self.call("cuDeviceGet", ctypes.byref(self.device), 0)

    def call(self, function, *arguments):
        error = getattr(self.library, function)(*arguments)
        if error:
            raise DriverProblem(f"{function} returns error {error}")

    def attribute(self, number):
        value = ctypes.c_int()
        error = self.library.cuDeviceGetAttribute(ctypes.byref(value), number, self.device)
        return None if error else value.value

    def facts(self):
        version, title = ctypes.c_int(), ctypes.create_string_buffer(128)
        self.call("cuDriverGetVersion", ctypes.byref(version))
        self.call("cuDeviceGetName", title, 128, self.device)
        found = {"device": title.value.decode(), "driver": f"{version.value // 1000}.{version.value % 1000 // 10}"}
        found |= {name: self.attribute(number) for name, number in ATTRIBUTES.items()}
        found["capability"] = 10 * (found.pop("major") or 0) + (found.pop("minor") or 0)
        per_clock = FLOPS_PER_CLOCK.get(found["capability"])
        found["peak_tflops"] = None
        if per_clock and found["multiprocessors"] and found["clock_khz"]:
            found["peak_tflops"] = found["multiprocessors"] * found["clock_khz"] * 1e3 * per_clock * 1e-12
        return found

    def context(self):
        context = ctypes.c_void_p()
        self.call("cuDevicePrimaryCtxRetain", ctypes.byref(context), self.device)
        self.call("cuCtxSetCurrent", context)

    def load(self, image):
        module = ctypes.c_void_p()
        self.call("cuModuleLoadData", ctypes.byref(module), image)
        self.call("cuModuleUnload", module)


def is_real(facts):
    """The stand-in shows that parts work; its times mean nothing."""
    return "PTX machine" not in facts["device"]
