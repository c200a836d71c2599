/** Which sentences of a document say something that can be checked. Pure. */
import { ABLATION } from './ablation-table.ts';
import type { Part } from './markdown.ts';
import { sentencesOf, type Sentence } from './sentences.ts';

/** A sentence that can be checked, and what makes it so. */
export interface Telling extends Sentence {
  why: string;
}

/** Words by which programs report an error, and names of errors: ERR_FAILED, ECONNREFUSED. */
const ERROR = /\b(?:errors?|fail(?:s|ed|ure)?|refused|denied|rejected|timed out|time-?outs?)\b/i;
const ERROR_NAME = /\b(?:ERR_[A-Z_]+|E[A-Z]{5,})\b/;
/** A status of HTTP or a close code of WebSockets, and no quantity. */
const CODE =
  /(?<![\w.:/$-])(?:[1-5]\d\d|1[01]\d\d)(?![\w/-]|[.:,]\d|\s*(?:ms|s|m|h|seconds?|minutes?|hours?|days?|bytes?|[kMG]i?B|lines?|px|%)(?![A-Za-z]))/;
/** Sentences that tell the reader what to do begin so. */
const IMPERATIVE =
  /^(?:then |first,? |now |please |if [^,]+, |for [^,]+, |in [^,]+, |to [^,]+, )?(?:add|always|allow|append|build|call|change|check|choose|close|configure|copy|create|delete|disable|do not|don't|drop|enable|ensure|extend|forward|give|increase|install|keep|leave|let|limit|list|load|lower|make|mount|move|name|never|open|pass|point|publish|put|raise|reload|remove|rename|replace|restart|route|run|send|serve|set|start|stop|strip|switch|turn|update|use|wait|write)\b/i;
const DUTY = /\b(?:must|should|need(?:s)? to|ha(?:s|ve) to|required?)\b/i;

const reason = (text: string, codes: readonly string[]): string | undefined => {
  const named = codes.find((code) => text.includes(code));
  if (named !== undefined) return `names ${named}`;
  if (ERROR.test(text) || ERROR_NAME.test(text)) return 'tells of an error';
  if (CODE.test(text)) return 'has a code';
  return IMPERATIVE.test(text) || DUTY.test(text) ? 'tells what to do' : undefined;
};

/** Between one of these comments and the next one, or the next heading, a document was made by a program. */
const GENERATED: readonly string[] = ['generated', ABLATION];

/** The sentences that can be checked, in the order of the document. What a program made between marks is left out. */
export function tellingOf(parts: readonly Part[]): Telling[] {
  let generated = false;
  return parts.flatMap((part) => {
    if (part.is === 'heading') generated = false;
    if (part.is === 'marker') generated = GENERATED.includes(part.id);
    if (part.is !== 'passage' || generated) return [];
    return sentencesOf(part).flatMap((sentence) => {
      const why = reason(
        sentence.text,
        part.codes.map((code) => code.replace(/\s+/g, ' ')),
      );
      return why === undefined ? [] : [{ ...sentence, why }];
    });
  });
}
