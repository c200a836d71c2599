import type { Target } from './targets/target.ts';

/** The symptom of a target in a few words. */
export function symptomText(target: Target): string {
  const { symptom } = target;
  switch (symptom?.is) {
    case undefined:
      return target.works ? 'works' : 'no answer yet';
    case 'blocked':
      return `blocked by the browser (${symptom.by})`;
    case 'cors':
      return `CORS: ${symptom.error}`;
    case 'network':
      return symptom.error;
    case 'status':
      return `status ${symptom.status}`;
    case 'negotiation':
    case 'invalid-url':
      return symptom.text.slice(0, 120);
    case 'silent':
      return 'no answer';
    case 'wrong-kind':
      return `answers ${symptom.mimeType || 'something else'}`;
    case 'unanswered':
      return 'open, and the server does not speak its protocol';
    case 'refused':
      return `refused: ${symptom.text.slice(0, 100)}`;
    case 'dismissed':
      return 'admitted, then disconnected by the server';
    case 'closed':
      return `closed ${symptom.code}${symptom.reason ? ` “${symptom.reason.slice(0, 60)}”` : ''} after ${(symptom.age / 1000).toFixed(1)} s`;
    case 'churn':
      return `${symptom.sockets} sockets in ${(symptom.within / 1000).toFixed(1)} s`;
  }
}
