"""How a novelty spreads."""

import numpy as np
import pytest

from sim.formulas.diffusion import Hearing, bass_inflection, bass_share, fit_bass, fit_bass_by_period, fit_hearing


@pytest.mark.parametrize(("innovation", "imitation"), [(0.01, 0.3), (0.03, 0.0), (0.002, 0.15)])
def test_it_is_what_each_rate_leads_to(innovation, imitation):
    share, step = 0.0, 0.001
    for _ in range(20_000):
        middle = share + step / 2 * (innovation + imitation * share) * (1 - share)
        share += step * (innovation + imitation * middle) * (1 - middle)
    assert bass_share(20.0, innovation, imitation) == pytest.approx(share, abs=1e-6)


def test_it_spreads_fastest_at_the_inflection():
    moment = bass_inflection(0.01, 0.3)
    assert moment == pytest.approx(np.log(30.0) / 0.31)
    times = np.linspace(0.0, 40.0, 40_001)
    speed = np.gradient(bass_share(times, 0.01, 0.3), times)
    assert times[np.argmax(speed)] == pytest.approx(moment, abs=0.01)


def test_without_imitation_it_only_slows_down():
    assert bass_inflection(0.03, 0.0) is None
    assert (np.diff(bass_share(np.arange(50), 0.03, 0.0), n=2) < 0).all()


@pytest.mark.parametrize(("innovation", "imitation"), [(0.01, 0.1), (0.002, 0.15), (0.02, 0.05), (0.03, 0.0)])
def test_both_rates_are_recovered(innovation, imitation):
    adopters = np.round(5000 * bass_share(np.arange(1, 201), innovation, imitation))
    for people in (None, 5000.0):
        fitted = fit_bass(adopters, people)
        assert fitted.innovation == pytest.approx(innovation, rel=0.01)
        assert fitted.imitation == pytest.approx(imitation, rel=0.01, abs=1e-4)
        assert fitted.people == pytest.approx(5000.0, rel=0.01)


def test_both_rates_are_recovered_from_people_who_decide_by_chance():
    dice = np.random.default_rng(3)
    adopters = [0]
    for _ in range(150):
        chance = 0.005 + 0.12 * adopters[-1] / 20_000
        adopters.append(adopters[-1] + dice.binomial(20_000 - adopters[-1], chance))
    fitted = fit_bass_by_period(adopters[1:], 20_000.0)
    assert fitted.innovation == pytest.approx(0.005, rel=0.05)
    assert fitted.imitation == pytest.approx(0.12, rel=0.03)


def test_who_hears_little_at_a_time_is_a_bass_curve():
    hearing = Hearing(need_rate=1.0, advertising=0.0005, word_of_mouth=0.005)
    curve = bass_share(np.arange(1, 1001), hearing.innovation, hearing.imitation)
    assert hearing.shares(1000) == pytest.approx(curve, abs=0.003)


def test_two_days_of_hearing_by_hand():
    """Half of those in need hear of it on the first day; then .2 have it: 1 - exp(-(ln 2 + ln 4 x .2)) = .6211 hear."""
    shares = Hearing(need_rate=0.4, advertising=np.log(2.0), word_of_mouth=np.log(4.0)).shares(2)
    assert shares == pytest.approx([0.2, 0.2 + 0.8 * 0.4 * (1.0 - 0.5 * 0.25**0.2)])


@pytest.mark.parametrize(("advertising", "word_of_mouth"), [(0.02, 0.5), (0.1, 1.5), (0.3, 0.0)])
def test_what_people_hear_is_recovered_from_when_they_take_it_up(advertising, word_of_mouth):
    dice = np.random.default_rng(8)
    adopters = [0]
    for _ in range(200):
        chance = 0.1 * (1.0 - np.exp(-(advertising + word_of_mouth * adopters[-1] / 50_000)))
        adopters.append(adopters[-1] + dice.binomial(50_000 - adopters[-1], chance))
    fitted = fit_hearing(adopters[1:], 50_000.0, 0.1)
    assert fitted.advertising == pytest.approx(advertising, rel=0.04)
    assert fitted.word_of_mouth == pytest.approx(word_of_mouth, rel=0.04, abs=0.03)
    assert fitted.innovation == pytest.approx(0.1 * (1.0 - np.exp(-advertising)), rel=0.04)


def test_what_has_no_answer_is_refused():
    with pytest.raises(ValueError, match="2 periods are too few"):
        fit_bass([1, 2])
    with pytest.raises(ValueError, match="there are no adopters"):
        fit_bass([0, 0, 0])
    with pytest.raises(ValueError, match="innovation is 0"):
        bass_share(1.0, 0.0, 0.1)


@pytest.mark.parametrize(("need_rate", "advertising", "word_of_mouth"), [(1.0, 0.005, 0.02), (0.5, 0.01, 0.04)])
def test_a_bass_curve_fitted_to_daily_adopters_finds_both_rates(need_rate, advertising, word_of_mouth):
    """A day is short beside the spread, and little is heard on one: what the proof asks of the market within 5 %."""
    people, heard = 10_000.0, Hearing(need_rate, advertising, word_of_mouth)
    fit = fit_bass(people * heard.shares(250), people)
    assert fit.innovation == pytest.approx(heard.innovation, rel=0.015)
    assert fit.imitation == pytest.approx(heard.imitation, rel=0.015)
    other = fit_bass(people * Hearing(need_rate, advertising, 1.2 * word_of_mouth).shares(250), people)
    assert other.imitation > 1.1 * heard.imitation  # who tells a fifth more is told apart
