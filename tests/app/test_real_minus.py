"""Numbers of tables as prose writes them."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.real_minus import p_value, real_minus


@pytest.mark.parametrize(
    ("form", "value", "shown"),
    [("+.1f", -2.34, "−2.3"), ("+.1f", 2.36, "+2.4"), ("+.1f", -0.04, "0.0"), (".2f", -1, "−1.00")],
)
def test_a_minus_is_a_real_one_and_zero_has_no_sign(form: str, value: float, shown: str) -> None:
    table = pd.DataFrame({"gain": [value], "other": ["a-b"]})
    styled = real_minus(table, gain=form, absent="+.1f")
    assert styled.to_string().split() == ["gain", "other", "0", shown, "a-b"]
    assert styled.data is table or styled.data.equals(table)


def test_no_p_value_is_nothing() -> None:
    assert [p_value(p) for p in (0.0, 0.00099, 0.001, 0.05, 1.0)] == [
        "<0.001",
        "<0.001",
        "0.001",
        "0.050",
        "1.000",
    ]


def test_a_table_of_any_length_is_shown() -> None:
    """Streamlit refuses tables of more cells than pandas means to style, and a bin may hold more items."""

    def page() -> None:
        import numpy as np
        import pandas as pd
        import streamlit as st

        from pages.real_minus import real_minus

        st.dataframe(real_minus(pd.DataFrame({"gain": np.full(262_145, -1.0)}), gain=".1f"))

    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
