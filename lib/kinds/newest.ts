/** What the newest release refuses and earlier ones that are supported let pass. */
import { type KubernetesObject, nameProblems } from '../objects/index.ts';
import { addressOf, blockOf, canonicalOf, isFirstOf } from './addresses.ts';
import { type Amount, amountErrors, isNoAmount } from './amount.ts';
import { type FieldError, type Fields, invalidValue } from './field-errors.ts';
import { isNew } from './new.ts';

const ERRORS: Readonly<Record<string, (object: KubernetesObject) => readonly FieldError[]>> = {
  '/Endpoints': endpointsErrors,
  '/Service': serviceErrors,
  'apps/StatefulSet': statefulSetErrors,
  'autoscaling/HorizontalPodAutoscaler': autoscalerErrors,
  'batch/CronJob': cronJobErrors,
  'discovery.k8s.io/EndpointSlice': endpointSliceErrors,
  'networking.k8s.io/NetworkPolicy': networkPolicyErrors,
};

/** @param object of which `kindErrors` has been asked before */
export function newestKindErrors(
  kind: { readonly group: string; readonly kind: string },
  object: KubernetesObject,
): readonly FieldError[] {
  const key = `${kind.group}/${kind.kind}`;
  return Object.hasOwn(ERRORS, key) ? (ERRORS[key]?.(object) ?? []) : [];
}

function statefulSetErrors(object: KubernetesObject): FieldError[] {
  const { serviceName, updateStrategy } = object.spec;
  const maxUnavailable: Amount | undefined = updateStrategy?.rollingUpdate?.maxUnavailable;
  const field = 'spec.updateStrategy.rollingUpdate.maxUnavailable';
  return [
    ...(serviceName && isNew(object)
      ? nameProblems(serviceName, 'dns-1123-label').map((problem) =>
          invalidValue('spec.serviceName', serviceName, problem),
        )
      : []),
    ...(maxUnavailable == null || updateStrategy.type === 'OnDelete'
      ? []
      : [
          ...amountErrors(maxUnavailable, field),
          ...(isNoAmount(maxUnavailable) ? [invalidValue(field, maxUnavailable, 'cannot be 0')] : []),
        ]),
  ];
}

function cronJobErrors({ spec }: KubernetesObject): FieldError[] {
  const why = 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead';
  return spec.schedule?.includes('TZ') && spec.timeZone == null
    ? [invalidValue('spec.schedule', spec.schedule, why)]
    : [];
}

function autoscalerErrors(object: KubernetesObject): FieldError[] {
  if (!isNew(object)) return [];
  const { scaleTargetRef: target, metrics } = object.spec;
  return [
    ...apiVersionErrors(target, 'spec.scaleTargetRef', target?.kind === 'ReplicationController'),
    ...((metrics ?? []) as readonly Fields[]).flatMap(({ object: source }, i) =>
      source
        ? apiVersionErrors(source.describedObject, `spec.metrics[${i}].object.describedObject`, true)
        : [],
    ),
  ];
}

function apiVersionErrors(reference: Fields, at: string, isCoreAllowed: boolean): FieldError[] {
  const apiVersion: string = reference?.apiVersion ?? '';
  const parts = apiVersion.split('/');
  const field = `${at}.apiVersion`;
  if (parts.length > 2) {
    return [invalidValue(field, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)];
  }
  const isCore = parts.length === 1 || parts[0] === '';
  return isCore && !isCoreAllowed
    ? [invalidValue(field, apiVersion, 'apiVersion must specify API group')]
    : [];
}

const PADDED = /(?:^|[./])0\d/;
const MAPPED = /^::ffff:(?:0:)?(?:\d+\.|[0-9a-f]{1,4}:[0-9a-f]{1,4}$)/i;

