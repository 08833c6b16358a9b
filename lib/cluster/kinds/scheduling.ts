/** What decides who goes first and who gets how much. */
import { immutable } from '../../kinds/index.ts';
import type { KindRules } from './rules.ts';

export const runtimeClass: KindRules = {
  createOnUpdate: true,
  conditionalUpdate: true,
  validateUpdate: (object, old) => (object.handler === old.handler ? [] : [immutable('handler', null)]),
};

export const priorityClass: KindRules = {
  generationOf: [],
  setDefaults(object) {
    object.preemptionPolicy ||= 'PreemptLowerPriority';
  },
  validateUpdate: (object, old) =>
    (['value', 'preemptionPolicy'] as const)
      .filter((field) => object[field] !== old[field])
      .map((field) =>
        field === 'value'
          ? { type: 'FieldValueForbidden', field, message: 'Forbidden: may not be changed in an update.' }
          : immutable(field, object[field]),
      ),
};

export const lease: KindRules = {
  createOnUpdate: true,
  conditionalUpdate: true,
};

/** A container's limit is its maximum unless said otherwise; its request is its limit, else its minimum. */
export const limitRange: KindRules = {
  createOnUpdate: true,
  setDefaults({ spec }) {
    for (const limit of spec?.limits ?? []) {
      if (limit.type !== 'Container') continue;
      limit.default = { ...limit.max, ...limit.default };
      limit.defaultRequest = { ...limit.min, ...limit.default, ...limit.defaultRequest };
    }
  },
};

export const flowSchema: KindRules = {
  generationOf: ['spec'],
  setDefaults({ spec }) {
    // Zero is what the schema fills in, and stands for "not said".
    if (spec) spec.matchingPrecedence ||= 1000;
  },
};

export const resourceClaim: KindRules = { setDefaults: ({ spec }) => setDeviceDefaults(spec) };

export const resourceClaimTemplate: KindRules = {
  setDefaults: ({ spec }) => setDeviceDefaults(spec?.spec),
};

// biome-ignore lint/suspicious/noExplicitAny: the fields are those of the kind's schema, which has typed them already
function setDeviceDefaults(spec: any): void {
  for (const request of spec?.devices?.requests ?? []) {
    for (const wanted of [request.exactly, ...(request.firstAvailable ?? [])]) {
      if (!wanted) continue;
      wanted.allocationMode ||= 'ExactCount';
      if (wanted.allocationMode === 'ExactCount') wanted.count ??= 1;
    }
  }
}
