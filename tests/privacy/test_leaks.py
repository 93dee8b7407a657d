"""Numbers of cards and telephones in free text: found, masked, and nothing else taken for one."""

from __future__ import annotations

import pytest

from fieldkit.privacy.leaks import leaks, masked

CARD = "990101198503120029"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"她的号{CARD}。", "她的号9901**********0029。"),
        ("９９０１０１１９８５０３１２００２９", "9901**********0029"),
        (f"打13812345678或{CARD}", "打138****5678或9901**********0029"),
        ("138 1234 5678", "138****5678"),
        ("3月8日，2楼", "3月8日，2楼"),
        ("990101197802290015", "990101197802290015"),
        ("编号26033110019", "编号26033110019"),
        ("", ""),
    ],
)
def test_numbers_are_masked_where_they_stand(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_a_card_is_not_taken_for_a_telephone() -> None:
    assert [leak.kind for leak in leaks(f"{CARD} 0713-6150000")] == ["resident-id", "phone"]
