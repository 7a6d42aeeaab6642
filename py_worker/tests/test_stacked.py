import pytest
from hypothesis import given
from hypothesis import strategies as st
from sameframe_worker import stacked


@given(st.integers(0, 255))
def test_mask_survives_the_luma(alpha: int) -> None:
    assert abs(stacked.luma_to_mask(stacked.mask_to_luma(alpha)) - alpha) <= 1


def test_ends_survive_a_codecs_noise() -> None:
    for noise in range(-8, 9):
        assert stacked.luma_to_mask(stacked.mask_to_luma(0) + noise) == 0
        assert stacked.luma_to_mask(stacked.mask_to_luma(255) + noise) == 255


def test_luma_rises_with_the_mask() -> None:
    lumas = [stacked.mask_to_luma(a) for a in range(256)]
    assert lumas == sorted(lumas)
    assert (lumas[0], lumas[-1]) == (stacked.MASK_EMPTY, stacked.MASK_FULL)


@pytest.mark.parametrize("size", [(640, 480), (480, 360), (1280, 720), (320, 240)])
def test_sizes_fit_each_other(size: tuple[int, int]) -> None:
    frame = stacked.frame_size(*size)
    assert stacked.cutout_size(*frame) == size
    assert stacked.aspect(*frame) == size[0] / size[1]


def test_planes_of_odd_sizes_round_up() -> None:
    assert stacked.i420_bytes(640, 720) == 640 * 720 * 3 // 2
    assert stacked.i420_bytes(5, 3) == 15 + 2 * 3 * 2


@given(st.integers(16, 4096))
def test_sampled_rows_keep_clear_of_the_seam(height: int) -> None:
    rows = stacked.rows(height)
    assert 1 <= rows.colour_last <= rows.seam - 1 - stacked.GUARD_COLOUR
    assert rows.chroma_last >= 1
    assert 2 * (rows.chroma_last + 1) <= rows.seam
    assert rows.seam + stacked.GUARD_MASK <= rows.mask_first < height - 1
