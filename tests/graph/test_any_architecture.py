"""Random architectures: each is built, or refused by a field; and what is built adds up."""

from __future__ import annotations

from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.graph.networks import experiment, stage
from tui_ablate.blocks import BLOCKS
from tui_ablate.blocks.layers import Convolution
from tui_ablate.data.facts import Input
from tui_ablate.graph import NetworkError, build, difference, drawing, summary
from tui_ablate.graph.parts import part_names, totals_of, totals_of_nodes
from tui_ablate.graph.picture import lines, text
from tui_ablate.graph.summary import rows
from tui_ablate.spec.experiment import BatchNormalization, GroupNormalization, Head, NoNormalization


@st.composite
def stages(draw: st.DrawFn) -> Any:
    repeat = draw(st.integers(1, 4))
    words: st.SearchStrategy[Any] = st.none() | st.booleans() | st.tuples(*[st.booleans()] * repeat)
    fields = {
        "repeat": repeat,
        "stride": draw(st.integers(1, 3)),
        "kernel": draw(st.sampled_from([1, 3, 5])),
        "residual": draw(words),
    }
    return stage(draw(st.sampled_from(sorted(BLOCKS))), draw(st.integers(1, 40)), **fields)


MODELS = st.fixed_dictionaries(
    {
        "stem": st.sampled_from(["auto", "imagenet", "cifar", "none"]),
        "stem_channels": st.integers(1, 40),
        "shortcut": st.sampled_from(["A", "B", "C", "stage"]),
        "stride_on": st.sampled_from(["1x1", "3x3"]),
        "residual": st.booleans(),
        "normalization": st.sampled_from([None, BatchNormalization(), GroupNormalization(groups=4), NoNormalization()]),
        "head": st.sampled_from([Head(), Head(pool="max", dropout=0.5), Head(pool="flatten", hidden=(7, 5))]),
    }
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(stages(), min_size=1, max_size=4),
    MODELS,
    st.tuples(st.integers(1, 70), st.integers(1, 70), st.integers(1, 4)),
    st.integers(20, 120),
)
def test_any_architecture(made: list[Any], model: dict[str, Any], shape: tuple[int, int, int], width: int) -> None:
    wanted = experiment(*made, **model)
    try:
        graph = build(wanted, Input(shape, 5))
    except NetworkError as error:
        refused = error
    else:
        refused = None
    event("refused" if refused else "built")
    if refused:
        assert refused.field.startswith("model.")
        assert refused.why.isprintable()
        return
    names = [node.name for node in graph.nodes]
    assert len(set(names)) == len(names)
    known: set[str] = set()
    for node in graph.nodes:
        assert known.issuperset(node.inputs), "layers come after what feeds them"
        assert min(node.output_shape) > 0
        known.add(node.name)
    fed = {name for node in graph.nodes for name in node.inputs}
    assert set(names) - fed == {"logits"}, "every layer is used"
    assert graph.nodes[-1].output_shape == (5,)
    assert all(n.layer.stride == 1 for n in graph.nodes if isinstance(n.layer, Convolution) and n.layer.kernel == 1)
    parts = [name for name in part_names(graph) if "." not in name]
    for total in ("params", "macs", "depth", "shortcuts", "possible_shortcuts"):
        assert sum(getattr(totals_of(graph, part), total) for part in parts) == getattr(graph.totals, total)
    assert totals_of_nodes(graph, graph.nodes) == graph.totals, "pieces add up to the whole, receptive field included"
    made_summary = summary(graph)
    assert len(rows(graph)) == len(made_summary.layers) == len(graph.nodes)
    assert made_summary.params == sum(layer.params for layer in made_summary.layers)
    picture = lines(drawing(graph), width)
    assert sum(s.role == "block" for line in picture for s in line) == sum(s.repeat for s in made)
    assert width < 46 or max(map(len, text(picture))) <= width
    assert difference(graph, build(wanted, Input(shape, 5))).same
