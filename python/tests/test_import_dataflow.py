"""Who reads whose results."""

from pathlib import Path

from onnx_models import Builder, bert_base, mobilenet_v3_large, resnet50

import tilewright as tw


def test_shortcut_is_an_input_of_the_last_layer_of_the_block(tmp_path: Path) -> None:
    network = tw.from_onnx(resnet50(tmp_path)[0])
    inputs = {layer.name: layer.inputs for layer in network}
    assert inputs["conv1"] == ()
    assert inputs["conv2_1.a"] == ("conv1",)
    # The model lists the projection last: it adds the other branch.
    assert inputs["conv2_1.projection"] == ("conv1", "conv2_1.c")
    assert inputs["conv2_2.a"] == ("conv2_1.projection",)
    assert inputs["conv2_2.b"] == ("conv2_2.a",)
    assert inputs["conv2_2.c"] == ("conv2_1.projection", "conv2_2.b")
    assert inputs["fc"] == ("conv5_3.c",)


def test_concatenation_hands_all_its_parts_on(tmp_path: Path) -> None:
    b = Builder("inception")
    x = b.conv(b.input("x", [1, 8, 6, 6]), "stem", (8, 8), 1)
    parts = [b.op("Relu", b.conv(x, name, (8, 4), 1)) for name in ("left", "right")]
    y = b.conv(b.op("Concat", *parts, axis=1), "next", (8, 4), 1)
    network = tw.from_onnx(b.save(tmp_path, y))
    assert network["next"].inputs == ("left", "right")


def test_attention_reads_queries_keys_and_values(tmp_path: Path) -> None:
    path, _ = bert_base(tmp_path)
    network = tw.from_onnx(path, {"batch": 1, "sequence": 64})
    scores, context = "layer1.scores.MatMul", "layer1.context.MatMul"
    assert network[scores].inputs == ("layer1.query", "layer1.key")
    assert network[context].inputs == ("layer1.value", scores)
    assert network["layer1.query"].inputs == ("layer0.down",)
    assert network["layer1.output"].inputs == ("layer0.down", context)


def test_squeeze_and_excite_meets_what_it_scales(tmp_path: Path) -> None:
    network = tw.from_onnx(mobilenet_v3_large(tmp_path)[0])
    assert network["bneck4.squeeze"].inputs == ("bneck4.dw",)
    assert network["bneck4.excite"].inputs == ("bneck4.dw", "bneck4.squeeze")
    assert network["bneck4.project"].inputs == ("bneck4.excite",)


def test_steps_of_a_recurrent_layer_follow_its_inputs(tmp_path: Path) -> None:
    b = Builder("lstm")
    x = b.op("MatMul", b.input("x", [5, 1, 8]), b.weight("embed.weight", 8, 16))
    gates = b.weight("lstm.W", 2, 64, 16), b.weight("lstm.R", 2, 64, 16)
    y = b.op("LSTM", x, *gates, hidden_size=16, direction="bidirectional")
    y = b.op("MatMul", y, b.weight("head.weight", 16, 4))
    network = tw.from_onnx(b.save(tmp_path, y))
    assert network["lstm.input"].inputs == network["lstm.reverse_input"].inputs == ("embed",)
    assert network["lstm.recurrent"].inputs == ("lstm.input",)
    assert network["head"].inputs == ("lstm.recurrent", "lstm.reverse_recurrent")
    text = network.yaml()
    assert text.count("weights: shared") == 2
    assert "inputs: [lstm.recurrent, lstm.reverse_recurrent]" in text
    tw.load(network)  # the reader checks names and cycles


def test_products_of_activations_are_written_without_weights(tmp_path: Path) -> None:
    path, _ = bert_base(tmp_path)
    text = tw.from_onnx(path, {"batch": 1, "sequence": 64}).yaml()
    assert text.count("weights: none") == 2 * 12
