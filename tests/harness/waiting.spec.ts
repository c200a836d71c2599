// What takes long is named while it does.
import { sayLongWaits } from '../../harness/common/waiting.ts';
import { expect, test } from './support/test.ts';

/** Says waits that last longer than 50 ms, as steps. */
function listening(): { says: ReturnType<typeof sayLongWaits>; steps: string[] } {
  const steps: string[] = [];
  const says = sayLongWaits(async (title, act) => {
    steps.push(`${title} …`);
    await act();
    steps.push(`${title}: over`);
  }, 50);
  return { says, steps };
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('a wait is a step once it is long, and as long as it lasts', async () => {
  const { says, steps } = listening();
  const short = after(1);
  says('a short wait', short);
  let end = (): void => undefined;
  says('a long wait', new Promise<void>((resolve) => (end = resolve)));
  await expect.poll(() => steps).toEqual(['a long wait …']);
  end();
  await expect.poll(() => steps).toEqual(['a long wait …', 'a long wait: over']);
});

test('a wait that fails ends its step, and fails for who waits alone', async () => {
  const { says, steps } = listening();
  let fail = (_error: Error): void => undefined;
  const failing = new Promise<void>((_resolve, reject) => (fail = reject));
  says('in vain', failing);
  await expect.poll(() => steps).toEqual(['in vain …']);
  fail(new Error('nobody came'));
  await expect.poll(() => steps).toEqual(['in vain …', 'in vain: over']);
  await expect(failing).rejects.toThrow('nobody came');
});

test('a step that cannot begin is no failure', async () => {
  const said = sayLongWaits(() => {
    throw new Error('the test is over');
  }, 1);
  said('too late', after(30));
  await expect(after(30)).resolves.toBeUndefined();
});
