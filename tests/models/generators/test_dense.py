from tests.models.pairs import build_generator


def test_the_layers_are_the_papers():
    network = build_generator("dense", (640,), 100)
    kernels = [tuple(weight.shape) for weight in network.weights if len(weight.shape) == 2]
    assert kernels == [(100, 512), (512, 512), (512, 1024), (1024, 1024), (1024, 640)]
    activations = [layer.activation.__name__ for layer in network.layers if hasattr(layer, "activation")]
    assert activations == ["relu"] * 4 + ["tanh"]
