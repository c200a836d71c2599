/** What a test says of the scenario that it played: an attachment, from which every report is made. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TestInfo } from '@playwright/test';
import { defined } from '../common/defined.ts';
import { PROJECT } from '../common/paths.ts';
import type { Diagnosis } from '../diagnosis/diagnose.ts';
import { bounded, BOUNDS, cut, first } from '../result/bounds.ts';
import { commandsFor } from '../result/commands.ts';
import { expectedOfRepair, expectedOfSymptom } from '../result/expected.ts';
import type { PlayedScenario, Visit } from '../result/schema.ts';
import { visitResult } from '../result/visit.ts';
import type { Definition } from '../scenario/read.ts';
import type { RepairStep, Scenario } from '../scenario/schema.ts';
import { showOutcome } from '../scenario/show.ts';
import { projectFiles } from '../topology/compose.ts';
import { faultFile } from '../topology/deployment.ts';
import { partsInUse, readParts } from '../topology/parts.ts';
import type { Stack } from '../topology/stack.ts';
import { wayOfVisit, type Asked } from './diagnosis.ts';
import { editOf } from './edit.ts';
import type { Played } from './play.ts';

/** The attachment with what a test says of its scenario, as JSON of {@link PlayedScenario}. */
export const RECORD = 'sintoma-scenario';
/** Pictures are attached under this, followed by their path beside the result. */
export const PICTURE = 'sintoma-picture ';
/** Where pictures are, beside the result. */
const PICTURES = 'page/pictures';

const relative = (file: string): string => path.relative(PROJECT, file);

/** A step of a repair as an operator would say it. */
function stepText(step: RepairStep): string {
  if ('edit' in step)
    return step.edit.length === 0 ? 'restore the healthy files' : `edit the files: ${step.edit.join(' + ')}`;
  if ('build' in step) return `docker compose build ${step.build.join(' ')}`;
  if ('up' in step) return 'docker compose up --detach';
  if ('restart' in step) return `docker compose restart ${step.restart.join(' ')}`;
  const { service, http, port, status, tls } = step.answers;
  return `wait until ${service}:${port}${http} answers ${status ?? 'below 500'}${tls === undefined ? '' : ` as ${tls}`}`;
}

const deliveryTexts = ({ delivery, api }: Played): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(delivery).map(([channel, { outcome }]) => [channel, showOutcome(outcome)])),
  ...(api === undefined ? {} : { api }),
});

/** What is known of one scenario while it is played. */
export class ScenarioRecord {
  private played: PlayedScenario | undefined;
  /** Until when the containers' logs have been read, in ms since the epoch. */
  private loggedUntil = Date.now();

  constructor(private readonly testInfo: TestInfo) {}

  /** Notes what is known before anything is started. */
  async begin(scenario: Scenario, { deployment }: Definition): Promise<void> {
    const { document, faults } = scenario;
    this.played = {
      topology: scenario.topology,
      title: scenario.title,
      ...defined({
        document: document && { name: document.name, lines: [...document.lines] as [number, number] },
        documentSays: scenario.documentSays,
        causeFromOutside: scenario.causeFromOutside,
      }),
      faults: faults.map((name) => {
        const file = faultFile(deployment, name);
        return bounded({ name, file: relative(file), text: readFileSync(file, 'utf8') }, BOUNDS.file);
      }),
      edit: bounded(await editOf(deployment, faults, partsInUse(deployment)), BOUNDS.file),
      cause: scenario.cause,
      sameSymptomAs: [...scenario.sameSymptomAs],
      commands: commandsFor(
        scenario,
        projectFiles(
          deployment,
          faults.map((fault) => faultFile(deployment, fault)),
        ).map(relative),
      ),
      versions: {},
      parts: readParts()
        .filter(({ topology }) => topology === scenario.topology)
        .map(({ topology, service, for: what, real, reason }) => ({
          topology,
          service,
          for: what,
          real,
          ...defined({ reason }),
        })),
      repairs: scenario.repairs.map(({ title, document: lines, steps, fails = false }) => ({
        title,
        steps: steps.map(stepText),
        fails,
        ...defined({ lines: lines && ([...lines] as [number, number]) }),
      })),
    };
  }

  /** Notes versions of programs, by name. */
  versions(versions: Readonly<Record<string, string>>): void {
    if (this.played) Object.assign(this.played.versions, versions);
  }

  async symptom(scenario: Scenario, played: Played): Promise<void> {
    if (this.played)
      this.played.symptom = await this.visit(scenario.id, 'symptom', expectedOfSymptom(scenario), played, []);
  }

  diagnosed(diagnosis: Diagnosis, asked: Asked): void {
    if (!this.played) return;
    const { probes } = diagnosis;
    this.played.diagnosis = bounded({ ...diagnosis, probes: probes.slice(0, BOUNDS.sentences) });
    this.played.asked = bounded(asked.slice(0, BOUNDS.sentences));
    const way = diagnosis.way.map(({ hop, state }) => ({ hop, state }));
    if (this.played.symptom) this.played.symptom.way = way;
  }

  async repaired({ id, repairs }: Scenario, index: number, played: Played): Promise<void> {
    const [repair, result] = [repairs[index], this.played?.repairs[index]];
    if (!repair || !result) return;
    const way = wayOfVisit(played).map(({ hop, state }) => ({ hop, state }));
    result.visit = await this.visit(id, `after-${index + 1}`, expectedOfRepair(repair), played, way);
  }

  /** Notes what the containers have said since they were last asked. What they no longer tell is no failure. */
  async logs(stack: Pick<Stack, 'logLines'>): Promise<void> {
    if (!this.played) return;
    const since = this.loggedUntil;
    this.loggedUntil = Date.now();
    const lines = await stack.logLines(since).catch(() => []);
    const { kept, left } = first(lines, BOUNDS.logs, 'log lines');
    const more = left.map((text) => ({ service: 'all', at: new Date().toISOString(), text }));
    this.played.logs = [...(this.played.logs ?? []), ...bounded([...kept, ...more])];
  }

  /** Attaches what is known, however the test ended. */
  async attach(): Promise<void> {
    if (!this.played) return;
    await this.testInfo.attach(RECORD, { body: JSON.stringify(this.played), contentType: 'application/json' });
  }

  private async visit(
    id: string,
    name: string,
    expected: Visit['expected'],
    played: Played,
    way: Visit['way'],
  ): Promise<Visit> {
    const picture = played.picture && `${PICTURES}/${id}/${name}.jpg`;
    if (picture !== undefined)
      await this.testInfo.attach(`${PICTURE}${picture}`, { body: played.picture as Buffer, contentType: 'image/jpeg' });
    return visitResult(played.evidence, {
      expected,
      differences: played.mismatches.map((one) => ({ ...one })),
      delivery: deliveryTexts(played),
      way,
      ...defined({ picture }),
    });
  }
}

/** An error as a result keeps it. */
export const errorText = (text: string): string => cut(text, BOUNDS.file);
