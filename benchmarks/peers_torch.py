"""The architectures of the recipes in PyTorch, and an efficient training step as PyTorch users write it.

Fused Adam; real and fake clips in one call of the discriminator. Layer sizes, paddings and shifts are those of
`waveloom.models.generators`.
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

NOISE = 100
Pair = tuple[nn.Module, nn.Module]


def stack(sizes: tuple[int, ...], *after: Callable[[], nn.Module]) -> list[nn.Module]:
    return [module for a, b in pairwise(sizes) for module in (nn.Linear(a, b), *(make() for make in after))]


def dense(shape: tuple[int, ...]) -> Pair:
    """100-512-512-1024-1024-samples against samples-1024-512-256-1."""
    generator = nn.Sequential(*stack((NOISE, 512, 512, 1024, 1024), nn.ReLU), nn.Linear(1024, *shape), nn.Tanh())
    after = (lambda: nn.LeakyReLU(0.2)), (lambda: nn.Dropout(0.3))
    return generator, nn.Sequential(*stack((*shape, 1024, 512, 256), *after), nn.Linear(256, 1))


class Shuffle(nn.Module):
    """Phase shuffle by up to two steps."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        start = int(torch.randint(0, 5, ()))
        return F.pad(x, (2, 2), mode="reflect")[..., start : start + x.shape[-1]]


def wavegan(shape: tuple[int, ...], channels: int = 16, levels: int = 5) -> Pair:
    """Build WaveGAN: kernels of 25, strides of 4."""
    frames, width = shape[0] // 4**levels, channels << (levels - 1)
    widths = [channels << level for level in reversed(range(levels))] + [1]
    up = [nn.Linear(NOISE, frames * width), nn.Unflatten(1, (width, frames)), nn.ReLU()]
    for a, b in pairwise(widths):
        up += [nn.ConvTranspose1d(a, b, 25, 4, padding=11, output_padding=1), nn.ReLU() if b > 1 else nn.Tanh()]
    down: list[nn.Module] = [nn.Unflatten(1, (1, shape[0]))]
    for level, (a, b) in enumerate(pairwise(widths[::-1])):
        down += [Shuffle()] * bool(level) + [nn.Conv1d(a, b, 25, 4, padding=11), nn.LeakyReLU(0.2)]
    return nn.Sequential(*up, nn.Flatten()), nn.Sequential(*down, nn.Flatten(), nn.Linear(frames * width, 1))


def specgan(shape: tuple[int, ...], channels: int = 16, levels: int = 4) -> Pair:
    """Build DCGAN: kernels of 5, strides of 2, batch normalisation only in the generator."""
    sides, width = [side >> levels for side in shape], channels << (levels - 1)
    widths = [channels << level for level in reversed(range(levels))] + [1]
    up = [nn.Linear(NOISE, sides[0] * sides[1] * width), nn.Unflatten(1, (width, *sides))]
    for a, b in pairwise(widths):
        up += [nn.BatchNorm2d(a), nn.ReLU(), nn.ConvTranspose2d(a, b, 5, 2, padding=2, output_padding=1)]
    down: list[nn.Module] = [nn.Unflatten(1, (1, shape[0]))]
    for a, b in pairwise(widths[::-1]):
        down += [nn.Conv2d(a, b, 5, 2, padding=2), nn.LeakyReLU(0.2)]
    generator = nn.Sequential(*up, nn.Tanh(), nn.Flatten(1, 2))
    return generator, nn.Sequential(*down, nn.Flatten(), nn.Linear(sides[0] * sides[1] * width, 1))


class Block(nn.Module):
    """Residual block of two convolutions; a style, if given, modulates the first."""

    def __init__(self, width: int, style: int) -> None:
        super().__init__()
        self.steer = Steer(width, style) if style else None
        self.first, self.second = (nn.Conv1d(width, width, 3, padding=1) for _ in range(2))

    def forward(self, x: torch.Tensor, style: torch.Tensor | None = None) -> torch.Tensor:
        y = x if self.steer is None else self.steer(x, style)
        return x + self.second(F.leaky_relu(self.first(F.leaky_relu(y, 0.2)), 0.2))


class Steer(nn.Module):
    """RMS normalisation over the channels, scaled and shifted by a style."""

    def __init__(self, width: int, style: int) -> None:
        super().__init__()
        self.scale, self.shift = nn.Linear(style, width), nn.Linear(style, width)
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
        x = F.rms_norm(x.mT, x.shape[1:2], self.weight, 1e-6).mT
        return x * self.scale(style)[..., None] + self.shift(style)[..., None]


