/**
 * The public entry for diagnosing live systems.
 *
 * @module sintoma/diagnose
 */
export { diagnoseSite as diagnose, type SiteOptions as DiagnoseOptions } from './investigation/site.ts';
export { diagnoseCapture, type CaptureDiagnosis, type CaptureOptions } from './investigation/captured.ts';
export type { CaptureFile } from './capture/file.ts';
export { diagnosisJsonSchema, diagnosisSchema } from './investigation/result.ts';
export type { Diagnosis, HopState, Probe, Verdict } from './diagnosis/diagnose.ts';
export { CAUSE_IDS, HOPS, type CauseId, type Hop } from './causes/causes.ts';
export { CAUSES } from './diagnosis/catalogue.ts';
export type { AddressRule } from './common/address.ts';
export { UserError } from './common/errors.ts';
