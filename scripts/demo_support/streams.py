"""The template of the markdown card that lists the streams."""

from .entities import Entity

# Markdown cards know neither style sheets nor progress bars: the bar is a line of box-drawing
# characters, in two colours that read well on light and dark backgrounds.
_TEMPLATE = """\
{%- set icons = {'playing': 'mdi:play', 'paused': 'mdi:pause', 'buffering': 'mdi:timer-sand'} %}
{%- set methods = {
  'direct_play': 'Direct play', 'direct_stream': 'Direct stream', 'transcode': 'Transcode'
} %}
{%- set steps = 24 %}
{%- for stream in state_attr('ENTITY_ID', 'streams') or [] %}
{%- set origin = stream.series or stream.artist %}
{%- set done = ((stream.progress or 0) * steps / 100) | round | int %}
<ha-icon icon="{{ icons.get(stream.state, 'mdi:stop') }}"></ha-icon> **{{ stream.title }}**
{{- ' · ' ~ origin if origin }}
{{- ' S%02dE%02d' % (stream.season, stream.episode)
  if stream.season is number and stream.episode is number }}
{{ [
  stream.user,
  stream.player,
  '%d min left' % ((as_timestamp(stream.ends_at) - as_timestamp(now())) / 60) | round(0, 'ceil')
    if stream.ends_at,
] | select | join(' · ') }}
{%- if stream.progress is number %}
{{ '<font color="#8b5cf6">' ~ '━' * done ~ '</font>' }}
{{- '<font color="#9ca3af">' ~ '━' * (steps - done) ~ '</font>' }} {{ stream.progress }}%
{%- endif %}
<font color="#888888">{{ [
  methods.get(stream.method, '') ~ (' in hardware' if stream.hardware else ''),
  stream.resolution,
  stream.hdr,
  '%.1f Mbit/s' % (stream.bandwidth / 1000) if stream.bandwidth,
  (stream.location or '') | upper,
] | select | join(' · ') }}</font>
{%- if not loop.last %}

---
{% endif %}
{%- else %}
Nothing is playing.
{%- endfor %}
"""


def streams_template(active_streams: Entity) -> str:
    """Return the card's content, from the sensor's attribute `streams`."""
    return _TEMPLATE.replace("ENTITY_ID", active_streams.entity_id)
