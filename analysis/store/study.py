"""Everything that benchmarks have, as the tables of a study folder."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from analysis.tables import FIT_CHECKS, POOL_PARTS

# Models and runs are numbered from 0 within the folder, items within their benchmark; benchmarks go by name.
NUMBERED = """
    CREATE TEMP TABLE chosen AS SELECT benchmark, name, hide_text FROM benchmarks WHERE name IN ?;
    CREATE TEMP TABLE kept_models AS
        SELECT model, (row_number() OVER (ORDER BY model) - 1)::UINTEGER AS number FROM (
            SELECT DISTINCT model FROM responses WHERE benchmark IN (SELECT benchmark FROM chosen));
    CREATE TEMP TABLE kept_runs AS
        SELECT run, (row_number() OVER (ORDER BY run) - 1)::UINTEGER AS number FROM runs
        WHERE benchmark IN (SELECT benchmark FROM chosen);
    CREATE TEMP TABLE kept_fits AS
        SELECT fit FROM fits WHERE benchmark IN (SELECT benchmark FROM chosen);
"""
QUERIES = {
    "benchmarks": """
        SELECT b.* EXCLUDE (benchmark, responses, models, data_hash)
        FROM benchmarks b JOIN chosen USING (benchmark) ORDER BY benchmark""",
    "items": """
        SELECT c.name AS benchmark, i.item, i.item_key, i.content_hash,
            CASE WHEN c.hide_text THEN NULL ELSE i.prompt END AS prompt,
            CASE WHEN c.hide_text THEN NULL ELSE i.target END AS target,
            i.subtask, i.extras
        FROM items i JOIN chosen c USING (benchmark) ORDER BY i.benchmark, i.item""",
    "models": """
        SELECT k.number AS model, m.* EXCLUDE (model)
        FROM models m JOIN kept_models k USING (model) ORDER BY number""",
    "responses": """
        SELECT c.name AS benchmark, r.item, k.number AS model, r.correct
        FROM responses r JOIN chosen c USING (benchmark) JOIN kept_models k USING (model)
        ORDER BY r.benchmark, r.item, k.number""",
    "fits": """
        SELECT f.* REPLACE (c.name AS benchmark)
        FROM fits f JOIN chosen c USING (benchmark) ORDER BY f.benchmark, f.created, f.fit""",
    "item_parameters": "SELECT p.* FROM item_parameters p JOIN kept_fits USING (fit) ORDER BY fit, item",
    "item_draws": "SELECT d.* FROM item_draws d JOIN kept_fits USING (fit) ORDER BY fit, item",
    "item_statistics": "SELECT s.* FROM item_statistics s JOIN kept_fits USING (fit) ORDER BY fit, item",
    "abilities": """
        SELECT a.* REPLACE (k.number AS model)
        FROM abilities a JOIN kept_fits USING (fit) JOIN kept_models k USING (model)
        ORDER BY fit, k.number""",
    **{
        name: f"SELECT t.* FROM {name} t JOIN kept_fits USING (fit) ORDER BY fit, t.rowid"
        for name in FIT_CHECKS
    },
    "pools": """
        SELECT p.* REPLACE (c.name AS benchmark)
        FROM pools p JOIN chosen c USING (benchmark) ORDER BY p.benchmark, base_model, recipe, pool""",
    **{
        name: f"""
        SELECT t.* FROM {name} t JOIN pools USING (pool) JOIN chosen USING (benchmark)
        ORDER BY pool, t.rowid"""
        for name in POOL_PARTS
    },
    "comparisons": """
        SELECT x.* REPLACE (c.name AS benchmark)
        FROM comparisons x JOIN chosen c USING (benchmark) ORDER BY x.benchmark""",
    "runs": """
        SELECT k.number AS run, r.* EXCLUDE (run) REPLACE (c.name AS benchmark)
        FROM runs r JOIN kept_runs k USING (run) JOIN chosen c USING (benchmark) ORDER BY k.number""",
    "run_items": """
        SELECT k.number AS run, i.item FROM run_items i JOIN kept_runs k USING (run)
        ORDER BY k.number, item""",
    "run_responses": """
        SELECT k.number AS run, c.name AS benchmark, a.item, a.correct
        FROM run_responses a JOIN kept_runs k USING (run) JOIN chosen c USING (benchmark)
        ORDER BY k.number, a.benchmark, a.item""",
    "run_curves": """
        SELECT k.number AS run, u.* EXCLUDE (run)
        FROM run_curves u JOIN kept_runs k USING (run) ORDER BY k.number, step""",
}
OPTIONAL = ("item_statistics", *FIT_CHECKS, "pools", *POOL_PARTS, "comparisons")
"""Tables that are left out where they have no rows."""


def read_study_tables(connection: duckdb.DuckDBPyConnection, benchmarks: list[str]) -> dict[str, pa.Table]:
    """Return all that a snapshot holds of some benchmarks, by table of a study folder.

    Parameters
    ----------
    connection
        A cursor of its own on the snapshot.
    benchmarks
        Their names.
    """
    created, *rest = NUMBERED.split(";")
    connection.execute(created, [benchmarks]).fetchall()
    for statement in rest[:-1]:
        connection.execute(statement).fetchall()
    tables = {name: connection.sql(query).to_arrow_table() for name, query in QUERIES.items()}
    return {name: table for name, table in tables.items() if len(table) or name not in OPTIONAL}
