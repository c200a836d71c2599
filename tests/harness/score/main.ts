/**
 * `npm run score`: what the diagnosis answers to every recording. With `--update` it writes the snapshot; with a folder
 * of recordings, such as reports/diagnosis/<topology>, it prints the answers to those and compares nothing.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CALIBRATION_FILE, SNAPSHOT, calibrationSource, measure, snapshotOf, summaryOf } from './score.ts';

const folders = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const rows =
  folders.length > 0
    ? await measure(Object.fromEntries(folders.map((folder) => [path.basename(folder), folder])))
    : await measure();
const lines = snapshotOf(rows);

if (folders.length > 0) {
  console.log(lines);
} else {
  const before = new Set(readFileSync(SNAPSHOT, 'utf8').split('\n'));
  const after = new Set(lines.split('\n'));
  for (const line of before) if (!after.has(line)) console.log(`- ${line}`);
  for (const line of after) if (!before.has(line)) console.log(`+ ${line}`);
  if (process.argv.includes('--update')) {
    writeFileSync(SNAPSHOT, lines);
    writeFileSync(CALIBRATION_FILE, calibrationSource(rows));
  }
}
console.log(summaryOf(rows));
