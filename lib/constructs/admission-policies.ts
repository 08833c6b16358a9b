import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type KubernetesObject, parseYaml } from '../objects/index.ts';
import { AdmissionEvaluator, type AdmissionPolicy, admissionPolicies } from '../policy/admission/index.ts';
import type { CollectedFinding, PolicySubject } from '../render/index.ts';
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
  const parameters = documents.flatMap(({ value }) => (isObject(value) ? [value] : []));
  return admissionPolicies(documents, path).map((policy) => new ReadPolicy(policy, parameters));
}

function isObject(value: unknown): value is KubernetesObject {
  return typeof value === 'object' && value !== null && 'metadata' in value;
}

class ReadPolicy extends Policy {
  private readonly policy: AdmissionPolicy;
  private readonly parameters: readonly KubernetesObject[];

  constructor(policy: AdmissionPolicy, parameters: readonly KubernetesObject[]) {
    super(policy.name);
    this.policy = policy;
    this.parameters = parameters;
  }

  /** @internal */
  public override *_check({ applications }: PolicySubject): Iterable<Omit<CollectedFinding, 'policy'>> {
    const places = new Map(
      applications.flatMap(({ name, objects }) =>
        objects.map(
          ({ object, constructPath = '' }) => [object, { application: name, constructPath }] as const,
        ),
      ),
    );
    const evaluator = new AdmissionEvaluator([...places.keys()], this.parameters);
    for (const { object, message, severity } of evaluator.evaluate(this.policy)) {
      const place = places.get(object);
      if (place) yield { ...place, message, severity };
    }
  }
}
