/** The authority of a file's systems, which the browser of its tests trusts. */
import { test } from '@playwright/test';
import type { Authority } from './systems/world.ts';
import { makeAuthority } from './systems/world.ts';

/**
 * Makes an authority before the tests of a file, and removes it after them.
 *
 * @returns a function that gives it; undefined where certutil is not installed
 */
export function useAuthority(): () => Authority | undefined {
  let authority: Authority | undefined;
  const { env } = process;

  test.beforeAll(async () => {
    authority = await makeAuthority();
    // The browser trusts what its home directory trusts, so the tests use a home of their own.
    if (authority) process.env = { ...env, HOME: authority.home, XDG_DATA_HOME: `${authority.home}/.local/share` };
  });

  test.afterAll(() => {
    authority?.remove();
    process.env = env;
  });

  return () => authority;
}

/** Skips a test where the authority could not be made. */
export const needAuthority = (authority: Authority | undefined): void => {
  test.skip(authority === undefined, 'certutil is not installed');
};
