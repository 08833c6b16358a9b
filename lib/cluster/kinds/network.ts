import { immutable } from '../../kinds/index.ts';
import type { KindRules } from './rules.ts';

export const ingress: KindRules = {
  generationOf: ['spec'],
  prepareCreate(object) {
    object.status = { loadBalancer: {} };
  },
};

export const ingressClass: KindRules = {
  generationOf: ['spec'],
  setDefaults({ spec }) {
    if (spec?.parameters) spec.parameters.scope ||= 'Cluster';
  },
  validateUpdate: ({ spec }, old) =>
    spec?.controller === old.spec?.controller ? [] : [immutable('spec.controller', spec?.controller)],
};

export const networkPolicy: KindRules = {
  generationOf: ['spec'],
  setDefaults(object) {
    object.spec ??= {};
    object.spec.policyTypes ??= ['Ingress', ...(object.spec.egress?.length ? ['Egress'] : [])];
    for (const rule of [...(object.spec.ingress ?? []), ...(object.spec.egress ?? [])]) {
      for (const port of rule.ports ?? []) port.protocol ||= 'TCP';
    }
  },
};

export const endpoints: KindRules = {
  createOnUpdate: true,
  setDefaults(object) {
    for (const subset of object.subsets ?? []) for (const port of subset.ports ?? []) port.protocol ||= 'TCP';
  },
};

export const endpointSlice: KindRules = {
  // The server tells no value of what declares itself to be immutable.
  validateUpdate: (object, old) =>
    object.addressType === old.addressType ? [] : [immutable('addressType', null)],
  generationOf: ['endpoints', 'ports', 'addressType'],
  setDefaults(object) {
    for (const port of object.ports ?? []) {
      port.name ||= '';
      port.protocol ||= 'TCP';
    }
  },
};
