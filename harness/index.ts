/**
 * The public entry for scenarios: the words in which a system, its faults and what must be seen are written down.
 *
 * @module sintoma
 */
export * from './scenario/words.ts';
export { connected } from './scenario/connected.ts';
export type {
  Channel,
  Check,
  CheckTools,
  ClaimInput as Claim,
  ConsoleExpectation,
  Decider,
  Delivery,
  Event,
  FrameExpectation,
  MessageOutcome,
  PageData,
  Repair,
  RepairStep,
  RequestExpectation,
  ScenarioInput,
  SocketExpectation,
  Text,
  TopologyInput,
  Verdict,
  Way,
} from './scenario/schema.ts';
export type { SocketReading } from './browser/evidence.ts';
export type { Recorded } from './browser/recorder.ts';
export { document } from './document/document.ts';
export type { Document, Quote, Section } from './document/document.ts';
export type { Block } from './document/block.ts';
export { differences, type Shape } from './scenario/shape.ts';
export { UserError } from './common/errors.ts';
export { Inbox, anyOf, type ControlSubscriber } from './delivery/control.ts';
export { subscribePusher, type PusherApp } from './delivery/pusher.ts';
export { subscribeSocketIo, type SocketIoTarget } from './delivery/socketio.ts';
export { subscribeWebSocket, type WebSocketTarget } from './delivery/websocket.ts';
export {
  ask,
  handshakeStatus,
  openWebSocket,
  postJson,
  publishedAt,
  type Answer,
  type AskOptions,
} from './delivery/ask.ts';
export { byCommand, byRequest, type ByRequest, type Publish } from './delivery/publishing.ts';
export type { Published } from './delivery/published.ts';
export type { Readiness } from './topology/readiness.ts';
export type { Reload } from './topology/in-place.ts';
export type { Reach } from './topology/reach.ts';
