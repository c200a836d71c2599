/** WebSockets as targets. */
import { attemptOf } from './attempts.ts';
import type { Evidence, SocketReading } from '../../browser/evidence.ts';
import { readConversation } from '../conversation.ts';
import type { Group } from './grouping.ts';
import { ENGINE, channelOf, groupBy } from './grouping.ts';
import { ownSockets } from './left-behind.ts';
import { socketSymptom } from './socket-symptoms.ts';
import type { Target } from './target.ts';
import { emptyTarget } from './target.ts';

export function socketTargets(evidence: Evidence): Target[] {
  const sockets = ownSockets(evidence).filter(({ url }) => !ENGINE.test(url));
  return groupBy(sockets, channelOf).map((group) => socketTarget(group, evidence.duration));
}

function socketTarget({ all: sockets, last, address }: Group<SocketReading>, duration: number): Target {
  const frames = sockets.flatMap((socket) => socket.frames);
  const conversation = readConversation({ ...last, frames: last.frames.length > 0 ? last.frames : frames });
  const target = emptyTarget(conversation.protocol === 'pusher' ? 'pusher' : 'websocket', last.url, address);
  target.attempts = sockets.map(attemptOf);
  target.conversation = conversation;
  const symptom = socketSymptom(sockets, last, conversation, duration);
  if (symptom) target.symptom = symptom;
  target.works = symptom === undefined;
  return target;
}
