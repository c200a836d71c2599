/** A diagnosis as text for people and programs. */
import { cleanAll } from '../common/clean.ts';
import { VERSION } from '../common/version.ts';
import type { Diagnosis } from '../diagnosis/diagnose.ts';
import { diagnosisPage } from '../page/diagnosis.ts';
import { diagnosisMarkdown } from '../page/issue.ts';
import { render } from './diagnosis.ts';

const versions = (): Record<string, string> => ({
  Sintoma: VERSION,
  Node: process.version,
  platform: `${process.platform} ${process.arch}`,
});

/** The ways to write a diagnosis, by name; `url` is masked. */
export const FORMATS = {
  text: render,
  json: (diagnosis: Diagnosis) => JSON.stringify(cleanAll(diagnosis), null, 2),
  md: (diagnosis: Diagnosis, url: string) => diagnosisMarkdown(url, diagnosis, versions()).trimEnd(),
  html: (diagnosis: Diagnosis, url: string) => diagnosisPage(url, diagnosis, versions()).trimEnd(),
} as const satisfies Record<string, (diagnosis: Diagnosis, url: string) => string>;

/** One of {@link FORMATS}. */
export type Format = keyof typeof FORMATS;
