/** What the server itself says about a failure. */
import type { RuleContext } from '../context.ts';
import { engineWords } from '../words/engine-io.ts';
import { parseJson, textAt } from '../json.ts';
import { isReadingOf } from '../readings.ts';
import type { Target } from '../targets/target.ts';
import { authority, parseAddress } from '../urls.ts';
import { label, quoted } from './sentences.ts';

/** Longer texts are pages, not sentences. */
const SENTENCE = 300;

/** The server's own words about a target that failed, as a sentence: what the page was told, else what a probe was told. */
export function serverWords(context: RuleContext, target: Target): string | undefined {
  const seen = target.symptom?.is === 'status' ? target.symptom.status : undefined;
  const told = target.requests.findLast(
    ({ status = 0, body = '' }) => status >= 400 && status === (seen ?? status) && wordsIn(body) !== undefined,
  );
  const text = told ? wordsIn(told.body ?? '') : wordsToProbe(context, target);
  return text === undefined ? undefined : `the server answers ${label(target)} with ${quoted(text)}`;
}

/** The words of a refused handshake or request to the path of the target, which was asked as the page asks. */
function wordsToProbe(context: RuleContext, target: Target): string | undefined {
  for (const reading of context.known.readings) {
    if (!isReadingOf(reading, 'handshake') && !isReadingOf(reading, 'http')) continue;
    const { question, answer } = reading;
    const address = parseAddress(question.url);
    const same = address?.path === target.address.path && authority(address) === authority(target.address);
    if (!same || (question.ask === 'handshake' && question.origin !== context.origin)) continue;
    if ((answer.status ?? 0) >= 400) {
      const words = wordsIn(answer.body);
      if (words !== undefined) return words;
    }
  }
  return undefined;
}

/** The sentence in a body: plain text of two words or more, or the message in an object of JSON. */
function wordsIn(body: string): string | undefined {
  const text = body.trim();
  if (text.length > SENTENCE || /<\w/.test(text)) return undefined;
  const value = parseJson(text);
  const said =
    engineWords(text)?.words ??
    (['message', 'error', 'detail', 'reason', 'error_description'] as const)
      .map((name) => textAt(value, name))
      .find((found) => found !== undefined) ??
    (typeof value === 'string' ? value : value === undefined ? text : undefined);
  return said !== undefined && /\S\s+\S/.test(said) && !GENERIC.test(said) ? said : undefined;
}

/** The names of statuses, which say nothing more than the number. */
const GENERIC =
  /^(\d{3}:?\s*)?(not found|bad request|bad gateway|method not allowed|internal server error|service unavailable|gateway timeout|page not found|404 page not found)\.?$/i;
