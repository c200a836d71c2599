/** Requests that are sent to the sign-in page of another host, which a page is not allowed to read. */
import type { Evidence, RequestReading } from '../../browser/evidence.ts';
import { parseAddress } from '../urls.ts';
import { LOGIN } from '../words/login.ts';

type Requests = Pick<Evidence, 'requests'>;

/** The request is redirected to the sign-in page of another host. */
export function sentToSignIn({ url, redirectedTo = '' }: RequestReading, { requests }: Requests): boolean {
  const to = parseAddress(redirectedTo);
  if (!to || to.host === parseAddress(url)?.host || !LOGIN.test(redirectedTo)) return false;
  return requests.some((other) => other.url === redirectedTo && other.error !== undefined);
}

/** A redirect has led to it, and away from what the page had asked for. */
export const isSignInPage = ({ url }: RequestReading, evidence: Requests): boolean =>
  evidence.requests.some((other) => other.redirectedTo === url && sentToSignIn(other, evidence));
