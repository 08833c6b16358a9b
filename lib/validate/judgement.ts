/** Collects what is wrong with one object. */
import type { KubernetesObject } from '../objects/index.ts';

export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  /** `spec.template.spec.containers[0].image`; absent when it is about the object as a whole. */
  readonly field?: string;
  /** What is wrong, as the rest of a sentence that begins with the field, or with the object. */
  readonly message: string;
  readonly hint?: string;
}

/** Where nothing better is known. */
const WHAT_TO_DO: Readonly<Record<string, string>> = {
  DUPLICATE_ITEM: 'Remove one of them.',
  INVALID_FIELD: 'Correct the value.',
  MISSING_FIELD: 'Add it.',
  WRONG_TYPE: 'Give a value of this type.',
};

export class Judgement {
  readonly object: KubernetesObject;
  /** Minor version of the Kubernetes release that it is for. */
  readonly minor: number;
  #findings: Finding[] | undefined;

  constructor(object: KubernetesObject, minor: number) {
    this.object = object;
    this.minor = minor;
  }

  get findings(): readonly Finding[] {
    return this.#findings ?? [];
  }

  get hasErrors(): boolean {
    return this.#findings?.some(({ severity }) => severity === 'error') ?? false;
  }

  add(finding: Finding): void {
    this.#findings ??= [];
    const hint = finding.hint ?? WHAT_TO_DO[finding.code];
    this.#findings.push(hint === undefined ? finding : { ...finding, hint });
  }

  /** The API server refuses a field's value. */
  refuse(field: string, message: string, hint?: string): void {
    this.add({
      severity: 'error',
      code: 'INVALID_FIELD',
      field,
      message,
      ...(hint !== undefined && { hint }),
    });
  }
}
