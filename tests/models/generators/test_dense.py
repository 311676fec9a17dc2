from waveloom.models.generators import dense


def kernels(model):
    return [tuple(weight.shape) for weight in model.weights if len(weight.shape) == 2]


def test_the_layers_are_the_papers():
    nets = dense.build(dense.Config(), (640,), 100, 0)
    assert kernels(nets.generator) == [(100, 512), (512, 512), (512, 1024), (1024, 1024), (1024, 640)]
    assert kernels(nets.discriminator) == [(640, 1024), (1024, 512), (512, 256), (256, 1)]
    activations = [layer.activation.__name__ for layer in nets.generator.layers if hasattr(layer, "activation")]
    assert activations == ["relu"] * 4 + ["tanh"]
    assert sum("dropout" in layer.name for layer in nets.discriminator.layers) == 3
