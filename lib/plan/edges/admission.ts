import { type KubernetesObject, parseApiVersion } from '../../objects/index.ts';
import { stringOf } from '../field-path.ts';
import { type EdgeFinder, inNamespace, type Need, present, ready } from './edge.ts';

const ADMISSION = 'admissionregistration.k8s.io';

/** A policy comes after the definition of its parameters' kind. */
export const policyEdges: EdgeFinder = ({ object }, written) => {
  const kind = stringOf(object, 'spec', 'paramKind', 'kind');
  if (kind === undefined) return [];
  const { group } = parseApiVersion(stringOf(object, 'spec', 'paramKind', 'apiVersion') ?? '');
  const definition = written.definitionOf({ group, kind });
  return definition ? [ready(definition)] : [];
};

/** The binding of a policy puts it in force: it comes after the policy and after the parameters. */
const bindingOf =
  (kind: string): EdgeFinder =>
  ({ object }, written) => {
    const name = stringOf(object, 'spec', 'policyName');
    if (name === undefined) return [];
    const policy = { group: ADMISSION, kind, namespace: '', name };
    return [present(policy), ...parameters(object, written.get(policy))];
  };

/** Only the policy says of which kind its parameters are. */
function parameters(binding: KubernetesObject, policy: KubernetesObject | undefined): readonly Need[] {
  const kind = stringOf(policy, 'spec', 'paramKind', 'kind');
  if (kind === undefined) return [];
  const { group } = parseApiVersion(stringOf(policy, 'spec', 'paramKind', 'apiVersion') ?? '');
  const namespace = stringOf(binding, 'spec', 'paramRef', 'namespace') ?? '';
  return inNamespace({ group, kind, namespace }, stringOf(binding, 'spec', 'paramRef', 'name'));
}

export const validatingBindingEdges = bindingOf('ValidatingAdmissionPolicy');
export const mutatingBindingEdges = bindingOf('MutatingAdmissionPolicy');

/** A flow schema comes after its priority level. */
export const flowSchemaEdges: EdgeFinder = ({ object }) =>
  inNamespace(
    { group: 'flowcontrol.apiserver.k8s.io', kind: 'PriorityLevelConfiguration', namespace: '' },
    stringOf(object, 'spec', 'priorityLevelConfiguration', 'name'),
  );
