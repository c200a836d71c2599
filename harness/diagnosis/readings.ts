/**
 * Questions that can be asked from outside the browser, and the readings that answer them.
 *
 * Rules name a question when they need its answer (see context.ts); the probes answer it; both sides share only these
 * types. Everything here is plain data, JSON-safe and bounded.
 */
import type {
  DnsQuestion,
  DnsAnswer,
  TcpQuestion,
  TcpAnswer,
  TlsQuestion,
  TlsAnswer,
  FingerprintQuestion,
  FingerprintAnswer,
  HttpQuestion,
  HttpAnswer,
  HandshakeQuestion,
  HandshakeAnswer,
} from './questions/servers.ts';
import type {
  PathsQuestion,
  PathsAnswer,
  EngineQuestion,
  EngineAnswer,
  StickyQuestion,
  StickyAnswer,
  StreamQuestion,
  StreamAnswer,
  ClientsQuestion,
  ClientsAnswer,
  IdleQuestion,
  IdleAnswer,
  BundleQuestion,
  BundleAnswer,
  ConfigQuestion,
  ConfigAnswer,
  HealthQuestion,
  HealthAnswer,
  MonitorQuestion,
  MonitorAnswer,
} from './questions/system.ts';

export type * from './questions/servers.ts';
export type * from './questions/system.ts';

/** Each kind of question with its answer. */
export interface Answers {
  dns: { question: DnsQuestion; answer: DnsAnswer };
  tcp: { question: TcpQuestion; answer: TcpAnswer };
  tls: { question: TlsQuestion; answer: TlsAnswer };
  fingerprint: { question: FingerprintQuestion; answer: FingerprintAnswer };
  http: { question: HttpQuestion; answer: HttpAnswer };
  handshake: { question: HandshakeQuestion; answer: HandshakeAnswer };
  paths: { question: PathsQuestion; answer: PathsAnswer };
  engineio: { question: EngineQuestion; answer: EngineAnswer };
  sticky: { question: StickyQuestion; answer: StickyAnswer };
  stream: { question: StreamQuestion; answer: StreamAnswer };
  clients: { question: ClientsQuestion; answer: ClientsAnswer };
  idle: { question: IdleQuestion; answer: IdleAnswer };
  bundle: { question: BundleQuestion; answer: BundleAnswer };
  config: { question: ConfigQuestion; answer: ConfigAnswer };
  health: { question: HealthQuestion; answer: HealthAnswer };
  monitor: { question: MonitorQuestion; answer: MonitorAnswer };
}

/** A kind of question; {@link ASKS} lists them. */
export type Ask = keyof Answers;
export type Question = Answers[Ask]['question'];
export type AnswerOf<Q extends Question> = Answers[Q['ask']]['answer'];
export type Answer = Answers[Ask]['answer'];

/** A question with its answer. */
export interface Reading {
  question: Question;
  answer: Answer;
  /** Milliseconds that the probe took. */
  ms: number;
}

/** A reading of one kind of question. */
export interface ReadingOf<A extends Ask> extends Reading {
  question: Answers[A]['question'];
  answer: Answers[A]['answer'];
}

/** Tells the kind of a reading: the type of its answer follows from its question. */
export const isReadingOf = <A extends Ask>(reading: Reading, ask: A): reading is ReadingOf<A> =>
  reading.question.ask === ask;

/** The cost of a question: cheap ones are asked first. About its duration on an ordinary system, in units of 10 ms. */
export const COST: Readonly<Record<Ask, number>> = {
  dns: 1,
  tcp: 2,
  tls: 3,
  http: 4,
  handshake: 5,
  fingerprint: 5,
  bundle: 8,
  engineio: 8,
  config: 12,
  paths: 15,
  health: 15,
  monitor: 15,
  // Many requests, but it is asked only after a session was lost, and then it decides.
  sticky: 2,
  clients: 60,
  stream: 200,
  idle: 500,
};

/** All kinds of question. */
export const ASKS = Object.keys(COST) as [Ask, ...Ask[]];

/** Equal questions have equal keys. */
export function keyOf(question: Question): string {
  return JSON.stringify(Object.entries(question).sort(([a], [b]) => a.localeCompare(b)));
}
