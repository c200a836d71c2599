/** What Chromium says in the console about requests, where nothing else tells it. */
import type { ConsoleLine } from '../browser/evidence.ts';

/** The sentences after "has been blocked by CORS policy: ", and what CDP calls them (`corsErrorStatus.corsError`). */
const CORS: readonly (readonly [sentence: RegExp, preflight: string | undefined, actual: string | undefined])[] = [
  [/^No 'Access-Control-Allow-Origin' header/, 'PreflightMissingAllowOriginHeader', 'MissingAllowOriginHeader'],
  [/that is not equal to the supplied origin/, 'PreflightAllowOriginMismatch', 'AllowOriginMismatch'],
  [/contains the invalid value/, 'PreflightInvalidAllowOriginValue', 'InvalidAllowOriginValue'],
  [/contains multiple values/, 'PreflightMultipleAllowOriginValues', 'MultipleAllowOriginValues'],
  [/must not be the wildcard '\*'/, 'PreflightWildcardOriginNotAllowed', 'WildcardOriginNotAllowed'],
  [/'Access-Control-Allow-Credentials' header/, 'PreflightInvalidAllowCredentials', 'InvalidAllowCredentials'],
  [/does not have HTTP ok status/, 'PreflightInvalidStatus', undefined],
  [/^Redirect is not allowed for a preflight/, 'PreflightDisallowedRedirect', undefined],
  [
    /^Request header field .* is not allowed/,
    'HeaderDisallowedByPreflightResponse',
    'HeaderDisallowedByPreflightResponse',
  ],
  [/^Method .* is not allowed/, 'MethodDisallowedByPreflightResponse', 'MethodDisallowedByPreflightResponse'],
];

const BLOCKED =
  /^Access to .{1,40} at '([^']+)'.* from origin '[^']*' has been blocked by CORS policy: (Response to preflight request doesn't pass access control check: )?(.*)/s;

/** The CORS errors that the console tells of, by the URL of the request. */
export function corsErrorsIn(lines: readonly Pick<ConsoleLine, 'text'>[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { text } of lines) {
    const [, url, preflight, sentence = ''] = BLOCKED.exec(text) ?? [];
    const [, before, after] = CORS.find(([pattern]) => pattern.test(sentence)) ?? [];
    const error = preflight === undefined ? after : before;
    if (url !== undefined && error !== undefined) found.set(url, error);
  }
  return found;
}
