/** The texts of published messages. */
import { randomBytes } from 'node:crypto';

/** A text that no page has ever shown. */
export const newNonce = (): string => `aviso-${randomBytes(5).toString('hex')}`;

/** True when a text carries a message that was published, of this visit or an earlier one. */
export const carriesMessage = (text: string): boolean => /aviso-[0-9a-f]{10}/.test(text);
