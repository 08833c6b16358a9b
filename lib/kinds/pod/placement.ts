/** Where pods go: tolerations, spreading, affinity. */
import {
  duplicate,
  enumErrors,
  type FieldError,
  type Fields,
  invalidValue,
  notSupported,
  required,
} from '../field-errors.ts';
import { labelErrors } from '../labels.ts';
import { qualifiedNameErrors } from '../names.ts';
import { selectorErrors } from '../selector.ts';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const SPREADS = ['DoNotSchedule', 'ScheduleAnyway'];

export function placementErrors(spec: Fields, path: string): FieldError[] {
  return [
    ...labelErrors(spec.nodeSelector, `${path}.nodeSelector`),
    ...((spec.tolerations ?? []) as readonly Fields[]).flatMap((one, i) =>
      tolerationErrors(one, `${path}.tolerations[${i}]`),
    ),
    ...spreadErrors(spec.topologySpreadConstraints ?? [], `${path}.topologySpreadConstraints`),
    ...affinityErrors(spec.affinity ?? {}, `${path}.affinity`),
  ];
}

function tolerationErrors(
  { key, operator, value, effect, tolerationSeconds }: Fields,
  at: string,
): FieldError[] {
  return [
    ...(key ? qualifiedNameErrors(key, `${at}.key`) : []),
    ...(!key && operator !== 'Exists'
      ? [
          invalidValue(
            `${at}.operator`,
            operator ?? '',
            'operator must be Exists when `key` is empty, which means "match all values and all keys"',
          ),
        ]
      : []),
    ...(operator === 'Exists' && value
      ? [invalidValue(`${at}.operator`, value, "value must be empty when `operator` is 'Exists'")]
      : []),
    ...(operator && !OPERATORS.has(operator)
      ? [notSupported(`${at}.operator`, operator, ['Equal', 'Exists'])]
      : []),
    ...(effect ? enumErrors(effect, EFFECTS, `${at}.effect`) : []),
    ...(tolerationSeconds != null && effect !== 'NoExecute'
      ? [
          invalidValue(
            `${at}.effect`,
            effect ?? '',
            "effect must be 'NoExecute' when `tolerationSeconds` is set",
          ),
        ]
      : []),
  ];
}

/** The last two of newer servers, behind a gate. */
const OPERATORS = new Set(['Equal', 'Exists', 'Lt', 'Gt']);