class ResidualGenerator(nn.Module):
    def __init__(self, shape: tuple[int, ...], width: int = 256, style: int = 512) -> None:
        super().__init__()
        self.frames, self.width = shape[0] // 16, width
        self.style, self.start = nn.Linear(NOISE, style), nn.Linear(style, self.frames * width)
        self.blocks = nn.ModuleList(Block(width, style) for _ in range(3))
        self.steer, self.spectra = Steer(width, style), nn.Conv1d(width, 128, 3, padding=1)
        self.bins = nn.Conv1d(128, shape[1], 1)

    def forward(self, noise: torch.Tensor) -> torch.Tensor:
        style = F.leaky_relu(self.style(noise), 0.2)
        x = self.start(style).unflatten(1, (self.width, self.frames))
        for block, times in zip(self.blocks, (2, 2, 4), strict=True):
            x = block(x, style).repeat_interleave(times, 2)
        x = F.avg_pool1d(x, 5, 1, 2, count_include_pad=False)
        x = self.spectra(F.leaky_relu(self.steer(x, style), 0.2))
        return torch.tanh(self.bins(F.leaky_relu(x, 0.2))).mT


class ResidualDiscriminator(nn.Module):
    def __init__(self, shape: tuple[int, ...], width: int = 256, style: int = 512) -> None:
        super().__init__()
        self.first, self.fourth = nn.Conv1d(shape[1], width, 1), nn.Conv1d(width, width, 4, 4)
        self.blocks = nn.ModuleList(Block(width, 0) for _ in range(3))
        self.style, self.logit = nn.Linear(shape[0] // 16 * width + 1, style), nn.Linear(style, 1)

    def forward(self, clips: torch.Tensor) -> torch.Tensor:
        x = self.fourth(F.leaky_relu(self.first(clips.mT), 0.2))
        for block in self.blocks[:2]:
            x = F.avg_pool1d(block(x), 2)
        x = F.leaky_relu(self.blocks[2](x).flatten(1), 0.2)
        spread = (x.unflatten(0, (-1, 4)).var(1, correction=0) + 1e-8).sqrt().mean(1, keepdim=True)
        x = torch.cat([x, spread.repeat_interleave(4, 0)], 1)
        return self.logit(F.leaky_relu(self.style(x), 0.2))


def residual(shape: tuple[int, ...]) -> Pair:
    return ResidualGenerator(shape), ResidualDiscriminator(shape)


PAIRS = {"dense": dense, "wavegan": wavegan, "specgan": specgan, "residual": residual}


def bce(real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
    return (F.softplus(-real).mean() + F.softplus(fake).mean()) / 2


def hinge(real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


def wasserstein(real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
    return fake.mean() - real.mean()


DISCRIMINATOR_LOSS = {"bce": bce, "hinge": hinge, "wasserstein": wasserstein}


def game(name: str, objective: str, real: np.ndarray, updates: int, penalty: float, compiled: bool) -> tuple:
    """Build a training step, its generator, and the numbers of weights of both networks."""
    torch.set_num_threads(torch.get_num_threads())
    generator, discriminator = PAIRS[name](real.shape[1:])
    counts = tuple(sum(weight.numel() for weight in network.parameters()) for network in (generator, discriminator))
    adams = [torch.optim.Adam(m.parameters(), 2e-4, (0.5, 0.9), fused=True) for m in (generator, discriminator)]
    generate_clips, discriminate = generator, discriminator
    if compiled:  # not a discriminator with gradient penalty: AOTAutograd supports no second derivatives
        generate_clips, discriminate = (
            torch.compile(generator),
            discriminator if penalty else torch.compile(discriminator),
        )
    loss, clips = DISCRIMINATOR_LOSS[objective], torch.from_numpy(real)
    batch = len(real) // updates

    def gradient_penalty(real_batch: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
        share = torch.rand(batch, *[1] * (real_batch.ndim - 1))
        mixed = (real_batch + share * (fake - real_batch)).requires_grad_()
        (gradient,) = torch.autograd.grad(discriminate(mixed).sum(), mixed, create_graph=True)
        return penalty * ((gradient.flatten(1).norm(dim=1) - 1) ** 2).mean()

    def step() -> object:
        for real_batch in clips.split(batch):
            with torch.no_grad():
                fake = generate_clips(torch.randn(batch, NOISE))
            adams[1].zero_grad()
            loss_value = loss(*discriminate(torch.cat([real_batch, fake])).split(batch))
            (loss_value + gradient_penalty(real_batch, fake) if penalty else loss_value).backward()
            adams[1].step()
        discriminator.requires_grad_(False)
        adams[0].zero_grad()
        logits = discriminate(generate_clips(torch.randn(batch, NOISE)))
        loss_value = F.softplus(-logits).mean() if objective == "bce" else -logits.mean()
        loss_value.backward()
        adams[0].step()
        discriminator.requires_grad_(True)
        return float(loss_value.detach())

    @torch.no_grad()
    def generate(count: int) -> object:
        return generate_clips(torch.randn(count, NOISE)).numpy()

    return step, generate, counts
