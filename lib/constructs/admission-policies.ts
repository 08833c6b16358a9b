import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type KubernetesObject, parseYaml } from '../objects/index.ts';
import { type AdmissionPolicy, admissionPolicies } from '../policy/admission/index.ts';
import type { CollectedAdmission, PolicyMark } from '../render/index.ts';
import { Policy } from './policy.ts';

/** ValidatingAdmissionPolicies that a program reads from files, one Policy each. */
export function readAdmissionPolicies(path: string): Policy[] {
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => /\.ya?ml$/.test(name))
        .sort()
        .map((name) => join(path, name))
    : [path];
  const documents = files.flatMap((file) => parseYaml(readFileSync(file, 'utf8'), { file }));
  // Whatever else is in the files may be what a policy takes parameters from.
  const objects = documents.flatMap(({ value }) => (isObject(value) ? [value] : []));
  return admissionPolicies(documents, path).map((policy) => {
    const { kind } = policy.spec.paramKind ?? {};
    return new ReadPolicy(policy, { policy, parameters: objects.filter((object) => object.kind === kind) });
  });
}

function isObject(value: unknown): value is KubernetesObject {
  return typeof value === 'object' && value !== null && 'metadata' in value;
}

/** Stands for a policy that is carried out outside of the program. */
class ReadPolicy extends Policy {
  private readonly admission: CollectedAdmission;

  constructor({ name }: AdmissionPolicy, admission: CollectedAdmission) {
    super(name);
    this.admission = admission;
  }

  /** @internal */
  public override _mark(): PolicyMark {
    const { check: _, ...mark } = super._mark();
    return { ...mark, admission: this.admission };
  }
}
