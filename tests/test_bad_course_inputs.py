"""Every public function of the course, every argument, every kind of bad value: a result, or an error made for users."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from test_bad_inputs import BAD, FLOW, MODES, QUESTIONS, RUN, VECTORS, evaluated, made_for_users

import w2vlib.course
from w2vlib import Embedding, Spectrum, count_corpus, m_star, ppmi, spectrum
from w2vlib.course import (
    assumptions,
    attributes,
    grokking,
    pair_weights,
    plots,
    solver,
    tables,
    texts,
    widgets,
)
from w2vlib.course.assumptions import Assumptions
from w2vlib.course.atlas import concept_atlas
from w2vlib.course.told import Told
from w2vlib.datasets import load_scale_runs
from w2vlib.evaluation import AnalogyCurve
from w2vlib.statistics import count_like

STATS = count_corpus([["a", "b", "a"], ["b", "c"]], window=2)
TAKEN = count_corpus(
    [["a", "b", "a", "c"], ["b", "a", "b"], ["c", "c", "d"], ["d", "c", "d", "a"]] * 5, window=2
)
MODES_OF_STATS = spectrum(m_star(STATS), 3)
CLOUD = Spectrum(np.array([4.0, 3.0, 2.0, 1.0]), np.eye(5)[:, :4], residual=0.0, words=list("abcde"))
COURSE = {"logits": [[0.0, 0.0], [0.2, -0.2], [0.8, -0.8]]}
LANGUAGE = attributes.student_language("ada")
CLOCK = grokking.RidgeClock(step_size=0.1, decay=0.01, d=20, examples=10, scale=2.0)
CHECKS = ("w2vlib.course.checks", "w2vlib.course.problems")  # they take whatever a learner gives them
RESULTS = {"Errors", "Residuals"}  # what the course makes and users read


def good_calls():
    """One small call of everything public in the course that is known to work, beside its arguments."""
    figure = Figure()
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], label="theory")
    table = widgets.dynamics_table(MODES, [(0.1, RUN)], ends=1)
    deviations = assumptions.deviation_table(STATS, 1, modes=1)
    words = ["a", "b"]
    sliders = dict(table=table, log_scale=-2.0, d=2, time=0.5)
    made = widgets.mode_explorer(table)
    eight = Embedding(list("abcdef"), np.random.default_rng(0).standard_normal((6, 8)))
    book = widgets.book_table(STATS, MODES_OF_STATS, {})
    return {
        "use_style": (plots.use_style, {}),
        "mode_colors": (plots.mode_colors, dict(n=3)),
        "label_lines": (plots.label_lines, dict(ax=axes, labels=["theory"], gap=0.02)),
        "matrix_of_words": (
            plots.matrix_of_words,
            dict(ax=axes, matrix=np.eye(2), rows=words, columns=words, limit=1.0, digits=1),
        ),
        "scatter_words": (
            plots.scatter_words,
            dict(ax=axes, x=np.arange(2.0), y=np.arange(2.0), words=words, color="#333333", size=10),
        ),
        "AttributeLanguage": (
            attributes.AttributeLanguage,
            dict(
                names=("far",), words=("here", "there"), signs=np.array([[1], [-1]]), strengths=np.array([0.5]),
                biases=np.array([0.0]),
            ),
        ),
        "AttributeLanguage.pair_probabilities": (LANGUAGE.pair_probabilities, dict(window=2, weighting="flat")),
        "AttributeLanguage.target": (LANGUAGE.target, dict(window=2, weighting="flat")),
        "AttributeLanguage.text": (LANGUAGE.text, dict(size=3, rng=np.random.default_rng(0))),
        "AttributeLanguage.questions": (LANGUAGE.questions, {}),
        "student_rng": (attributes.student_rng, dict(student="ada", task="")),
        "student_language": (attributes.student_language, dict(student="ada", task="", even=True)),
        "solve_flow": (solver.solve_flow, dict(velocity=np.negative, start=np.eye(2), times=[0.0, 1.0])),
        "span": (tables.span, dict(numbers=[0.5, 1.0], form=".2f", between=" to ")),
        "print_table": (tables.print_table, dict(columns={"a": ["b"], "c": [0.5]}, form=".2f")),
        "concept_atlas": (
            concept_atlas,
            dict(
                stats=STATS, directions=1, dimensions=2, scale=0.01, questions=QUESTIONS,
                compare={"PPMI": spectrum(ppmi(STATS), 1)}, ends=1, strongest=1, progress=False,
            ),
        ),
        "Assumptions": (
            Assumptions,
            dict(
                tied=True, loss="quadratic", weights="word2vec", subsample=1e-3, word_rates=False, start=0.1,
                step=0.1, batch=None,
            ),
        ),
        "residuals": (
            assumptions.residuals,
            dict(stats=STATS, d=1, assumptions=Assumptions(), modes=1, pulling=False),
        ),
        "deviation_table": (assumptions.deviation_table, dict(stats=STATS, d=1, modes=1)),
        "band": (assumptions.band, dict(values=[1.0, 2.0], digits=1)),
        "cost_table": (
            assumptions.cost_table,
            dict(found={"loss": np.ones((3, 7))}, chapters={"loss": "6"}),
        ),
        "book_table": (widgets.book_table, dict(stats=STATS, modes=MODES_OF_STATS, questions={}, count=1)),
        "analogy_explorer": (
            widgets.analogy_explorer,
            dict(table=book, a="a", b="b", c="c", rank=1, time=1.0, by="time", scale=0.01, presets=()),
        ),
        "Explorer": (
            widgets.Explorer,
            dict(table={}, sliders=made.sliders, draw=lambda figure, **state: "", live=None, name="name"),
        ),
        "Explorer.figure": (made.figure, {}),
        "Explorer.describe": (made.describe, {}),
        "Explorer.svg": (made.svg, {}),
        "Explorer.png": (made.png, {}),
        "Told": (Told, {}),
        "Told.place": (Told().place, dict(name="picture")),
        "Told.retell": (Told().retell, dict(sentences=["One ⟦n|1⟧."])),
        "Told.retold": (Told().retold, dict(sentence="One ⟦n|1⟧.")),
        "assumption_explorer": (
            widgets.assumption_explorer,
            dict(
                table=deviations, vectors="tied", loss="logistic", weights="word2vec", start="small",
                step="short", batch="full",
            ),
        ),
        "ball_explorer": (widgets.ball_explorer, dict(stats=STATS, pairs=[("a", "b")], start=0.0, step=0.5)),
        "best_explorer": (
            widgets.best_explorer,
            dict(modes=spectrum(ppmi(STATS), len(STATS)), words=["a", "b"], d=1, count=2),
        ),
        "document_explorer": (
            widgets.document_explorer,
            dict(stats=STATS, words=words, sentences=["A b."], word=0, other=1, copies=1),
        ),
        "window_explorer": (
            widgets.window_explorer,
            dict(sentence="a b", here=0, window=2, draws=3, seed=0),
        ),
        "push_explorer": (
            widgets.push_explorer,
            dict(
                stats=count_corpus([["a", "b", "c", "d"]], window=4), centres=words, neighbours=["c", "d"], rounds=1,
                negatives=1, rate=0.1, pair=0, seed=0,
            ),
        ),
        "grok_explorer": (
            widgets.grok_explorer,
            dict(
                step_size=0.1, log_decay=-1.0, d=20, examples=30, scale=2.0, level=50, axis="loss", progress=2,
                name="grok",
            ),
        ),
        "own_text_explorer": (
            widgets.own_text_explorer,
            dict(text="a b c d e f g h i j k l m\n" * 3, words=20, window=2, seed=1, progress=5, name="own"),
        ),
        "book_text": (texts.book_text, {}),
        "greek_text": (texts.greek_text, {}),
        "knob_explorer": (
            widgets.knob_explorer,
            dict(stats=STATS, pairs=[("a", "b")], negatives=1, log_threshold=-3.0, exponent=0.5, pair=0),
        ),
        "dynamics_table": (widgets.dynamics_table, dict(modes=MODES, measured=[(0.1, RUN)], ends=1, count=5)),
        "forecast_explorer": (widgets.forecast_explorer, sliders),
        "mode_explorer": (widgets.mode_explorer, dict(sliders, mode=1)),
        "staircase_explorer": (widgets.staircase_explorer, dict(sliders, runs="all", small=False, name="staircase")),
        "attend_explorer": (
            widgets.attend_explorer,
            dict(
                told={"settings": {"every": 10}, "runs": [dict(words=11, seed=0, rank=0, forecast=COURSE, course=COURSE)]},
                level=0.1,
                place=1,
                name="attend",
            ),
        ),  # fmt: skip
        "cost_explorer": (
            widgets.cost_explorer,
            dict(told=load_scale_runs(), log_words=7.0, size=1000, d=100, machines=2),
        ),
        "takeout_explorer": (
            widgets.takeout_explorer,
            dict(
                stats=TAKEN, parts={"one": count_like([["c", "c", "d"]], TAKEN)}, count=1, d=2, scale=1e-3,
                name="takeout",
            ),
        ),  # fmt: skip
        "doubt_explorer": (
            widgets.doubt_explorer,
            dict(
                grid={"sizes": [10], "dimensions": [2], "kappas": [0], "powers": [0], "families": ["all"],
                      "covered": [[50]], "right": [[[[[20]]]]]},
                size=10,
                dimensions=2,
            ),
        ),  # fmt: skip
        "families_explorer": (
            widgets.families_explorer,
            dict(curve=AnalogyCurve(np.array([1, 2]), np.ones(2), {"f": np.ones(2)}, {"f": 6}, "directions"), family=1),
        ),
        "pmi_explorer": (widgets.pmi_explorer, dict(stats=STATS, words=words, a="a", b="b", presets=())),
        "text_explorer": (
            widgets.text_explorer,
            dict(
                modes=spectrum(ppmi(STATS), 1), variance=1e-4, tokens=4e6, texts=np.array([2e6]),
                overlaps=np.ones((1, 1)), words=2e6,
            ),
        ),
        "circle_explorer": (
            widgets.circle_explorer,
            dict(words=list("abcde"), blocks={"M*": np.eye(5)}, vectors="M*", out="none", name="circle"),
        ),
        "recorded_explorer": (
            widgets.recorded_explorer,
            dict(
                runs={"one": [(RUN, FLOW)]}, setting="one", seed=1, clock=1.0, time=0.0,
                name="recorded",
            ),
        ),
        "noise_explorer": (
            widgets.noise_explorer,
            dict(
                runs={("soft", 0.3): (9, [RUN])}, theories=[FLOW], sampler="soft", number=0.3, seed=1, step=4,
                name="noise",
            ),
        ),
        "shared_explorer": (
            widgets.shared_explorer,
            dict(
                vectors={"ours": CLOUD}, matrices={"M*": CLOUD}, count=3, directions=2, space=3, name="shared"
            ),
        ),
        "start_explorer": (widgets.start_explorer, dict(first=0.01, second=0.1, time=2.0, name="start")),
        "depth_explorer": (
            widgets.depth_explorer,
            dict(
                values=np.array([4.0, -3.0, 2.0, 1.0]), runs=[(3, -3.0, np.arange(2.0), np.zeros((2, 4)))],
                depth=3, log_start=-3.0, time=40.0, name="depth",
            ),
        ),
        "step_explorer": (widgets.step_explorer, dict(h=0.3, log_start=-3.0, steps=4, name="step")),
        "word_cloud": (
            widgets.word_cloud,
            dict(modes=CLOUD, d=4, scale=0.1, names=["a"], time=0.5, word="a", name="cloud"),
        ),
        "trap_explorer": (widgets.trap_explorer, dict(first=0.6, second=0.9, weight=0.1)),
        "byte_explorer": (widgets.byte_explorer, dict(embedding=VECTORS, word="a", most=4, size=2)),
        "rank_explorer": (
            widgets.rank_explorer,
            dict(
                embedding=VECTORS, ranks=[1, 2], accuracies=[0.0, 1.0], questions=QUESTIONS["all"], start=1
            ),
        ),
        "signal_explorer": (
            widgets.signal_explorer,
            dict(
                embedding=eight, families={"f": [("a", "b"), ("c", "d"), ("e", "f")]}, family="f", rank=3, m=3,
                most=3, name="signal",
            ),
        ),
        "direction_explorer": (
            widgets.direction_explorer,
            dict(
                one=MODES_OF_STATS, other=MODES_OF_STATS, mean=MODES_OF_STATS, noise=1.0, foretold=np.ones(2),
                count=2, direction=1, word="a", name="direction",
            ),
        ),
        "marchenko_pastur": (grokking.marchenko_pastur, dict(ratio=2.0, points=9)),
        "RidgeClock": (
            grokking.RidgeClock,
            dict(step_size=0.1, decay=0.01, d=20, examples=10, scale=2.0, noise=0.1),
        ),
        "RidgeClock.losses": (CLOCK.losses, dict(steps=[0, 5])),
        "RidgeClock.moment": (CLOCK.moment, dict(level=1.0, longest=1e3)),
        "train_modular_addition": (
            grokking.train_modular_addition,
            dict(rng=0, step_size=0.01, decay=1.0, share=0.5, order=5, hidden=3, steps=4, every=2),
        ),
        "chi_squared": (pair_weights.chi_squared, dict(pairs=[(0, 0)] * 9 + [(0, 1)], law=np.full((4, 4), 1 / 16))),
        "full_runs": (pair_weights.full_runs, {}),
        "guess_levels": (pair_weights.guess_levels, dict(attraction=np.eye(4), repulsion=np.ones((4, 4)), negatives=5)),
        "logistic_loss": (
            pair_weights.logistic_loss,
            dict(scores=np.zeros((4, 4)), attraction=np.eye(4), repulsion=np.ones((4, 4))),
        ),
        "without_rows_and_columns": (
            pair_weights.without_rows_and_columns,
            dict(change=np.eye(4), met=np.ones((4, 4), bool), rounds=2),
        ),
    }  # fmt: skip


#: The very lines of a chapter, which its test holds equal to them.
LESSONS = ".little_language"


def public():
    """All public callables of the course but the checks, and the public methods of its classes, by name."""
    found = {}
    for module in pkgutil.walk_packages(w2vlib.course.__path__, "w2vlib.course."):
        if "._" in module.name or module.name.endswith(LESSONS) or module.name.startswith(CHECKS):
            continue
        module = importlib.import_module(module.name)
        for name in getattr(module, "__all__", []):
            thing = getattr(module, name)
            if callable(thing):
                found[name] = thing
                methods = vars(thing) if inspect.isclass(thing) and name not in RESULTS else ()
                found |= {
                    f"{name}.{method}": getattr(thing, method)
                    for method in methods
                    if not method.startswith("_") and callable(getattr(thing, method))
                }
    return found


def test_every_public_function_of_the_course_and_argument_is_in_the_table():
    calls = good_calls()
    assert set(calls) == set(public()) - RESULTS
    for name, (call, given) in calls.items():
        parameters = inspect.signature(call).parameters.values()
        assert set(given) == {one.name for one in parameters if one.kind != one.VAR_KEYWORD}, name


def test_bad_values_give_results_or_errors_made_for_users():
    wrong, count = [], 0
    for name, (call, given) in good_calls().items():
        evaluated(call, given)  # the good call works
        for argument in given:
            for bad, made in BAD.items():
                count += 1
                try:
                    evaluated(call, given | {argument: made()})
                except Exception as error:
                    if not made_for_users(error) or not str(error):
                        wrong.append(f"{name} | {argument} | {bad} | {type(error).__name__}: {error}")
    assert not wrong, f"{len(wrong)} of {count}:\n" + "\n".join(wrong)


def test_sparse_counts_are_taken_or_refused_by_name(made_sparse):
    refused, wrong = set(), []
    for name, (call, given) in good_calls().items():
        if "stats" in given:
            try:
                evaluated(call, given | {"stats": made_sparse(given["stats"])})
            except Exception as error:
                refused.add(name)
                if not isinstance(error, ValueError) or "sparse" not in str(error):
                    wrong.append(f"{name}: {type(error).__name__}: {error}")
    assert not wrong, "\n".join(wrong)
    assert {"push_explorer", "knob_explorer", "document_explorer"} <= refused


@pytest.mark.parametrize("state", [{"time": bad} for bad in BAD] + [{"nowhere": 1}])
def test_an_explorer_refuses_a_state_that_its_sliders_do_not_reach(state):
    explorer = widgets.staircase_explorer(widgets.dynamics_table(MODES, ends=1))
    value = BAD[state["time"]]() if "time" in state else 1
    for show in (explorer.figure, explorer.describe, explorer.svg):
        try:
            show(**{next(iter(state)): value})
        except Exception as error:
            assert made_for_users(error) and next(iter(state)) in str(error)
        else:
            assert isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
