"""The experiment behind the bundled study: small transformers fine-tuned on bins of a generated task."""
