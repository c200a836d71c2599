/** What happened in a scenario, in lanes on one axis: a pure function of its result, for the timeline and for Perfetto. */
import type { ScenarioResult, Visit } from '../result/schema.ts';

export const LANES = ['steps', 'console', 'requests', 'sockets', 'frames', 'probes', 'logs'] as const;
export type Lane = (typeof LANES)[number];

export interface Event {
  lane: Lane;
  name: string;
  /** ms since the scenario began */
  at: number;
  /** ms; 0 of what has no duration */
  ms: number;
  bad: boolean;
}

function ofVisit(visit: Visit, since: number): Event[] {
  const offset = Date.parse(visit.startedAt) - since;
  return [
    ...visit.console.map(({ at, level, text }): Event => ({
      lane: 'console',
      name: `${level}: ${text}`,
      at: offset + at,
      ms: 0,
      bad: level !== 'log',
    })),
    ...visit.requests.map(({ at, ms, method, url, status, error }): Event => ({
      lane: 'requests',
      name: `${method} ${url} → ${error ?? status ?? 'no answer'}`,
      at: offset + at,
      ms: ms ?? Math.max(0, visit.ms - at),
      bad: error !== undefined || (status ?? 0) >= 400,
    })),
    ...visit.sockets.flatMap(({ at, ms, text, outcome, frames }): Event[] => [
      { lane: 'sockets', name: text, at: offset + at, ms: ms ?? Math.max(0, visit.ms - at), bad: outcome === 'failed' },
      ...frames.map((frame): Event => ({
        lane: 'frames',
        name: `${frame.direction}: ${frame.text}`,
        at: offset + frame.at,
        ms: 0,
        bad: false,
      })),
    ]),
  ];
}

/** Words with which programs mark what went wrong. */
const WRONG = /\b(error|fatal|panic|emerg|crit(ical)?|exception)\b/i;

/** Everything with a time, in the order of time. */
export function eventsOf({ startedAt, steps, symptom, asked = [], repairs = [], logs = [] }: ScenarioResult): Event[] {
  const since = Date.parse(startedAt);
  const visits = [symptom, ...repairs.map(({ visit }) => visit)].filter((visit) => visit !== undefined);
  return [
    ...steps.map(({ title, startedAt: at, ms, error }): Event => ({
      lane: 'steps',
      name: title,
      at: Date.parse(at) - since,
      ms,
      bad: error !== undefined,
    })),
    ...visits.flatMap((visit) => ofVisit(visit, since)),
    ...asked.map(({ question, startedAt: at, ms }): Event => ({
      lane: 'probes',
      name: question,
      at: Date.parse(at) - since,
      ms,
      bad: false,
    })),
    ...logs.map(({ service, at, text }): Event => ({
      lane: 'logs',
      name: `${service}: ${text}`,
      at: Date.parse(at) - since,
      ms: 0,
      bad: WRONG.test(text),
    })),
  ].sort((a, b) => a.at - b.at);
}

/** The same in the Trace Event Format, which Perfetto and chrome://tracing open; its times are in µs. */
export function traceOf(scenario: ScenarioResult): object {
  const lane = (name: Lane): number => LANES.indexOf(name) + 1;
  return {
    displayTimeUnit: 'ms',
    traceEvents: [
      { ph: 'M', pid: 1, tid: 0, name: 'process_name', args: { name: scenario.id } },
      ...LANES.map((name) => ({ ph: 'M', pid: 1, tid: lane(name), name: 'thread_name', args: { name } })),
      ...eventsOf(scenario).map(({ lane: on, name, at, ms, bad }) => ({
        ...(ms > 0 ? { ph: 'X', dur: Math.round(ms * 1000) } : { ph: 'i', s: 't' }),
        pid: 1,
        tid: lane(on),
        cat: bad ? 'bad' : 'good',
        name,
        ts: Math.max(0, Math.round(at * 1000)),
      })),
    ],
  };
}
