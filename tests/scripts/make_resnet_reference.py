#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Computes the reference for tst_resnet with torchvision: make_resnet_reference.py OUTPUT_FOLDER

Weights and images come from an integer hash that the test computes as well, so that only results are stored:
resnet_reference.json (logits and some features of each network) and tiny.safetensors (a file written here, not by
Residua). Needs torch, torchvision and numpy (Debian: python3-torchvision).
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np
import torch
import torchvision

FINDINGS = 3
IMAGE_TENSOR = 9999
CASES = [
    # name, depth, input channels, output stride
    ("resnet18", 3, 32),
    ("resnet34", 3, 32),
    ("resnet50", 3, 32),
    ("resnet101", 3, 32),
    ("resnet152", 3, 32),
    ("resnet18", 1, 16),
    ("resnet50", 1, 16),
]


def uniform(tensor, count):
    """count numbers in [0, 1), the same in tst_resnet.cpp: murmur3's finaliser of the element's and tensor's numbers."""
    with np.errstate(over="ignore"):
        h = np.arange(count, dtype=np.uint32) * np.uint32(2654435761) + np.uint32(tensor * 40503 + 1)
        h ^= h >> np.uint32(16)
        h *= np.uint32(0x85EBCA6B)
        h ^= h >> np.uint32(13)
        h *= np.uint32(0xC2B2AE35)
        h ^= h >> np.uint32(16)
    return (h >> np.uint32(8)).astype(np.float64) / 2**24


def value(name, shape, u, last_norm):
    if name.endswith("running_var"):
        return 0.5 + u
    if name.endswith("running_mean"):
        return 0.2 * u - 0.1
    if len(shape) == 4:  # He, uniform
        return (2 * u - 1) * np.sqrt(6 / (shape[1] * shape[2] * shape[3]))
    if name == "fc.weight":
        return (2 * u - 1) * np.sqrt(3 / shape[1])
    if name.endswith(".weight"):  # a norm's; small at the end of a block, or 50 blocks would overflow
        return 0.1 + 0.2 * u if last_norm in name else 0.5 + 0.5 * u
    return 0.2 * u - 0.1


def network(name, channels, stride):
    net = getattr(torchvision.models, name)(num_classes=FINDINGS).eval()
    if channels == 1:
        net.conv1 = torch.nn.Conv2d(1, 64, 7, 2, 3, bias=False)
    if stride == 16:
        for module in (net.layer4[0].conv1, net.layer4[0].conv2, net.layer4[0].downsample[0]):
            module.stride = (1, 1)
    bottleneck = hasattr(net.layer1[0], "conv3")
    entries = [(k, v) for k, v in net.state_dict().items() if not k.endswith("num_batches_tracked")]
    for number, (key, tensor) in enumerate(entries):
        shape = tuple(tensor.shape)
        u = uniform(number, tensor.numel())
        values = value(key, shape, u, ".bn3." if bottleneck else ".bn2.").astype(np.float32)
        tensor.copy_(torch.from_numpy(values.reshape(shape)))
    return net, [key for key, _ in entries]


def compute(name, channels, stride):
    net, keys = network(name, channels, stride)
    shape = (2, channels, 64, 96)
    u = uniform(IMAGE_TENSOR, int(np.prod(shape)))
    x = torch.from_numpy((2 * u - 1).astype(np.float32).reshape(shape))
    y = net.maxpool(net.relu(net.bn1(net.conv1(x))))
    features = net.layer4(net.layer3(net.layer2(net.layer1(y))))
    logits = net.fc(features.mean((2, 3)))
    flat = features.flatten()
    samples = [int(i) for i in np.linspace(0, flat.numel() - 1, 24)]
    return {
        "name": name,
        "input_channels": channels,
        "output_stride": stride,
        "parameters": sum(p.numel() for p in net.parameters()),
        "tensors": len(keys),
        "feature_shape": list(features.shape),
        "feature_samples": [float(flat[i]) for i in samples],
        "logits": logits.tolist(),
    }


def write_safetensors(path):
    """By the format's description, independently of the C++ writer."""
    tensors = {
        "b.half": ("F16", np.array([[1.5, -2.0], [65504.0, 2.0**-24]], np.float16)),
        "a.float": ("F32", np.array([0.1, -3.25, 1e-30], np.float32)),
        "c.whole": ("I64", np.array([2**40, -7], np.int64)),
    }
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, (dtype, array) in tensors.items():
        header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def main():
    folder = Path(sys.argv[1])
    torch.set_grad_enabled(False)
    cases = [compute(*case) for case in CASES]
    made_with = f"torch {torch.__version__}, torchvision {torchvision.__version__}"
    text = json.dumps({"made_with": made_with, "cases": cases}, indent=1)
    (folder / "resnet_reference.json").write_text(text + "\n")
    write_safetensors(folder / "tiny.safetensors")


if __name__ == "__main__":
    main()
