"""Which category do words belong to? Learned from past cases, proposed to people, never deciding by itself.

Before: `cases.models`, `files`. After: the report form, the queue and the case page show proposals. A model is plain
numbers (no pickle): grams of the words with weights, and the themes of `data/codes/themes.csv` as what is known before.
"""
