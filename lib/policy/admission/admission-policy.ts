/** ValidatingAdmissionPolicies and their bindings (admissionregistration.k8s.io/v1), as far as they say something about
 * objects that are about to be created. */
import type { KubernetesObject, ObjectLabelSelector, YamlDocument } from '../../objects/index.ts';
import { TruekeelError } from '../../objects/index.ts';

export interface ResourceRule {
  readonly apiGroups?: readonly string[];
  readonly apiVersions?: readonly string[];
  readonly operations?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  /** `Cluster`, `Namespaced` or `*` */
  readonly scope?: string;
}

/** `spec.matchConstraints` of a policy, `spec.matchResources` of a binding. */
export interface MatchResources {
  readonly namespaceSelector?: ObjectLabelSelector;
  readonly objectSelector?: ObjectLabelSelector;
  readonly resourceRules?: readonly ResourceRule[];
  readonly excludeResourceRules?: readonly ResourceRule[];
}

export interface NamedExpression {
  readonly name: string;
  readonly expression: string;
}

export interface Validation {
  readonly expression: string;
  readonly message?: string;
  readonly messageExpression?: string;
}

export interface PolicySpec {
  readonly paramKind?: { readonly apiVersion: string; readonly kind: string };
  readonly matchConstraints?: MatchResources;
  readonly matchConditions?: readonly NamedExpression[];
  readonly variables?: readonly NamedExpression[];
  readonly validations?: readonly Validation[];
  /** `Fail` or `Ignore` */
  readonly failurePolicy?: string;
}

interface ParamRef {
  readonly name?: string;
  readonly namespace?: string;
  readonly selector?: ObjectLabelSelector;
  /** `Allow` or `Deny` */
  readonly parameterNotFoundAction?: string;
}

export interface BindingSpec {
  readonly policyName: string;
  readonly paramRef?: ParamRef;
  readonly matchResources?: MatchResources;
  /** `Deny`, `Warn`, `Audit` */
  readonly validationActions?: readonly string[];
}

export interface AdmissionPolicy {
  readonly name: string;
  readonly spec: PolicySpec;
  readonly bindings: readonly BindingSpec[];
}

/** What a file or folder has of policies; other objects in it may be their parameters.
 * @throws TruekeelError `NO_ADMISSION_POLICY` */
export function admissionPolicies(
  documents: readonly YamlDocument[],
  file: string,
): readonly AdmissionPolicy[] {
  // Whether they are objects of these kinds is what is asked here.
  const objects = documents.map(({ value }) => value as unknown as KubernetesObject);
  const ofKind = (kind: string) =>
    objects.filter((object) => object?.kind === kind && isAdmission(object.apiVersion));
  const bindings = ofKind('ValidatingAdmissionPolicyBinding').map(({ spec }) => spec as BindingSpec);
  const policies = ofKind('ValidatingAdmissionPolicy').map(({ metadata: { name }, spec }) => ({
    name,
    spec: (spec ?? {}) as PolicySpec,
    bindings: bindings.filter(({ policyName }) => policyName === name),
  }));
  if (policies.length === 0) {
    throw new TruekeelError(`${file} has no ValidatingAdmissionPolicy`, {
      code: 'NO_ADMISSION_POLICY',
      family: 'validation',
      source: { file, line: 1 },
      hint: 'Name a file, or a folder of files, with policies and their bindings.',
    });
  }
  return policies;
}

function isAdmission(apiVersion: unknown): boolean {
  return typeof apiVersion === 'string' && apiVersion.startsWith('admissionregistration.k8s.io/');
}
