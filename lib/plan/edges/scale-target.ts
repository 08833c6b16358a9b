import { parseApiVersion } from '../../objects/index.ts';
import { itemsOf, stringOf } from '../field-path.ts';
import { type EdgeFinder, inNamespace, secrets } from './edge.ts';

/** What `spec.scaleTargetRef` or `spec.targetRef` names. KEDA's has a default, Kubernetes' always says the kind. */
const toTarget =
  (field: 'scaleTargetRef' | 'targetRef', defaultKind?: string): EdgeFinder =>
  ({ key: { namespace }, object }) => {
    const kind = stringOf(object, 'spec', field, 'kind') ?? defaultKind;
    if (kind === undefined) return [];
    const { group } = parseApiVersion(stringOf(object, 'spec', field, 'apiVersion') ?? 'apps/v1');
    return inNamespace({ group, kind, namespace }, stringOf(object, 'spec', field, 'name'));
  };

/** An autoscaler comes after what it scales. */
export const horizontalEdges = toTarget('scaleTargetRef');
export const verticalEdges = toTarget('targetRef');
export const scaledObjectEdges = toTarget('scaleTargetRef', 'Deployment');

const KEDA = 'keda.sh';

/** What KEDA scales comes after the credentials for what it counts. */
export const triggerEdges: EdgeFinder = ({ key, object }) =>
  itemsOf(object, 'spec', 'triggers').flatMap((trigger) => {
    const kind = stringOf(trigger, 'authenticationRef', 'kind') ?? 'TriggerAuthentication';
    const namespace = kind === 'ClusterTriggerAuthentication' ? '' : key.namespace;
    return inNamespace({ group: KEDA, kind, namespace }, stringOf(trigger, 'authenticationRef', 'name'));
  });

export const triggerAuthenticationEdges: EdgeFinder = ({ key, object }) =>
  secrets(
    key.namespace,
    itemsOf(object, 'spec', 'secretTargetRef').map((reference) => stringOf(reference, 'name')),
  );
