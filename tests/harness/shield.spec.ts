// What the suite's browsers see of this machine: no interfaces, and none of the mounts that come and go with containers.
import { execa } from 'execa';
import { canShield, shielded } from '../../harness/browser/shield.ts';
import { expect, test } from './support/test.ts';

test.skip(!canShield(), 'bubblewrap is not installed, or may not run');

/** Runs a shell where a browser would run. */
const inside = async (command: string): Promise<string> => {
  const { executablePath, env } = shielded('/bin/sh');
  const { all } = await execa(executablePath, ['-c', command], { env, all: true, reject: false });
  return all;
};

test('the mounts of containers are not there: one that goes away cannot end a browser that starts', async () => {
  const folders = ['/usr', '/var/lib/docker', '/run/docker'];
  expect(await inside(`for one in ${folders.join(' ')}; do [ -e $one ] && echo $one; done`)).toBe('/usr');
  expect(await inside('grep -e /docker/ -e /containerd/ /proc/self/mountinfo')).toBe('');
});

test('interfaces cannot be asked for', async () => {
  const ask = `"${process.execPath}" -p "require('os').networkInterfaces()"`;
  expect(await inside(ask)).toContain('uv_interface_addresses returned Unknown system error 13');
});
