// Starts the fixture's stack as a run does, says which, and stays until it is ended. Usage: hold.ts [fault [without]]
import { loadDefinition } from '../../../harness/scenario/load.ts';
import { stackFor } from '../../../harness/suite/stage.ts';

const [fault, without] = process.argv.slice(2);
const definition = await loadDefinition('tiny');
const stack = stackFor(definition, 0);
await stack.edit(fault ? [fault] : []);
await stack.build();
try {
  await stack.up(without ? [without] : []);
  console.log(JSON.stringify({ project: stack.project, addresses: await stack.addresses() }));
} catch (error) {
  console.log(JSON.stringify({ project: stack.project, error: (error as Error).message }));
}
process.stdin.resume();
