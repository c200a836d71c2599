/** Whether visits show a system that is in order: pure functions. */
import type { Evidence } from '../browser/evidence.ts';
import { showConsole, showOutcome, showRequest } from '../scenario/show.ts';
import { tellingRequests } from '../scenario/match.ts';
import type { Published } from '../delivery/published.ts';
import type { VisitReading } from '../suite/reading.ts';
import { isIcon } from './varying.ts';

/** The one channel of a topology that is written here. */
export const CHANNEL = 'messages';

/** Outcomes by which a reader sees a message without doing anything. */
const SHOWN = ['live', 'polling', 'refetched'];

/** At most so many lines of a kind are told. */
const TOLD = 4;

const publisherSaid = ({ ok, status, detail }: Published): string =>
  ok ? 'it was taken' : `it was not taken: ${status === undefined ? (detail ?? 'no answer') : `answered ${status}`}`;

/** What became of the message of a visit; undefined where none was published. */
export const outcomeOf = ({ delivery }: Pick<VisitReading, 'delivery'>): string | undefined => {
  const outcome = delivery[CHANNEL]?.outcome;
  return outcome === undefined ? undefined : showOutcome(outcome);
};

function wrongWithDelivery({ delivery }: VisitReading): string[] {
  const reading = delivery[CHANNEL];
  if (reading === undefined) return [];
  const outcome = showOutcome(reading.outcome);
  const published = reading.published[0];
  const refused = published !== undefined && !published.ok;
  if (!refused && SHOWN.includes(outcome)) return [];
  const said = published === undefined ? '' : `; ${publisherSaid(published)}`;
  if (refused) return [`a message was published${said}`];
  const what = outcome === 'after-reload' ? 'the page shows it only after a reload' : `the page shows it: ${outcome}`;
  return [`a message was published${said}; ${what}`];
}

function wrongWithPage({ navigation, console, requests }: Evidence): string[] {
  const { error, status = 200 } = navigation;
  if (error !== undefined) return [`the page does not load: ${error}`];
  const exceptions = console.filter(({ level }) => level === 'exception');
  const failed = tellingRequests(requests).filter(
    (one) => (one.error !== undefined || (one.status ?? 0) >= 400) && !isIcon(one.url),
  );
  return [
    ...(status >= 400 ? [`the page is answered ${status}`] : []),
    ...exceptions.slice(0, TOLD).map(showConsole),
    ...failed.slice(0, TOLD).map(showRequest),
  ];
}

/** What of a visit is not in order, a line each; it may still be healthy as a whole: see {@link isInOrder}. */
export const wrongWith = (reading: VisitReading): string[] => [
  ...wrongWithPage(reading.evidence),
  ...wrongWithDelivery(reading),
];

/** The visit is one of a system as it should be: `named` is what the diagnosis says of it. */
export const isInOrder = (reading: VisitReading, named: string): boolean =>
  named === 'none' &&
  wrongWithDelivery(reading).length === 0 &&
  reading.evidence.navigation.error === undefined &&
  (reading.evidence.navigation.status ?? 200) < 400 &&
  !reading.evidence.console.some(({ level }) => level === 'exception');

/** The application says that the request by which a message is published is wrong. */
export const isRefused = ({ delivery }: VisitReading): boolean =>
  delivery[CHANNEL]?.published.some(({ status = 0 }) => status >= 400 && status < 500) ?? false;

/** Something behind the page was not there yet: another visit may see it. */
export const mayBeStarting = ({ evidence: { navigation, requests, sockets } }: VisitReading): boolean =>
  (navigation.status ?? 0) >= 500 ||
  navigation.error !== undefined ||
  requests.some(({ status = 0 }) => status >= 500) ||
  sockets.some(({ openedAt, error }) => openedAt === undefined && error !== undefined);
