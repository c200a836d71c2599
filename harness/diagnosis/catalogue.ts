import { CAUSE_IDS } from '../causes/causes.ts';
import type { Cause, CauseId } from '../causes/causes.ts';
import { CAUSES as DEFINITIONS } from './causes/index.ts';

/** The catalogue of causes: what is known of each, without the code that examines it. */
export const CAUSES = Object.fromEntries(
  CAUSE_IDS.map((id) => {
    const { hop, sentence, proof, lookAlikes, repair } = DEFINITIONS[id];
    return [id, { hop, sentence, proof, lookAlikes, repair }];
  }),
) as Readonly<Record<CauseId, Cause>>;
