/** The form of a diagnosis as programs read it: `sintoma diagnose --json` and schema/diagnosis.v1.json. */
import { z } from 'zod';
import { CAUSE_IDS, HOPS } from '../causes/causes.ts';
import { PROGRAM_NAMES } from '../diagnosis/advice/programs.ts';
import { LEVELS } from '../diagnosis/finding.ts';
import { ASKS } from '../diagnosis/readings.ts';
import type { Diagnosis } from '../diagnosis/diagnose.ts';

const confidence = z.number().min(0).max(1);
const cause = z.enum(CAUSE_IDS);
const hop = z.enum(HOPS);
const level = z.enum(LEVELS);

export const diagnosisSchema: z.ZodType<Diagnosis> = z.strictObject({
  schemaVersion: z.literal(1),
  verdict: z.enum(['healthy', 'faulty', 'inconclusive']),
  cause: cause.nullable().describe('the first candidate when the verdict is faulty, else null'),
  hop: hop.nullable().describe('where on the way of a message the cause is'),
  level: level.nullable().describe('how sure the verdict is; null when it is inconclusive'),
  confidence: confidence.describe('the measured share of right answers at this level'),
  seen: z.array(z.string()).describe('what went wrong on the page'),
  because: z.array(z.string()),
  ruledOut: z.array(z.strictObject({ cause, because: z.string() })),
  candidates: z.array(z.strictObject({ cause, level, confidence })).describe('best first'),
  repair: z.string().nullable(),
  advice: z
    .array(z.strictObject({ program: z.enum(PROGRAM_NAMES), change: z.string(), see: z.url() }))
    .describe('what to change in the programs that were recognised'),
  probes: z
    .array(
      z.strictObject({
        ask: z.enum(ASKS).describe('the kind of question'),
        state: z
          .enum(['answered', 'unknown', 'skipped'])
          .describe('unknown: asked, and nothing came back that answers it; skipped: not asked, answer says why'),
        question: z.string(),
        answer: z.string(),
        ms: z.number().min(0),
      }),
    )
    .describe('every question that came up, and what became of it'),
  way: z.array(z.strictObject({ hop, state: z.enum(['ok', 'broken', 'unknown', 'not reached']), text: z.string() })),
});

/** The published JSON schema. */
export const diagnosisJsonSchema = (): object => ({
  $id: 'sintoma/schema/diagnosis.v1.json',
  title: 'A diagnosis by sintoma diagnose',
  ...z.toJSONSchema(diagnosisSchema),
});
