/** The timeline of a scenario as a picture of lanes, and as a table. */
import type { ScenarioResult } from '../result/schema.ts';
import { LANES, eventsOf, type Event } from './events.ts';
import { folded, markup, table, type Html } from './html.ts';

/** In units of the picture. */
const SIZE = { label: 70, width: 1000, lane: 26, axis: 20 } as const;

/** As many events as a picture and a table show. */
const SHOWN = 150;

function bar({ lane, name, at, ms, bad }: Event, scale: number): Html {
  const x = SIZE.label + at * scale;
  const y = LANES.indexOf(lane) * SIZE.lane + 4;
  const short = name.length > 120 ? `${name.slice(0, 120)}…` : name;
  return markup`<rect
    class="${bad ? 'bad' : 'event'}"
    x="${x.toFixed(1)}"
    y="${y}"
    width="${Math.max(2, ms * scale).toFixed(1)}"
    height="${SIZE.lane - 8}"
    ><title>${short}</title></rect
  >`;
}

function picture(events: readonly Event[]): Html {
  const end = Math.max(1, ...events.map(({ at, ms }) => at + ms));
  const scale = (SIZE.width - SIZE.label) / end;
  const height = LANES.length * SIZE.lane + SIZE.axis;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => share * end);
  return markup`<div class="scroll" role="region" aria-label="Timeline" tabindex="0">
    <svg
      class="timeline"
      viewBox="0 0 ${SIZE.width + 40} ${height}"
      role="img"
      aria-label="Events in lanes; the table below has them as text"
    >
      ${LANES.map((lane, index) => markup`<rect class="lane" x="0" y="${index * SIZE.lane}" width="${SIZE.width}" height="${SIZE.lane - 1}" /><text x="4" y="${index * SIZE.lane + 17}">${lane}</text>`)}
      ${ticks.map((at) => markup`<line class="grid" x1="${(SIZE.label + at * scale).toFixed(1)}" x2="${(SIZE.label + at * scale).toFixed(1)}" y1="0" y2="${height - SIZE.axis}" /><text x="${(SIZE.label + at * scale).toFixed(1)}" y="${height - 5}">${(at / 1000).toFixed(1)} s</text>`)}
      ${events.map((event) => bar(event, scale))}
    </svg>
  </div>`;
}

/**
 * The timeline.
 *
 * @param trace address of the same as Trace Event JSON
 */
export function timeline(scenario: ScenarioResult, trace: string): Html {
  const all = eventsOf(scenario);
  const events = all.slice(0, SHOWN);
  const rows = events.map(({ at, ms, lane, name }) => [
    `${(at / 1000).toFixed(3)} s`,
    ms > 0 ? `${Math.round(ms)} ms` : '',
    lane,
    markup`<code>${name.length > 200 ? `${name.slice(0, 200)}…` : name}</code>`,
  ]);
  return markup`${picture(events)}
    <p>
      ${all.length > SHOWN && `The first ${SHOWN} of ${all.length} events. `}<a href="${trace}" download
        >All events as Trace Event JSON</a
      >, for <code>ui.perfetto.dev</code> or <code>chrome://tracing</code>.
    </p>
    ${folded(`The events as a table (${events.length})`, table('Events', ['at', 'for', 'lane', 'event'], rows))}`;
}