/** Programs differ in what they take such addresses for. */
function ambiguousAddressErrors(text: string | undefined, field: string): FieldError[] {
  const address = addressOf(text ?? '');
  if (!address || text === undefined) return [];
  if (PADDED.test(text) && address.family === 'ipv4')
    return [invalidValue(field, text, 'must not have leading 0s')];
  return MAPPED.test(text) ? [invalidValue(field, text, 'must not be an IPv4-mapped IPv6 address')] : [];
}

function ambiguousBlockErrors(given: string | undefined, field: string): FieldError[] {
  const text = (given ?? '').trim();
  const block = blockOf(text);
  if (!block) return [];
  const { family } = block.address;
  if ((family === 'ipv4' && PADDED.test(text)) || /\/0\d/.test(text)) {
    return [invalidValue(field, text, 'must not have leading 0s in IP or prefix length')];
  }
  if (MAPPED.test(text.slice(0, text.indexOf('/')))) {
    return [invalidValue(field, text, 'must not have an IPv4-mapped IPv6 address')];
  }
  return isFirstOf(block)
    ? []
    : [invalidValue(field, text, 'must not have bits set beyond the prefix length')];
}

function serviceErrors({ spec }: KubernetesObject): FieldError[] {
  const list = (name: string) => (spec[name] ?? []) as readonly string[];
  return [
    ...list('clusterIPs').flatMap((text, i) => ambiguousAddressErrors(text, `spec.clusterIPs[${i}]`)),
    ...list('externalIPs').flatMap((text, i) => ambiguousAddressErrors(text, `spec.externalIPs[${i}]`)),
    ...list('loadBalancerSourceRanges').flatMap((text, i) =>
      ambiguousBlockErrors(text, `spec.LoadBalancerSourceRanges[${i}]`),
    ),
  ];
}

function networkPolicyErrors({ spec }: KubernetesObject): FieldError[] {
  const rules = (direction: string, peers: string): FieldError[] =>
    ((spec?.[direction] ?? []) as readonly Fields[]).flatMap((rule, i) =>
      ((rule[peers] ?? []) as readonly Fields[]).flatMap(({ ipBlock }, j) => {
        const at = `spec.${direction}[${i}].${peers}[${j}].ipBlock`;
        if (!ipBlock) return [];
        return [
          ...ambiguousBlockErrors(ipBlock.cidr, `${at}.cidr`),
          ...((ipBlock.except ?? []) as readonly string[]).flatMap((text, k) =>
            ambiguousBlockErrors(text, `${at}.except[${k}]`),
          ),
        ];
      }),
    );
  return [...rules('ingress', 'from'), ...rules('egress', 'to')];
}

function endpointsErrors({ subsets }: KubernetesObject): FieldError[] {
  return ((subsets ?? []) as readonly Fields[]).flatMap((subset, i) =>
    ['addresses', 'notReadyAddresses'].flatMap((list) =>
      ((subset[list] ?? []) as readonly Fields[]).flatMap(({ ip }, j) =>
        ambiguousAddressErrors(ip, `subsets[${i}].${list}[${j}].ip`),
      ),
    ),
  );
}

function endpointSliceErrors({ endpoints, addressType }: KubernetesObject): FieldError[] {
  if (addressType !== 'IPv4' && addressType !== 'IPv6') return [];
  return ((endpoints ?? []) as readonly Fields[]).flatMap((endpoint, i) =>
    ((endpoint.addresses ?? []) as readonly string[]).flatMap((text, j) => {
      const field = `endpoints[${i}].addresses[${j}]`;
      const errors = ambiguousAddressErrors(text, field);
      return errors.length > 0 || addressType === 'IPv4' ? errors : otherFormErrors(text, field);
    }),
  );
}

function otherFormErrors(text: string, field: string): FieldError[] {
  const address = addressOf(text);
  const canonical = address && canonicalOf(address);
  return canonical === undefined || canonical === text
    ? []
    : [invalidValue(field, text, `must be in canonical form (${JSON.stringify(canonical)})`)];
}
