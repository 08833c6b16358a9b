/** Has the objects of an environment validated, and keeps what was found out of each application. */
import {
  formatKey,
  KUBERNETES_VERSIONS,
  kubernetesMinor,
  type RenderedApplication,
  type RenderedObject,
  type TruekeelError,
} from '../objects/index.ts';
import { byName } from './application.ts';
import { asJudged } from './judged.ts';
import type { KeptApplication } from './kept.ts';
import type { Problems } from './problems.ts';
import type { CollectedEnvironment } from './tree/index.ts';
import type { Validator } from './verdict.ts';

/** What was found out while the applications of an environment were validated. */
export class Validated {
  readonly #byKey = new Map<string, string>();
  readonly #found = new Map<string, { readonly reach: Set<string>; readonly warnings: TruekeelError[] }>();
  readonly #warnings: TruekeelError[] = [];

  constructor(applications: readonly RenderedApplication[]) {
    for (const { name, objects } of applications) {
      this.#found.set(name, { reach: new Set(), warnings: [] });
      for (const { key } of objects) this.#byKey.set(formatKey(key), name);
    }
  }

  lookedUp(object: Pick<RenderedObject, 'key'>, namespace: string): void {
    this.of(this.#byKey.get(formatKey(object.key))).reach.add(namespace);
  }

  warned(warning: TruekeelError): void {
    this.#warnings.push(warning);
    this.of(warning.key && this.#byKey.get(formatKey(warning.key))).warnings.push(warning);
  }

  /** All, with those of applications that were not looked at, in the order that they have when all are. */
  warningsWith(unchanged: Validation['unchanged']): readonly TruekeelError[] {
    if (unchanged.length === 0) return this.#warnings;
    const found = [...this.#found].map(([name, { warnings }]) => ({ name, warnings }));
    const kept = unchanged.map(({ application, kept }) => ({
      name: application.name,
      warnings: kept.warnings,
    }));
    return [...found, ...kept].sort(byName).flatMap(({ warnings }) => warnings);
  }

  of(application: string | undefined) {
    return this.#found.get(application ?? '') ?? { reach: new Set<string>(), warnings: [] };
  }
}

interface Validation {
  /** Absent: nothing is validated. */
  readonly validator: Validator | undefined;
  /** Whether what was found out is kept for other runs. */
  readonly keeps: boolean;
  readonly problems: Problems;
  readonly unchanged: readonly {
    readonly kept: KeptApplication;
    readonly application: RenderedApplication;
  }[];
  readonly validated: Validated;
}

/** Errors go to the problems, everything else to what was found out. */
export function validate(
  environment: CollectedEnvironment,
  applications: readonly RenderedApplication[],
  { validator, keeps, problems, unchanged, validated }: Validation,
): void {
  const { kubernetesVersion, refuseUnknownKinds = false } = environment;
  const minor = kubernetesVersion === undefined ? undefined : kubernetesMinor(kubernetesVersion);
  if (kubernetesVersion !== undefined && minor === undefined) {
    problems.add(environment, {
      code: 'UNKNOWN_KUBERNETES_VERSION',
      message: `kubernetesVersion of environment ${environment.name} is ${JSON.stringify(kubernetesVersion)}`,
      hint: `It can be ${KUBERNETES_VERSIONS}.`,
    });
    return;
  }
  const verdict = validator?.(
    applications.flatMap(({ objects }) => objects),
    {
      ...(minor !== undefined && { minor }),
      refuseUnknownKinds,
      ...(keeps && {
        elsewhere: (namespace) =>
          asJudged(
            unchanged
              .filter(({ kept }) => kept.namespaces.includes(namespace))
              .map(({ application }) => application),
          ).flatMap(({ objects }) => objects),
        onLookUp: (object, namespace) => validated.lookedUp(object, namespace),
      }),
    },
  );
  if (!verdict) return;
  for (const error of verdict.errors) problems.addError(error);
  for (const warning of verdict.warnings) validated.warned(warning);
}
