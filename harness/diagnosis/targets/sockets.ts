/** WebSockets as targets. */
import { attemptOf } from './attempts.ts';
import type { Evidence, SocketReading } from '../../browser/evidence.ts';
import { readConversation } from '../protocols/read.ts';
import type { Group } from './grouping.ts';
import { ENGINE, channelOf, groupBy } from './grouping.ts';
import { ownSockets } from './left-behind.ts';
import { flickers, socketSymptom } from './socket-symptoms.ts';
import { decided } from './undecided.ts';
import type { Target } from './target.ts';
import { emptyTarget } from './target.ts';

export function socketTargets(evidence: Evidence): Target[] {
  const sockets = ownSockets(evidence).filter(({ url }) => !ENGINE.test(url));
  return groupBy(sockets, channelOf).map((group) => socketTarget(group, evidence.duration));
}

function socketTarget(group: Group<SocketReading>, duration: number): Target {
  const { last, address } = group;
  const sockets = decided(group.all, duration);
  const judged = sockets.at(-1) ?? last;
  const frames = sockets.flatMap((socket) => socket.frames);
  const conversation = readConversation({ ...judged, frames: judged.frames.length > 0 ? judged.frames : frames });
  const target = emptyTarget(conversation.protocol === 'pusher' ? 'pusher' : 'websocket', last.url, address);
  target.attempts = group.all.map(attemptOf);
  target.conversation = conversation;
  const symptom = socketSymptom(sockets, judged, conversation, duration);
  if (symptom) target.symptom = symptom;
  target.works = symptom === undefined && !flickers(sockets) && sockets.some(({ openedAt }) => openedAt !== undefined);
  return target;
}
