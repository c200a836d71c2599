/** Credentials, and the words of their refusal. */

/** Whether the page sent something that looks like a credential; `empty` when it sent such a field without a value. */
export type Credential = 'sent' | 'empty' | 'none';

/** Words with which servers refuse a credential. */
export const AUTH_WORDS =
  /unauthori[sz]ed|unauthenticated|authenticat|authoriz|\bauth[_ -]?(failed|error|required|timeout|token)|(invalid|expired|missing|bad|no|wrong|malformed)[_ -]?(access[_ -]?)?(token|credentials?|signature|jwt|api[_ -]?key|session|ticket)|(token|jwt|session|credentials?|signature|ticket) (is |has |was |not |must )?(be )?(invalid|expired|missing|required|rejected|revoked|provided|bad|malformed)|\bjwt\b|forbidden|not logged in|log ?in required|(permission|access)[ -](denied|refused)|permissions? violation|não autorizad|nao autorizad|token (inv[aá]lido|ausente|expirado|obrigat[oó]rio)|credenciais/i;

/** Words that say that there was no credential. */
export const AUTH_MISSING_WORDS =
  /(no|missing|required|without|absent)[_ -]?(access[_ -]?|auth[a-z]*[_ -]?)?(token|credentials?|jwt|api[_ -]?key|session|ticket)|(token|credentials?|jwt|api[_ -]?key|session|ticket)[_ -]?(is |was |not )?(missing|required|absent|not provided|provided|obrigat|ausente|n[aã]o informado)|not logged in|log ?in required|unauthenticated|auth(entication)?[_ -]?required|token ausente|sem token/i;

/** Words that say that a credential was not accepted. */
export const AUTH_BAD_WORDS =
  /expired|invalid|inv[aá]lid|malformed|signature|rejected|revoked|bad[_ -]?token|wrong|expirad|incorret/i;

const CREDENTIAL_FIELD =
  /"(access_?token|auth_?token|token|jwt|authorization|auth|api_?key|password|session|ticket|bearer)\\?"\s*:\s*\\?"([^"\\]*)/i;

const CREDENTIAL_QUERY =
  /[?&](access_?token|auth_?token|token|jwt|authorization|auth|api_?key|ticket|session|sid_token)=([^&#]*)/i;

const EMPTY_VALUES = /^(|undefined|null|none|bearer|bearer (undefined|null)?)$/i;

/** Whether a URL carries a credential in its query. */
export function credentialInUrl(url: string): Credential {
  const found = CREDENTIAL_QUERY.exec(url);
  if (!found) return 'none';
  return EMPTY_VALUES.test(decode(found[2] ?? '')) ? 'empty' : 'sent';
}

/** Whether a text that the page sent carries a credential. */
export function credentialInText(text: string): Credential {
  const found = CREDENTIAL_FIELD.exec(text);
  if (found) return EMPTY_VALUES.test(found[2] ?? '') ? 'empty' : 'sent';
  // SASL: XMPP.
  if (/^<auth\b[^>]*>[^<]{4,}/.test(text)) return 'sent';
  return /\bBearer\s+\S|eyJ[\w-]+\.|‹masked›/.test(text) ? 'sent' : 'none';
}

const ORDER = { none: 0, empty: 1, sent: 2 } as const;

/** The stronger of several answers. */
export function strongest(all: Credential[]): Credential {
  return all.reduce((best, one) => (ORDER[one] > ORDER[best] ? one : best), 'none');
}

/** A subprotocol entry that is a token rather than the name of a protocol. */
export function credentialInProtocol(entry: string): Credential {
  return /^(jwt|token|bearer|auth)[._-]?\S{4,}|‹masked›|^eyJ/i.test(entry) && !/^(graphql|json|v\d)/.test(entry)
    ? 'sent'
    : 'none';
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
