#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bundle of Residua as an ONNX file: export_onnx.py BUNDLE OUT.onnx

For onnxruntime_peer.mjs. The file computes what Residua does: class maps, and logits as their means plus the bias.
Needs Debian's python3-torch and python3-torchvision.
"""
import json
import pathlib
import sys

import numpy
import torch
import torchvision


def read_safetensors(path):
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    types = {"F32": numpy.float32, "F16": numpy.float16}
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = numpy.frombuffer(data[8 + length + begin : 8 + length + end], types[entry["dtype"]])
        tensors[name] = torch.tensor(values.astype(numpy.float32).reshape(entry["shape"]))
    return tensors


class MapsAndLogits(torch.nn.Module):
    def __init__(self, network):
        super().__init__()
        self.trunk = torch.nn.Sequential(*list(network.children())[:-2])  # without pooling and head
        self.head = torch.nn.Conv2d(network.fc.in_features, network.fc.out_features, 1, bias=False)
        self.head.weight.data = network.fc.weight.data[:, :, None, None]
        self.bias = network.fc.bias.data

    def forward(self, images):
        maps = self.head(self.trunk(images))
        return maps, maps.mean((2, 3)) + self.bias


def main():
    bundle, out = map(pathlib.Path, sys.argv[1:3])
    card = json.loads((bundle / "card.json").read_text())
    weights = read_safetensors(bundle / "model.safetensors")
    network = getattr(torchvision.models, card["architecture"]["name"])(num_classes=len(weights["fc.bias"]))
    channels = weights["conv1.weight"].shape[1]
    network.conv1 = torch.nn.Conv2d(channels, 64, 7, stride=2, padding=3, bias=False)
    missing, unexpected = network.load_state_dict(weights, strict=False)
    assert not unexpected and all(name.endswith("num_batches_tracked") for name in missing)
    images = torch.zeros(1, channels, card["input"]["height"], card["input"]["width"])
    torch.onnx.export(MapsAndLogits(network).eval(), images, str(out), opset_version=14, input_names=["images"],
                      output_names=["maps", "logits"])


main()