function spreadErrors(constraints: readonly Fields[], path: string): FieldError[] {
  return constraints.flatMap((constraint, i) => {
    const { maxSkew, topologyKey, whenUnsatisfiable, minDomains } = constraint;
    const at = `${path}[${i}]`;
    const isTaken = constraints
      .slice(i + 1)
      .some((other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable);
    return [
      ...(maxSkew > 0 ? [] : [invalidValue(`${at}.maxSkew`, maxSkew ?? 0, 'must be greater than zero')]),
      ...(topologyKey ? [] : [required(`${at}.topologyKey`, 'can not be empty')]),
      ...(SPREADS.includes(whenUnsatisfiable)
        ? []
        : [notSupported(`${at}.whenUnsatisfiable`, whenUnsatisfiable ?? '', SPREADS)]),
      ...(isTaken
        ? [duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`)]
        : []),
      ...(minDomains != null && minDomains <= 0
        ? [invalidValue(`${at}.minDomains`, minDomains, 'must be greater than zero')]
        : []),
      ...(minDomains != null && whenUnsatisfiable === 'ScheduleAnyway'
        ? [
            invalidValue(
              `${at}.minDomains`,
              minDomains,
              `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`,
            ),
          ]
        : []),
    ];
  });
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

function affinityErrors({ nodeAffinity, podAffinity, podAntiAffinity }: Fields, path: string): FieldError[] {
  return [
    ...nodeAffinityErrors(nodeAffinity ?? {}, `${path}.nodeAffinity`),
    ...podAffinityErrors(podAffinity ?? {}, `${path}.podAffinity`),
    ...podAffinityErrors(podAntiAffinity ?? {}, `${path}.podAntiAffinity`),
  ];
}

function podAffinityErrors(affinity: Fields, path: string): FieldError[] {
  return [
    ...((affinity[REQUIRED] ?? []) as readonly Fields[]).flatMap((term, i) =>
      podTermErrors(term, `${path}.${REQUIRED}[${i}]`),
    ),
    ...((affinity[PREFERRED] ?? []) as readonly Fields[]).flatMap(({ weight, podAffinityTerm }, i) => [
      ...weightErrors(weight, `${path}.${PREFERRED}[${i}].weight`),
      ...podTermErrors(podAffinityTerm ?? {}, `${path}.${PREFERRED}[${i}].podAffinityTerm`),
    ]),
  ];
}

function podTermErrors({ topologyKey, labelSelector, namespaceSelector }: Fields, at: string): FieldError[] {
  return [
    ...(labelSelector ? selectorErrors(labelSelector, `${at}.labelSelector`) : []),
    ...(namespaceSelector ? selectorErrors(namespaceSelector, `${at}.namespaceSelector`) : []),
    ...(topologyKey ? [] : [required(`${at}.topologyKey`, 'can not be empty')]),
    ...qualifiedNameErrors(topologyKey ?? '', `${at}.topologyKey`),
  ];
}

function weightErrors(weight: number | null | undefined, field: string): FieldError[] {
  return weight != null && weight >= 1 && weight <= 100
    ? []
    : [invalidValue(field, weight ?? 0, 'must be in the range 1-100')];
}

function nodeAffinityErrors(affinity: Fields, path: string): FieldError[] {
  const needed = affinity[REQUIRED];
  const terms: readonly Fields[] = needed?.nodeSelectorTerms ?? [];
  const at = `${path}.${REQUIRED}.nodeSelectorTerms`;
  return [
    ...(needed && terms.length === 0 ? [required(at, 'must have at least one node selector term')] : []),
    ...terms.flatMap((term, i) => nodeTermErrors(term, `${at}[${i}]`)),
    ...((affinity[PREFERRED] ?? []) as readonly Fields[]).flatMap(({ weight, preference }, i) => [
      ...weightErrors(weight, `${path}.${PREFERRED}[${i}].weight`),
      ...nodeTermErrors(preference ?? {}, `${path}.${PREFERRED}[${i}].preference`),
    ]),
  ];
}

function nodeTermErrors({ matchExpressions, matchFields }: Fields, at: string): FieldError[] {
  return [
    ...((matchExpressions ?? []) as readonly Fields[]).flatMap((one, i) =>
      requirementErrors(one, `${at}.matchExpressions[${i}]`),
    ),
    ...((matchFields ?? []) as readonly Fields[]).flatMap(({ key }, i) =>
      key === 'metadata.name'
        ? []
        : [invalidValue(`${at}.matchFields[${i}].key`, key ?? '', 'not a valid field selector key')],
    ),
  ];
}

function requirementErrors({ key, operator, values }: Fields, at: string): FieldError[] {
  const count = values?.length ?? 0;
  const named = qualifiedNameErrors(key ?? '', `${at}.key`);
  switch (operator) {
    case 'In':
    case 'NotIn':
      return count > 0
        ? named
        : [required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"), ...named];
    case 'Exists':
    case 'DoesNotExist':
      return count === 0
        ? named
        : [
            {
              type: 'FieldValueForbidden',
              field: `${at}.values`,
              message: "Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
            },
            ...named,
          ];
    case 'Gt':
    case 'Lt':
      return count === 1
        ? named
        : [
            required(`${at}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"),
            ...named,
          ];
    default:
      return [invalidValue(`${at}.operator`, operator ?? '', 'not a valid selector operator'), ...named];
  }
}
