"""What `from raceproof.checker import ...` offers."""

from raceproof import checker
from raceproof.checker import language


def test_a_model_file_needs_one_import() -> None:
    assert set(language.__all__) <= set(checker.__all__)
