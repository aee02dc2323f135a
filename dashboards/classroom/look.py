"""How the pages of a class look: on a phone of 390 px, and on a wall, readable from the last row."""

from __future__ import annotations

import streamlit as st

COMMON = """
<style>
@property --left { syntax: "\\3c integer\\3e "; initial-value: 0; inherits: false; }
@keyframes count { from { --left: var(--from); } to { --left: 0; } }
@keyframes shrink { from { transform: scaleX(var(--share)); } to { transform: scaleX(0); } }
@keyframes grow { from { transform: scaleY(0); } to { transform: scaleY(1); } }
@keyframes sweep { from { opacity: 0; transform: translateX(-6%); } to { opacity: 1; transform: none; } }
@keyframes pop { from { opacity: 0; transform: scale(0.7); } to { opacity: 1; transform: none; } }
.stApp { font-variant-numeric: tabular-nums; }
header[data-testid="stHeader"] { display: none; }
.room-text p, .room-text ol, .room-text ul,
.room-text li, .room-text td, .room-text th { font-size: inherit !important; }
.room-countdown { display: flex; align-items: center; gap: 0.6em; }
.room-countdown .bar { flex: 1; height: 0.45em; border-radius: 1em; overflow: hidden; background: #8884; }
.room-countdown .bar i { display: block; height: 100%; background: #0072B2; transform-origin: left;
  animation: shrink var(--seconds) linear both; }
.room-countdown .clock { min-width: 2.4em; text-align: right; font-weight: 650; counter-reset: left var(--left);
  animation: count var(--seconds) linear both; }
.room-countdown .clock::after { content: counter(left) " s"; }
.room-countdown.stands i, .room-countdown.stands .clock { animation-play-state: paused; }
.room-bars { display: flex; align-items: flex-end; gap: 2px; position: relative; }
.room-bars .bar { flex: 1; background: #98A6B3; border-radius: 3px 3px 0 0; z-index: 1;
  transform-origin: bottom; animation: grow 0.7s ease-out both; }
.room-bars .bar.own { background: #0072B2; }
.room-bars .mark { position: absolute; bottom: 0; top: 0; width: 0; z-index: 2; border-left: 3px dashed currentColor; }
.room-bars .mark span { position: absolute; bottom: 100%; white-space: nowrap; transform: translateX(-50%);
  font-weight: 600; line-height: 1.2; }
.room-bars .mark.left span { transform: translateX(-4px); }
.room-bars .mark.right span { transform: translateX(calc(4px - 100%)); }
.room-bars .answer { position: absolute; bottom: 0; top: 0; background: #009E7355; border-left: 2px solid #009E73;
  border-right: 2px solid #009E73; z-index: 0; animation: sweep 0.9s ease-out both; }
.room-bars .mark.true { border-left: 4px solid #009E73; animation: sweep 0.9s ease-out both; }
.room-scale { display: flex; justify-content: space-between; border-top: 2px solid currentColor; padding-top: 0.2em; }
.room-note { opacity: 0.8; } .room-scale.unit { border: 0; justify-content: center; padding: 0; }
.room-choice { display: grid; grid-template-columns: 1.6em 1fr; gap: 0.2em 0.6em; margin: 0.5em 0;
  align-items: center; }
.room-choice .track { display: flex; align-items: center; gap: 0.5em; grid-column: 2; }
.room-choice .track i { display: block; height: 0.95em; border-radius: 4px; background: #56B4E9; min-width: 2px; }
.room-choice .track i.before { background: #999999; height: 0.55em; }
.room-choice .letter { font-weight: 700; grid-row: span 1; }
.room-choice.right .text::after { content: " ✓"; color: #009E73; font-weight: 800; }
:focus-visible { outline: 3px solid #0072B2; outline-offset: 2px; }
h1:focus, h2:focus, p:focus { outline: none; }
@media (prefers-reduced-motion: reduce) {
  .room-bars .bar, .room-bars .answer, .room-bars .mark.true, .room-names span { animation: none !important; }
  .room-countdown .bar i { animation-timing-function: steps(5); }
}
</style>
"""
PHONE = """
<style>
.block-container { padding: 1.1rem 1.1rem 3rem !important; max-width: 520px !important; }
html { font-size: 18px; }
.room-title { font-size: 1.45rem; line-height: 1.25; font-weight: 700; margin: 0.1rem 0 0.6rem; }
.room-text { font-size: 1.08rem; line-height: 1.5; } .room-text p { margin: 0 0 0.7rem; }
.room-who { display: flex; justify-content: space-between; font-size: 0.9rem; opacity: 0.8; }
.room-sent { font-size: 1.1rem; font-weight: 600; border-left: 5px solid #009E73; padding: 0.4rem 0.8rem; }
.room-sent.wrong { border-color: #D55E00; }
.room-small { font-size: 1.05rem; margin: 0.8rem 0 0.3rem; }
.room-table { border-collapse: collapse; width: 100%; } .room-table td, .room-table th { padding: 0.3rem 0.2rem;
  border-bottom: 1px solid #8884; text-align: right; } .room-table :first-child { text-align: left; }
.room-big { font-size: 2.6rem; font-weight: 750; line-height: 1.1; }
.room-bars { height: 130px; margin-top: 2.6rem; }
.room-bars .mark span { font-size: 0.82rem; }
.room-scale { font-size: 0.85rem; }
.stButton button, .stFormSubmitButton button { min-height: 3.2rem; width: 100%; }
.stButton button p, .stFormSubmitButton button p { font-size: 1.12rem !important; font-weight: 600; }
[data-testid="stSlider"] [role="slider"] { width: 1.7rem; height: 1.7rem; }
[data-testid="stSliderThumbValue"] { font-size: 1.25rem; font-weight: 700; }
[data-testid="stTextInput"] input { font-size: 1.3rem; min-height: 3rem; }
[data-testid="stNumberInput"] input { font-size: 1.5rem; font-weight: 650; min-height: 3.2rem; }
[data-testid="stNumberInput"] button { min-width: 3.4rem; min-height: 3.2rem; }
[data-testid="stWidgetLabel"] p { font-size: 1.02rem !important; }
[data-testid="stRadio"] label { padding: 0.55rem 0; } [data-testid="stRadio"] label p { font-size: 1.1rem !important; }
</style>
"""
WALL = """
<style>
html { font-size: clamp(15px, 1.02vw, 21px); }
.block-container { padding: 1.6rem 3.2rem 7rem !important; max-width: none !important; }
.room-head { display: flex; justify-content: space-between; gap: 2rem; align-items: baseline; font-size: 1.5rem; }
.room-head .join { font-weight: 600; } .room-head .code { letter-spacing: 0.12em; font-weight: 800; }
.room-title { font-size: 3.1rem; line-height: 1.15; font-weight: 750; margin: 0.6rem 0 0.9rem; max-width: 26em; }
.room-text { font-size: 1.9rem; line-height: 1.4; max-width: 44em; } .room-text p { margin: 0 0 0.9rem; }
.room-text li { margin: 0.4em 0; }
.room-count { font-size: 2.4rem; font-weight: 700; }
.room-countdown { font-size: 2.2rem; margin: 0.8rem 0; max-width: 40em; }
.room-bars { height: 19vh; margin-top: 5.2rem; gap: 4px; } .room-bars .mark span { font-size: 1.75rem; }
.room-scale { font-size: 1.75rem; } .room-note { font-size: 1.5rem; }
.room-lobby { display: grid; grid-template-columns: minmax(260px, 42vh) 1fr; gap: 3rem; align-items: center; }
.room-hint { font-size: 1.25rem; opacity: 0.75; margin-top: 1.4rem; }
.room-lobby img { width: 100%; height: auto; background: #fff; border-radius: 10px; }
.room-lobby .code { font-size: 8.5rem; line-height: 1; letter-spacing: 0.1em; font-weight: 800; }
.room-lobby .address { font-size: 2.5rem; font-weight: 600; margin-bottom: 0.5rem; overflow-wrap: anywhere; }
.room-names { display: flex; flex-wrap: wrap; gap: 0.5rem 0.7rem; font-size: 1.75rem; margin-top: 1rem; }
.room-names span { border: 2px solid #8886; border-radius: 2em; padding: 0.05em 0.7em;
  animation: pop 0.35s ease-out both;
  max-width: 14em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.room-names span.away { opacity: 0.45; }
.room-votes { display: grid; grid-template-columns: 1fr 1fr; gap: 0.3rem 4rem; max-width: 78rem; }
.room-choice { font-size: 2rem; max-width: 34em; } .room-choice .track { font-size: 1.7rem; }
.room-islands { display: grid; gap: 0.8rem 1.6rem; } .room-islands.n2 { grid-template-columns: 1fr 1fr; }
.room-islands.n3 { grid-template-columns: repeat(3, 1fr); } .room-islands.n4 { grid-template-columns: repeat(4, 1fr); }
.room-islands h2 { font-size: 1.3rem; padding: 0; } .room-tier { display: flex; flex-wrap: wrap; gap: 0.4rem 0.6rem;
  align-items: center; margin: 0.45rem 0; font-size: 1.3rem; } .room-tier b { flex: 0 0 7.5em; }
.room-seat { border: 2px solid #0072B2; border-radius: 8px; padding: 0.15em 0.6em; line-height: 1.25; }
.room-seat small { font-weight: 700; }
.room-seat.bot { border: 2px dashed #888; } .room-seat.bot small { font-weight: 400; }
.room-seat.away { opacity: 0.5; } .room-islands.n3 .room-tier b, .room-islands.n4 .room-tier b { flex-basis: 100%; }
.room-islands.n3 .room-tier, .room-islands.n4 .room-tier { font-size: 1rem; gap: 0.2rem 0.35rem; margin: 0.2rem 0; }
.room-ladder h2, .room-leaders h2, .room-finding { font-size: 1.6rem !important; padding: 0.2rem 0 0.5rem; }
.room-step { display: flex; align-items: center; gap: 0.6em; font-size: 1.6rem; margin: 0.5rem 0; }
.room-step span { flex: 0 0 9.5em; } .room-step i { height: 1.1em; border-radius: 4px; background: #999999; }
.room-step.maker i { background: #009E73; } .room-step.wholesaler i { background: #E69F00; }
.room-step.shop i { background: #D55E00; } .room-step.direct i { background: #56B4E9; }
.room-leaders table { border-collapse: collapse; width: 100%; } .room-leaders td, .room-leaders th {
  font-size: 1.4rem !important; padding: 0.25rem 0.5rem; border-bottom: 1px solid #8884; text-align: left; }
.room-leaders td:last-child, .room-leaders th:last-child { text-align: right; }
.st-key-controls { position: fixed; left: 0; right: 0; bottom: 0; z-index: 50; padding: 0.7rem 3.2rem;
  background: var(--st-background-color, Canvas); border-top: 1px solid #8885; }
.st-key-controls button { min-height: 2.9rem; } .st-key-controls button p { font-size: 1.15rem !important; }
</style>
"""


def phone() -> None:
    """Apply the look of a phone."""
    st.html(COMMON + PHONE)


def wall() -> None:
    """Apply the look of a wall."""
    st.html(COMMON + WALL)
