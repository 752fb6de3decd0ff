# shellcheck shell=bash
# What runs in the demo: its own configuration, and the entity platforms Home Assistant always loads.
# shellcheck disable=SC2034 # used by the scripts that source this
DEMO_INTEGRATIONS=(
  assist_satellite backup camera frontend hardware history infrared isal logbook network person
  radio_frequency recorder tts
)
