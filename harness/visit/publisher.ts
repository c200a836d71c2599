/** The user's publishing command: what it reports, and what it says when it did not do its work. */
import { mask } from '../common/mask.ts';
import { defined } from '../common/defined.ts';
import { UserError } from '../common/errors.ts';
import type { DeliveryObservation } from '../diagnosis/known.ts';
import { runCommand, unusable } from './command.ts';

/** What a publisher reports. */
type Publisher = Pick<DeliveryObservation['channels'][string], 'published' | 'publisherStatus' | 'publisherText'>;

/** Output of a publisher that failed although its command ended with 0. */
const FAILED =
  /HTTP\/[\d.]+ [45]\d\d|"(status|statusCode|code)"\s*:\s*[45]\d\d\b|^\s*[45]\d\d\s*$|Internal Server Error|Server Error|Bad Gateway|Service Unavailable|"(ok|success|published|delivered)"\s*:\s*false|"error"\s*:\s*["{]|ECONNREFUSED|cURL error|exception/im;

const STATUS = /HTTP\/[\d.]+ (\d{3})|"(?:status|statusCode)"\s*:\s*(\d{3})\b|^\s*(\d{3})\s*$/m;

function readPublisher(code: number, output: string): Publisher {
  const found = STATUS.exec(output);
  const status = found ? Number(found[1] ?? found[2] ?? found[3]) : undefined;
  const published = code === 0 && !FAILED.test(output);
  const exit = code === 0 ? undefined : Math.max(code, 500);
  return {
    published,
    ...defined({
      publisherStatus: status ?? exit,
      publisherText: output.trim().slice(0, 500) || undefined,
    }),
  };
}

/**
 * Runs the user's publishing command, with the nonce in its environment and instead of `{nonce}`.
 *
 * @throws UserError when it did not do its work: that says nothing about the system
 */
export async function runPublisher(
  command: string,
  nonce: string,
  timeoutMs: number,
): Promise<{ publisher: Publisher; endRest: () => void }> {
  const { end, output, endRest } = await runCommand(command.replaceAll('{nonce}', nonce), {
    env: { SINTOMA_NONCE: nonce },
    timeoutMs,
  });
  const masked = mask(output).replace(/[^\P{C}\n]/gu, ' ');
  const why = unusable(end);
  if (why === undefined && 'status' in end) return { publisher: readPublisher(end.status, masked), endRest };
  endRest();
  const last = masked.trim().split('\n').at(-1)?.trim().slice(0, 200);
  throw new UserError(
    `--publish: the command ${why ?? 'failed'}${last ? `: ${last}` : ''}`,
    'run it by hand: it has to publish one message and end with exit status 0',
    2,
  );
}
