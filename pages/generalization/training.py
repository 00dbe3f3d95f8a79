"""How accuracy on every bin moves while a model is trained on some."""

from functools import partial

import streamlit as st

from analysis import charts
from analysis.transfer import training_finding
from pages import learning
from pages.figure import figure
from pages.shared import about_data, needs_runs, view
from pages.training_set import in_words, training_set

state = view()
st.title("What happens while a model is trained?")
about_data(state)
base_model = needs_runs(state)

shown = state.version, state.benchmark, base_model, state.recipe
if learning.learning_curves(*shown)[0].empty:
    st.info("These runs came without training curves, so there is nothing to draw.", icon=":material/info:")
    st.stop()
sets = learning.training_sets(*shown).set_index("label")
label = training_set(sets.index.to_list(), state.version)
first, last = sets.loc[label, ["first_bin", "last_bin"]].fillna(0).astype(int)
accuracy, loss = learning.learning_curves_of(*shown, label)
if accuracy.empty:
    st.info("The runs on these bins came without training curves.", icon=":material/info:")
    st.stop()
seeds, steps = accuracy["run"].nunique(), accuracy["step"].max()
st.markdown(f"##### {training_finding(accuracy)}")

left, right = st.columns([5, 3])
with left:
    figure(
        partial(charts.accuracy_curves, accuracy, list(range(first, last + 1))),
        accuracy,
        key="accuracy",
        alt=f"Accuracy on {accuracy['bin'].nunique()} test bins over {steps} training steps.",
        caption=(
            f"Proportion right on the held-out items of each bin of {state.benchmark}, by {state.tuned} "
            f"trained on {in_words(label)}. Line: mean of {seeds} seeds; band: from the lowest seed to the "
            "highest. The number at a line's end is its bin, easy to hard from light to dark; thick: trained "
            f"on. Step 0 is zero-shot; measured at {accuracy['step'].nunique()} steps."
        ),
    )
with right:
    figure(
        partial(charts.loss_curve, loss),
        loss,
        key="loss",
        alt=f"Training loss over {steps} training steps.",
        caption=(
            "Mean cross-entropy on the training items since the point before, in nats an answer token. Line: "
            f"mean of {seeds} seeds; band: lowest to highest."
        ),
    )
