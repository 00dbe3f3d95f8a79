-- The tables of a snapshot. Numbers named benchmark, item, model and run are dense; an item's number
-- counts within its benchmark. Missing is missing: what was not answered has no row.

CREATE TABLE written_with (schema_version VARCHAR);

CREATE TABLE benchmarks (
    benchmark USMALLINT PRIMARY KEY,
    name VARCHAR NOT NULL UNIQUE,
    title VARCHAR NOT NULL,
    description VARCHAR,
    source VARCHAR,
    licence VARCHAR,
    citation VARCHAR,
    origin VARCHAR NOT NULL,            -- 'bundled' (the study that ships with the project) or 'imported'
    hide_text BOOLEAN NOT NULL,         -- the authors ask that items not be shown
    choices USMALLINT,                  -- number of answer choices, where it is fixed
    responses BIGINT NOT NULL DEFAULT 0,
    models INTEGER NOT NULL DEFAULT 0,  -- that answered any of its items
    data_hash VARCHAR                   -- of its responses; a fit of other responses is stale
);

CREATE TABLE items (
    benchmark USMALLINT NOT NULL,
    item UINTEGER NOT NULL,
    item_key VARCHAR NOT NULL,          -- the source's own id
    content_hash VARCHAR,
    prompt VARCHAR,
    target VARCHAR,
    subtask VARCHAR,
    extras JSON,                        -- the source's further columns (human difficulty, steps, …)
    PRIMARY KEY (benchmark, item)
);

CREATE TABLE models (
    model UINTEGER PRIMARY KEY,
    name VARCHAR NOT NULL UNIQUE,
    organisation VARCHAR,
    family VARCHAR,                     -- lineage: models that are near-copies of each other share it
    base_model VARCHAR,
    parameters BIGINT,
    date DATE,
    extras JSON
);

-- Kept sorted by benchmark, item, model: 100 million rows take 39 MB sorted and 427 MB unsorted.
CREATE TABLE responses (
    benchmark USMALLINT NOT NULL,
    item UINTEGER NOT NULL,
    model UINTEGER NOT NULL,
    correct BOOLEAN NOT NULL
);

CREATE TABLE fits (
    fit VARCHAR PRIMARY KEY,
    benchmark USMALLINT NOT NULL,
    irt_model VARCHAR NOT NULL,         -- 'rasch' or '2pl'
    asymptote DOUBLE NOT NULL DEFAULT 0, -- lower asymptote of every item, a fixed chance of guessing right
    settings JSON NOT NULL,
    seed BIGINT NOT NULL,
    data_hash VARCHAR NOT NULL,         -- of the responses it was fitted to
    code_version VARCHAR NOT NULL,
    rhat DOUBLE NOT NULL,
    ess_bulk DOUBLE NOT NULL,
    ess_tail DOUBLE NOT NULL,
    divergences BIGINT NOT NULL,
    log_likelihood_error DOUBLE NOT NULL,
    converged BOOLEAN NOT NULL,
    problems VARCHAR NOT NULL,          -- why it is not converged
    -- 'lineage': what is shown of a difficulty allows for models that descend from each other
    interval VARCHAR NOT NULL DEFAULT 'independent',
    families INTEGER,                   -- groups of models that descend from each other
    family_source VARCHAR,              -- 'metadata', 'organisation' or 'responses'
    effective_models DOUBLE,            -- independent models that would tell as much
    checks JSON,                        -- how well the IRT model describes the responses
    created TIMESTAMP NOT NULL
);

CREATE TABLE item_parameters (
    fit VARCHAR NOT NULL,
    item UINTEGER NOT NULL,
    mean DOUBLE NOT NULL,               -- of the difficulty b − μ, in logits (2PL: sds of ability)
    sd DOUBLE NOT NULL,                 -- as shown: what interval the fit has
    hdi_low DOUBLE NOT NULL,            -- 94% interval, as shown
    hdi_high DOUBLE NOT NULL,
    posterior_sd DOUBLE,                -- models taken as independent; missing where that is what is shown
    posterior_low DOUBLE,               -- 94% highest-density interval, likewise
    posterior_high DOUBLE,
    discrimination DOUBLE,              -- a, logits per sd of ability; missing for Rasch
    discrimination_sd DOUBLE,
    flag VARCHAR,                       -- 'floor', 'ceiling' or missing
    PRIMARY KEY (fit, item)
);

