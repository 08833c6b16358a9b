/** Sealed Secrets in a plan: opened where somebody has a key, and planned as far as that goes where nobody has. */
import type { JsonValue, KubernetesObject, ObjectKey } from '../objects/index.ts';
import { TruekeelError } from '../objects/index.ts';
import { closedSecret, isSealed, recipientsOf } from '../sealed/document/index.ts';
import type { OpenSecret } from '../sealed/index.ts';
import { isMap } from './field-path.ts';
import { type Place, placeOf } from './place.ts';
import type { PlannedSeal } from './plan.ts';

/** What is known of the content of an object. */
export interface Unsealed {
  readonly object: KubernetesObject;
  /** Absent: it was not sealed. */
  readonly seal?: PlannedSeal;
}

/** @returns the Secret with sealed values in the place of its values where no key fits
 * @throws TruekeelError `SEALED_CHANGED`, `SEALED_UNREADABLE`, `SECRET_KEY_UNREADABLE` */
export async function unsealed(object: KubernetesObject, open: OpenSecret): Promise<Unsealed> {
  if (!isSealed(object)) return { object };
  const recipients = recipientsOf(object);
  try {
    return { object: await open(object), seal: { opened: true, recipients } };
  } catch (error) {
    if (!(error instanceof TruekeelError) || error.code !== 'SECRET_KEY_MISSING') throw error;
    return { object: closedSecret(object), seal: { opened: false, recipients } };
  }
}

export function isSecret({ group, kind }: ObjectKey): boolean {
  return group === '' && kind === 'Secret';
}

/** A Secret as the server keeps it: `stringData` is for writing only. */
export function withoutText({ stringData, ...secret }: KubernetesObject): KubernetesObject {
  const texts = Object.entries((stringData ?? {}) as Readonly<Record<string, string>>); // what the kind's schema says
  const { apiVersion, kind, metadata, data } = secret as KubernetesObject; // only stringData was taken away
  const encoded = texts.map(([key, text]) => [key, Buffer.from(String(text)).toString('base64')] as const);
  return { ...secret, apiVersion, kind, metadata, data: { ...data, ...Object.fromEntries(encoded) } };
}

/** A Secret that was not opened, with the values that are there: then whatever else changes can be tried, and which keys
 * come and go. Values that cannot be compared do not count as changed. */
export function withLiveValues(
  closed: KubernetesObject,
  live: KubernetesObject | undefined,
): KubernetesObject {
  const known: JsonValue | undefined = live?.data;
  if (!isMap(known)) return closed;
  const values = Object.entries((closed.data ?? {}) as Readonly<Record<string, string>>);
  return {
    ...closed,
    data: Object.fromEntries(
      values.map(([key, sealed]) => [key, Object.hasOwn(known, key) ? known[key] : sealed]),
    ),
  };
}

/** What is wrong with a sealed Secret, with the place in the program that it comes from. */
export function sealError(error: TruekeelError, place: Place): TruekeelError {
  const { message, code, family, hint } = error;
  return new TruekeelError(message, {
    code,
    family,
    ...placeOf(place),
    ...(hint !== undefined && { hint }),
    cause: error,
  });
}
