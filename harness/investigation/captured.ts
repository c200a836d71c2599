/** Diagnoses a capture: from the file alone, and nobody is asked anything. */
import { kept } from '../browser/kept.ts';
import type { CaptureFile } from '../capture/file.ts';
import { loadCapture } from '../capture/file.ts';
import type { Captured } from '../capture/capture.ts';
import { readCapture } from '../capture/capture.ts';
import { UserError, isUserError } from '../common/errors.ts';
import type { Diagnosis } from '../diagnosis/diagnose.ts';
import { inconclusive } from '../diagnosis/inconclusive.ts';
import { readBundle } from '../probes/content.ts';
import type { Probes } from '../probes/kit.ts';
import { NotAsked } from '../probes/network.ts';
import { investigate } from './investigate.ts';

export interface CaptureOptions {
  /** The beginning of the page's URL; by default the last page of the file with a live connection. */
  page?: string;
}

/** A diagnosis of a capture, and the page that it is about. */
export interface CaptureDiagnosis {
  /** The page's URL, masked. */
  page: string;
  diagnosis: Diagnosis;
}

/**
 * Says what is wrong with a page from a HAR file or a trace of Playwright's. What only a question to the system could
 * tell is not known, and what the file does not tell is not taken for well.
 *
 * @throws UserError that names file and key, when the file cannot be used
 */
export async function diagnoseCapture(source: CaptureFile, options: CaptureOptions = {}): Promise<CaptureDiagnosis> {
  const captured = pageOf(source, options.page);
  const { evidence, masker } = captured;
  const { diagnosis } = await investigate({
    evidence,
    addresses: [],
    hermetic: true,
    masker,
    probes: answersOf(captured),
    budget: { requests: Infinity, ms: 60_000 },
  });
  return { page: evidence.visit, diagnosis: masker.data(honest(diagnosis, captured)) };
}

function pageOf(source: CaptureFile, wanted: string | undefined): Captured {
  const capture = loadCapture(source);
  try {
    return readCapture(capture, wanted);
  } catch (error) {
    if (!isUserError(error)) throw error;
    const [kind, file] = 'har' in source ? ['har', source.har] : ['trace', source.trace];
    throw new UserError(`--${kind}: ${file}: ${error.message}`, error.hint, 2);
  }
}

const REFUSAL = { because: 'nothing is asked about a file', remedy: 'sintoma diagnose <page-url> asks the system' };

/** The one question that a file answers by itself: what the page's scripts contain, if it holds them all. */
function answersOf({ served }: Captured): Probes {
  return {
    async answer(question) {
      const page = question.ask === 'bundle' && !question.fresh ? served.get(question.page) : undefined;
      if (question.ask !== 'bundle' || !page) throw new NotAsked(REFUSAL);
      const get = (url: string): Promise<NonNullable<typeof page>> => {
        const script = served.get(kept(url));
        return script ? Promise.resolve(script) : Promise.reject(new NotAsked(REFUSAL));
      };
      return readBundle(question, page, get);
    },
  };
}

/** A file can show what is wrong, but not that all is well: nothing was published, and much is not in it. */
function honest(diagnosis: Diagnosis, { untold }: Captured): Diagnosis {
  const { verdict, because, probes } = diagnosis;
  if (verdict === 'faulty') return diagnosis;
  if (verdict === 'inconclusive') return { ...diagnosis, because: [...because, ...untold] };
  return { ...inconclusive(['nothing in the file failed', ...because, ...untold]), probes };
}
