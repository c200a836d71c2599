// Which documented addresses the diagnosis of a scenario is told of.
import { addressesOfVisit } from '../../harness/suite/play.ts';
import { expect, test } from './support/test.ts';

const at = (host: string, port: number) => ({ host, port, to: { address: '127.0.0.1', port: 1 } });
const ALL = [at('one.test', 443), at('one.test', 8080), at('two.test', 443)];

test('all addresses of a topology are those of one system', () => {
  expect(addressesOfVisit({}, 'https://one.test/page', ALL)).toEqual(ALL);
});

test('where hosts are systems of their own, only those of the visited host are told, with all its ports', () => {
  const told = addressesOfVisit({ separateHosts: true }, 'https://one.test/page', ALL);
  expect(told).toEqual([at('one.test', 443), at('one.test', 8080)]);
});
