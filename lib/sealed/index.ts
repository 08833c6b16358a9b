/** Secrets that are in Git and can be read by those only who have a key: in comes a file that SOPS sealed for recipients of
 * age, or values to seal; out goes a Secret in memory, or the text of such a file. What needs no key is behind the door
 * `document`; this one opens and seals. */
export type { AgeIdentity } from './age.ts';
export { newIdentity, recipientOf } from './age.ts';
export { formatOf, readSealed } from './document/index.ts';
export { plainText, sealEdited } from './edit.ts';
export { type IdentitySources, readIdentities } from './identities.ts';
export { openDocument } from './open.ts';
export { NO_KEYS, type OpenSecret, openValues, secretOpener } from './open-secret.ts';
export { recipientsFor } from './recipients.ts';
export { resealFor, type SecretContent, sealSecret } from './seal.ts';
export { secretContent } from './secret-content.ts';
