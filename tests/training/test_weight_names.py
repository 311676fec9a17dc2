import keras

from waveloom.training.weight_names import weight_names


def network(widths, twice=False):
    first = keras.Input((4,))
    x = keras.layers.Embedding(3, 4)(keras.ops.cast(first, "int32")) if twice else first
    for width in widths:
        x = keras.layers.Dense(width)(x)
    return keras.Model(first, x)


def test_names_do_not_depend_on_what_was_built_before():
    made = [weight_names(network([2, 3])) for _ in range(2)]
    assert made[0] == made[1] == ["dense_0/kernel", "dense_0/bias", "dense_1/kernel", "dense_1/bias"]


def test_a_layer_of_another_kind_leaves_the_names_of_the_rest():
    named = weight_names(network([2, 3], twice=True))
    assert named == ["embedding_0/embeddings", *weight_names(network([2, 3]))]


def test_layers_inside_layers_are_counted_within_their_own():
    inner = [keras.Sequential([keras.layers.Dense(2), keras.layers.Dense(2)]) for _ in range(2)]
    first = keras.Input((2,))
    named = weight_names(keras.Model(first, inner[1](inner[0](first))))
    assert len(named) == len(set(named)) == 8
    assert named == weight_names(keras.Model(first, inner[1](inner[0](first))))
