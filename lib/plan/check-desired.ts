/** Finds what is wrong with desired applications before the cluster is asked. Pure. */
import type { DesiredApplication, TruekeelError as TruekeelErrorType } from '../objects/index.ts';
import { formatKey, TruekeelError } from '../objects/index.ts';
import { placeOf } from './place.ts';

export function checkDesired(applications: readonly DesiredApplication[]): readonly TruekeelErrorType[] {
  return [...checkNames(applications), ...checkKeys(applications)];
}

/** An application's name is the value of a label (Kubernetes, "Labels and Selectors": syntax). */
const LABEL_VALUE = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;

function checkNames(applications: readonly DesiredApplication[]): readonly TruekeelErrorType[] {
  return applications.flatMap(({ name }) =>
    LABEL_VALUE.test(name)
      ? []
      : [
          new TruekeelError(`${JSON.stringify(name)} cannot be the name of an application`, {
            code: 'INVALID_APPLICATION_NAME',
            family: 'validation',
            hint: 'Use up to 63 letters, digits, dashes, dots and underscores; the first and the last a letter or digit.',
          }),
        ],
  );
}

function checkKeys(applications: readonly DesiredApplication[]): readonly TruekeelErrorType[] {
  const seen = new Map<string, string>();
  return applications.flatMap(({ name, objects }) =>
    objects.flatMap((object) => {
      const key = formatKey(object.key);
      const other = seen.get(key);
      seen.set(key, name);
      if (other === undefined) return [];
      const where =
        other === name ? `twice in application ${name}` : `in application ${other} and in ${name}`;
      return [
        new TruekeelError(`${key} is ${where}`, {
          code: 'DUPLICATE_KEY',
          family: 'validation',
          ...placeOf(object),
          hint: 'Give one of them another name or namespace, or remove it.',
        }),
      ];
    }),
  );
}
