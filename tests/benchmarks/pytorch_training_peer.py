#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The peer of bench_training: Debian's PyTorch, ResNet-18 224x224, batch 16, bf16 autocast, channels-last, AdamW, with a
DataLoader (one worker, torchvision's usual augmentation of 256x256 grey images). Prints images/s, the median of the
steps after the third. pytorch_training_peer.py [STEPS]"""
import sys
import time

import torch
import torchvision
from torchvision import transforms


class Noise(torch.utils.data.Dataset):
    def __init__(self):
        generator = torch.Generator().manual_seed(1)
        self.images = torch.randint(0, 256, (496, 1, 256, 256), dtype=torch.uint8, generator=generator)
        self.transform = transforms.Compose([
            transforms.RandomAffine(7, translate=(0.08, 0.08), scale=(0.85, 1.15),
                                    interpolation=transforms.InterpolationMode.BILINEAR),
            transforms.Resize(224),
            transforms.ColorJitter(brightness=0.1, contrast=0.25),
        ])

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        image = self.images[index].float() / 255
        return (self.transform(image) - 0.5) / 0.25, float(index % 2)


def main():
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 24
    torch.set_num_threads(2)
    network = torchvision.models.resnet18(num_classes=1)
    network.conv1 = torch.nn.Conv2d(1, 64, 7, 2, 3, bias=False)
    network = network.to(memory_format=torch.channels_last).train()
    optimiser = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=0.02)
    loader = torch.utils.data.DataLoader(Noise(), batch_size=16, shuffle=True, num_workers=1, drop_last=True)
    rates = []
    last = time.perf_counter()
    for step, (images, labels) in enumerate(loader, 1):
        images = images.contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = network(images)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits.float()[:, 0], labels.float())
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        loss.item()
        now = time.perf_counter()
        if step > 3:
            rates.append(len(images) / (now - last))
        last = now
        if step >= steps:
            break
    rates.sort()
    print(f"PyTorch {torch.__version__}: {rates[len(rates) // 2]:.1f} images/s (median of {len(rates)} steps)")


if __name__ == "__main__":
    main()
