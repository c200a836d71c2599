/** What the browser blocked before anything was sent. */
import type { Evidence } from '../../browser/evidence.ts';
import type { Address } from '../urls.ts';
import { changed, originOf, parseAddress } from '../urls.ts';
import { ENGINE } from './grouping.ts';
import type { Symptom, Target, TargetKind } from './target.ts';
import { emptyTarget } from './target.ts';

/** The kind of a target when only its URL is known. */
function kindByUrl(url: string, address: Address): TargetKind {
  if (ENGINE.test(url)) return 'engine.io';
  if (!address.scheme.startsWith('ws')) return 'api';
  return /\/app\/[^/]+/.test(address.path) && /protocol=/.test(url) ? 'pusher' : 'websocket';
}

/** Endpoints that appear only in the console, because the browser blocked the request before sending it. */
export function blockedTargets(evidence: Evidence, known: readonly Target[]): Target[] {
  const found = new Map<string, Target>();
  const add = (url: string, symptom: Symptom): void => {
    const address = parseAddress(url);
    if (!address || found.has(url)) return;
    const same = known.filter(
      (target) =>
        target.address.host === address.host &&
        target.address.port === address.port &&
        target.address.path === address.path &&
        target.address.secure === address.secure,
    );
    if (same.length > 0) {
      for (const target of same) if (target.symptom && !target.works) target.symptom = symptom;
      return;
    }
    const target = emptyTarget(kindByUrl(url, address), url, address);
    target.symptom = symptom;
    found.set(url, target);
  };
  for (const line of evidence.console) {
    const { text } = line;
    if (/\[Report Only\]/i.test(text) || line.level === 'log') continue;
    const mixed =
      /^Mixed Content: .*?insecure (WebSocket endpoint|XMLHttpRequest endpoint|resource|EventSource endpoint) '([^']+)'.*blocked/s.exec(
        text,
      );
    if (mixed) add(mixed[2] ?? '', { is: 'blocked', by: 'mixed-content', text });
    const csp = /(?:Connecting to|Refused to connect to) '([^']+)'.*violates.*Content Security Policy/s.exec(text);
    if (csp) add(csp[1] ?? '', { is: 'blocked', by: 'csp', text });
    const invalid = /Failed to construct '(WebSocket|EventSource)': (.*)/s.exec(text);
    if (invalid && !/insecure WebSocket/.test(text)) {
      const page = parseAddress(evidence.page.url) ?? parseAddress(evidence.visit);
      if (page) {
        const target = emptyTarget(
          invalid[1] === 'EventSource' ? 'sse' : 'websocket',
          originOf(page),
          changed(page, { path: '/', query: '' }),
        );
        target.symptom = { is: 'invalid-url', text };
        found.set(text, target);
      }
    }
  }
  return [...found.values()];
}
