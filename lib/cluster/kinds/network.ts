/** Ingresses, network policies and endpoints. */
import type { MutableObject } from '../mutable.ts';
import type { FieldError } from '../status.ts';
import { invalidValue, required } from '../validation/names.ts';
import { enumErrors } from '../validation/pod-spec.ts';
import type { KindRules } from './rules.ts';

interface IngressPath {
  readonly path?: string;
  readonly pathType?: string;
  readonly backend?: IngressBackend;
}

interface IngressBackend {
  readonly service?: {
    readonly name?: string;
    readonly port?: { readonly name?: string; readonly number?: number };
  };
  readonly resource?: unknown;
}

export const ingress: KindRules = {
  generationOf: ['spec'],
  prepareCreate(object) {
    object.status = { loadBalancer: {} };
  },
  validate(object) {
    const { rules = [], defaultBackend } = object.spec;
    if (rules.length === 0 && !defaultBackend) {
      return [invalidValue('spec', [], 'either `defaultBackend` or `rules` must be specified')];
    }
    return [
      ...(defaultBackend ? backendErrors(defaultBackend, 'spec.defaultBackend') : []),
      ...rules.flatMap((rule: MutableObject['spec'], i: number) =>
        (rule.http?.paths ?? []).flatMap((path: IngressPath, j: number) =>
          pathErrors(path, `spec.rules[${i}].http.paths[${j}]`),
        ),
      ),
    ];
  },
};

function pathErrors(path: IngressPath, at: string): FieldError[] {
  const isAbsolute = path.path?.startsWith('/') ?? false;
  return [
    ...(path.pathType === undefined ? [required(`${at}.pathType`, 'pathType must be specified')] : []),
    ...enumErrors(path.pathType, ['Exact', 'ImplementationSpecific', 'Prefix'], `${at}.pathType`),
    ...((path.pathType === 'Exact' || path.pathType === 'Prefix') && !isAbsolute
      ? [invalidValue(`${at}.path`, path.path ?? '', 'must be an absolute path')]
      : []),
    ...backendErrors(path.backend ?? {}, `${at}.backend`),
  ];
}

function backendErrors(backend: IngressBackend, at: string): FieldError[] {
  if (backend.resource !== undefined) return [];
  const { service } = backend;
  if (!service) return [required(`${at}.service`)];
  return [
    ...(service.name ? [] : [required(`${at}.service.name`)]),
    ...(service.port?.name || service.port?.number
      ? []
      : [required(`${at}.service.port`, 'port name or number is required')]),
  ];
}

export const ingressClass: KindRules = {
  generationOf: ['spec'],
  setDefaults({ spec }) {
    if (spec?.parameters) spec.parameters.scope ??= 'Cluster';
  },
};

export const networkPolicy: KindRules = {
  generationOf: ['spec'],
  setDefaults(object) {
    object.spec ??= {};
    object.spec.policyTypes ??= ['Ingress', ...(object.spec.egress?.length ? ['Egress'] : [])];
    for (const rule of [...(object.spec.ingress ?? []), ...(object.spec.egress ?? [])]) {
      for (const port of rule.ports ?? []) port.protocol ??= 'TCP';
    }
  },
};

export const endpoints: KindRules = {
  createOnUpdate: true,
  setDefaults(object) {
    for (const subset of object.subsets ?? []) for (const port of subset.ports ?? []) port.protocol ??= 'TCP';
  },
};

export const endpointSlice: KindRules = {
  generationOf: ['endpoints', 'ports', 'addressType'],
  setDefaults(object) {
    for (const port of object.ports ?? []) {
      port.name ??= '';
      port.protocol ??= 'TCP';
    }
  },
};
