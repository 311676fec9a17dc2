from tests.models.pairs import build_discriminator


def test_the_layers_are_the_papers():
    network = build_discriminator("dense", (640,))
    kernels = [tuple(weight.shape) for weight in network.weights if len(weight.shape) == 2]
    assert kernels == [(640, 1024), (1024, 512), (512, 256), (256, 1)]
    assert sum("dropout" in layer.name for layer in network.layers) == 3
