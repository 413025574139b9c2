"""A small convolutional network in numpy, its gradients by hand.

Images are [count, height, width, channels]. Every layer has forward(x), backward(its
result's gradient), and a list of (parameter, gradient) pairs.
"""

import numpy as np


class Conv:
    """3x3, padded to keep the size, with ReLU."""

    def __init__(self, random, inputs, outputs):
        scale = np.sqrt(2 / (9 * inputs))
        self.weight = random.normal(0, scale, (9 * inputs, outputs)).astype(np.float32)
        self.bias = np.zeros(outputs, np.float32)

    def forward(self, x):
        self.shape = x.shape
        padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
        _, height, width, _ = x.shape
        self.windows = np.concatenate(
            [padded[:, i:i + height, j:j + width] for i in range(3) for j in range(3)],
            axis=3)
        self.y = np.maximum(self.windows @ self.weight + self.bias, 0)
        return self.y

    def backward(self, gradient):
        gradient = gradient * (self.y > 0)
        flat = gradient.reshape(-1, gradient.shape[-1])
        windows = self.windows.reshape(-1, self.windows.shape[-1])
        self.gradients = [windows.T @ flat, flat.sum(0)]
        count, height, width, channels = self.shape
        padded = np.zeros((count, height + 2, width + 2, channels), np.float32)
        parts = np.split(gradient @ self.weight.T, 9, axis=3)
        for place, part in enumerate(parts):
            i, j = divmod(place, 3)
            padded[:, i:i + height, j:j + width] += part
        return padded[:, 1:-1, 1:-1]

    def torch_weight(self):
        """[outputs, inputs, 3, 3], as PyTorch and safetensors have it."""
        return self.weight.reshape(3, 3, -1, self.weight.shape[1]).transpose(3, 2, 0, 1)


class MaxPool:
    """2x2 windows side by side."""

    gradients = []

    def forward(self, x):
        count, height, width, channels = x.shape
        self.windows = x.reshape(count, height // 2, 2, width // 2, 2, channels)
        self.y = self.windows.max(axis=(2, 4), keepdims=True)
        return self.y[:, :, 0, :, 0]

    def backward(self, gradient):
        spread = (self.windows == self.y) * gradient[:, :, None, :, None]
        count, height, _, width, _, channels = self.windows.shape
        return spread.reshape(count, 2 * height, 2 * width, channels)


class Flatten:
    """Channel by channel, as PyTorch has it."""

    gradients = []

    def forward(self, x):
        self.shape = x.shape
        return x.transpose(0, 3, 1, 2).reshape(len(x), -1)

    def backward(self, gradient):
        count, height, width, channels = self.shape
        return gradient.reshape(count, channels, height, width).transpose(0, 2, 3, 1)


class Dense:
    def __init__(self, random, inputs, outputs, relu):
        scale = np.sqrt(2 / inputs)
        self.weight = random.normal(0, scale, (outputs, inputs)).astype(np.float32)
        self.bias = np.zeros(outputs, np.float32)
        self.relu = relu

    def forward(self, x):
        self.x = x
        self.y = x @ self.weight.T + self.bias
        if self.relu:
            self.y = np.maximum(self.y, 0)
        return self.y

    def backward(self, gradient):
        if self.relu:
            gradient = gradient * (self.y > 0)
        self.gradients = [gradient.T @ self.x, gradient.sum(0)]
        return gradient @ self.weight


class Tower:
    """What both images of a pair go through: 8 x 8 pixels to two numbers."""

    def __init__(self, seed):
        random = np.random.default_rng(seed)
        self.layers = [Conv(random, 1, 16), MaxPool(), Conv(random, 16, 32), MaxPool(),
                       Flatten(), Dense(random, 128, 64, True),
                       Dense(random, 64, 2, False)]
        self.steps = 0
        self.moments = {}

    def embed(self, images):
        for layer in self.layers:
            images = layer.forward(images)
        return images

    def learn(self, gradient, rate):
        """One step of Adam (Kingma and Ba, 2015)."""
        for layer in reversed(self.layers):
            gradient = layer.backward(gradient)
        self.steps += 1
        for layer in self.layers:
            for name, change in zip(("weight", "bias"), layer.gradients):
                first, second = self.moments.get((layer, name), (0, 0))
                first = 0.9 * first + 0.1 * change
                second = 0.999 * second + 0.001 * change ** 2
                self.moments[layer, name] = first, second
                first = first / (1 - 0.9 ** self.steps)
                second = second / (1 - 0.999 ** self.steps)
                parameter = getattr(layer, name)
                parameter -= (rate * first / (np.sqrt(second) + 1e-8)).astype(np.float32)

    def tensors(self):
        """The weights by the names of model.yaml."""
        tensors = {}
        for index, layer in enumerate(self.layers):
            if isinstance(layer, Conv):
                tensors[f"{index}.weight"] = np.ascontiguousarray(layer.torch_weight())
                tensors[f"{index}.bias"] = layer.bias
            if isinstance(layer, Dense):
                tensors[f"{index}.weight"] = layer.weight
                tensors[f"{index}.bias"] = layer.bias
        return tensors
