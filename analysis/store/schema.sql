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
    predicted DOUBLE,                   -- proportion right of replicates: mean …
    predicted_low DOUBLE,               -- … and central 94%
    predicted_high DOUBLE,
    misfit DOUBLE,                      -- of its curve in excess of sampling noise, percentage points
    effect DOUBLE,                      -- how suspect it is, on the scale of a correlation
    reasons VARCHAR,                    -- why it is suspect; missing if it is not
    PRIMARY KEY (fit, item)
);

-- Draws of the parameters whose chains agree least, chain after chain, as many of each.
CREATE TABLE traces (
    fit VARCHAR NOT NULL,
    parameter VARCHAR NOT NULL,         -- 'difficulty', 'log_discrimination', 'ability_mean' or 'ability_sd'
    item UINTEGER,                      -- missing for what is not of an item
    rhat DOUBLE NOT NULL,               -- these three of all draws
    ess_bulk DOUBLE NOT NULL,
    ess_tail DOUBLE NOT NULL,
    chains USMALLINT NOT NULL,
    draws FLOAT[] NOT NULL              -- thinned
);

-- The distribution of models' scores beside that of replicated models.
CREATE TABLE score_checks (
    fit VARCHAR NOT NULL,
    low DOUBLE NOT NULL,                -- proportion right, from …
    high DOUBLE NOT NULL,               -- … to
    observed INTEGER NOT NULL,          -- models
    predicted DOUBLE NOT NULL,          -- mean over replicates …
    predicted_low DOUBLE NOT NULL,      -- … and central 94%
    predicted_high DOUBLE NOT NULL
);

-- Each item's curve over ability, empirical and fitted, by groups of models of similar ability.
CREATE TABLE item_curves (
    fit VARCHAR NOT NULL,
    item UINTEGER NOT NULL,
    "group" UTINYINT NOT NULL,          -- from 1, ascending
    ability FLOAT NOT NULL,             -- mean θ − μ of its models
    models INTEGER NOT NULL,
    observed FLOAT NOT NULL,            -- proportion right, with its 94% Wilson interval
    observed_low FLOAT NOT NULL,
    observed_high FLOAT NOT NULL,
    fitted FLOAT NOT NULL,              -- mean probability, with the central 94% of draws
    fitted_low FLOAT NOT NULL,
    fitted_high FLOAT NOT NULL
);

-- The pairs of items whose residuals go together most.
CREATE TABLE dependent_pairs (
    fit VARCHAR NOT NULL,
    item UINTEGER NOT NULL,
    other UINTEGER NOT NULL,
    q3 DOUBLE NOT NULL,                 -- correlation of residuals
    adjusted DOUBLE NOT NULL            -- less the mean of all pairs
);

-- What leaving out one family of models after another does to the order of the items.
CREATE TABLE left_out (
    fit VARCHAR NOT NULL,
    name VARCHAR NOT NULL,              -- of the family
    models INTEGER NOT NULL,
    spearman DOUBLE NOT NULL,           -- with the difficulties from all models
    moved INTEGER NOT NULL,             -- items in another decile
    share DOUBLE NOT NULL               -- of all items
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

-- Which IRT model predicts a new family's responses better.
CREATE TABLE comparisons (
    comparison VARCHAR PRIMARY KEY,
    benchmark USMALLINT NOT NULL,
    data_hash VARCHAR NOT NULL,         -- of the responses they were compared on
    families INTEGER NOT NULL,
    family_source VARCHAR NOT NULL,
    psis JSON NOT NULL,                 -- a row an IRT model, by PSIS-LOO …
    kfold JSON NOT NULL,                -- … and by K-fold cross-validation
    sentence VARCHAR NOT NULL,
    created TIMESTAMP NOT NULL
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

-- Gains of the runs of one base model and recipe, pooled over cells; test bins as the runs' own.
CREATE TABLE pools (
    pool VARCHAR PRIMARY KEY,
    benchmark USMALLINT NOT NULL,
    fit VARCHAR NOT NULL,               -- by whose difficulties bins are cut
    base_model VARCHAR NOT NULL,
    recipe VARCHAR,
    bins USMALLINT NOT NULL,            -- quantile bins, as many as the runs were trained in
    settings JSON NOT NULL,
    data_hash VARCHAR NOT NULL,         -- of the runs' answers; a pool of other answers is stale
    code_version VARCHAR NOT NULL,
    rhat DOUBLE NOT NULL,
    ess_bulk DOUBLE NOT NULL,
    ess_tail DOUBLE NOT NULL,
    divergences BIGINT NOT NULL,
    log_likelihood_error DOUBLE NOT NULL,
    converged BOOLEAN NOT NULL,
    problems VARCHAR NOT NULL,          -- why it is not converged
    created TIMESTAMP NOT NULL
);

CREATE TABLE pool_cells (
    pool VARCHAR NOT NULL,
    train VARCHAR NOT NULL,             -- what was trained on, as the heatmap labels it
    test_bin USMALLINT NOT NULL,        -- from 0
    gain DOUBLE NOT NULL,               -- expected change of accuracy by a new run, proportion
    low DOUBLE NOT NULL,                -- 95% interval
    high DOUBLE NOT NULL,
    log_odds DOUBLE NOT NULL,
    log_odds_low DOUBLE NOT NULL,
    log_odds_high DOUBLE NOT NULL,
    p_positive DOUBLE NOT NULL,         -- posterior P(gain > 0)
    PRIMARY KEY (pool, train, test_bin)
);

CREATE TABLE pool_effects (
    pool VARCHAR NOT NULL,
    effect VARCHAR NOT NULL,
    mean DOUBLE NOT NULL,               -- logits, or logits a logit of distance
    low DOUBLE NOT NULL,                -- 95% interval
    high DOUBLE NOT NULL,
    PRIMARY KEY (pool, effect)
);

CREATE TABLE imports (
    content_hash VARCHAR NOT NULL,      -- of what was read; the same content is imported once
    benchmark VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    reader VARCHAR NOT NULL,
    report JSON NOT NULL,               -- what was added, then what was merged or skipped, and why
    created TIMESTAMP NOT NULL,
    PRIMARY KEY (content_hash, benchmark)
);