CREATE TABLE item_draws (
    fit VARCHAR NOT NULL,
    item UINTEGER NOT NULL,
    draws FLOAT[] NOT NULL,             -- of the difficulty as shown
    discriminations FLOAT[]             -- 2PL: of a, in the same draws; missing if they were not kept
);

-- How well each item fits the IRT model. A fit may come without.
CREATE TABLE item_statistics (
    fit VARCHAR NOT NULL,
    item UINTEGER NOT NULL,
    infit DOUBLE,                       -- mean squares, 1 if the item fits
    outfit DOUBLE,
    item_rest DOUBLE,                   -- correlation with the score on the other items
    slope DOUBLE,                       -- of a logistic curve whose sign is free, a sd of ability
    slope_sd DOUBLE,
    p_negative DOUBLE,                  -- posterior P(slope < 0)
    below_chance DOUBLE,                -- q-value of being solved less often than by guessing
    max_q3 DOUBLE,                      -- residual correlation farthest from 0 with another item …
    q3_item DOUBLE,                     -- … and which item that is
    decile_changes DOUBLE,              -- share of leave-one-family-out fits that move it to another decile
    effect DOUBLE,                      -- how suspect it is, on the scale of a correlation
    reasons VARCHAR,                    -- why it is suspect; missing if it is not
    PRIMARY KEY (fit, item)
);

CREATE TABLE abilities (
    fit VARCHAR NOT NULL,
    model UINTEGER NOT NULL,
    mean DOUBLE NOT NULL,               -- of θ − μ, in logits (2PL: sds of ability)
    sd DOUBLE NOT NULL,
    infit DOUBLE,                       -- mean squares, 1 if the model fits
    outfit DOUBLE,
    family VARCHAR                      -- that the fit counted it to
);

-- A run is one fine-tuning; the zero-shot baseline is a run with no training items.
CREATE TABLE runs (
    run UINTEGER PRIMARY KEY,
    benchmark USMALLINT NOT NULL,
    name VARCHAR NOT NULL,
    base_model VARCHAR NOT NULL,
    recipe VARCHAR,                     -- how it was trained, by name; missing for a baseline
    kind VARCHAR NOT NULL,              -- 'bin', 'range' or 'baseline'
    first_bin USMALLINT,                -- of the bins trained on, counted from 1
    last_bin USMALLINT,
    bins_of USMALLINT,                  -- number of bins those are counted in
    seed BIGINT,
    hyperparameters JSON,
    provenance JSON,
    UNIQUE (benchmark, name)
);

CREATE TABLE run_items (
    run UINTEGER NOT NULL,
    item UINTEGER NOT NULL
);

-- A run is mostly asked about its own benchmark, and may be about others.
CREATE TABLE run_responses (
    run UINTEGER NOT NULL,
    benchmark USMALLINT NOT NULL,       -- the item's
    item UINTEGER NOT NULL,
    correct BOOLEAN NOT NULL
);

CREATE TABLE run_curves (
    run UINTEGER NOT NULL,
    step UINTEGER NOT NULL,             -- optimiser steps taken; 0 is before training
    loss DOUBLE,                        -- mean training cross-entropy since the row before, nats an answer token
    accuracy DOUBLE[] NOT NULL          -- on the run's own held-out items, by bin of the bins trained on
);

CREATE TABLE imports (
    content_hash VARCHAR NOT NULL,      -- of what was read; the same content is imported once
    benchmark VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    reader VARCHAR NOT NULL,
    report JSON NOT NULL,               -- what was merged or skipped, and why
    created TIMESTAMP NOT NULL,
    PRIMARY KEY (content_hash, benchmark)
);
