/** Rules about containers. */
import { itemsOf, podTemplateOf } from '../../validate/index.ts';
import type { Finding, Rule } from '../rule.ts';
import { objectRule } from '../rule.ts';
import { isSecretName } from '../secret-name.ts';

// biome-ignore lint/suspicious/noExplicitAny: a container's fields are what its kind's schema says
type Fields = any;
type Said = Omit<Finding, 'application' | 'object' | 'field'> & { readonly field?: string };

interface Container {
  readonly fields: Fields;
  readonly name: string;
  /** Of the pod that it is in. */
  readonly pod: Fields;
  readonly kind: string;
  /** An init container that goes on running counts as one of the others. */
  readonly isInit: boolean;
}

/** @param check its fields are relative to the container */
function containerRule(rule: Omit<Rule, 'check'>, check: (container: Container) => Iterable<Said>): Rule {
  return objectRule(rule, function* ({ object }) {
    const template = podTemplateOf(object);
    if (!template) return;
    for (const list of ['initContainers', 'containers'] as const) {
      for (const [index, fields] of itemsOf(template.spec[list]).entries()) {
        const isInit = list === 'initContainers' && fields.restartPolicy !== 'Always';
        const container = { fields, name: fields.name, pod: template.spec, kind: object.kind, isInit };
        for (const { field, ...said } of check(container)) {
          const at = `${template.at}.${list}[${index}]`;
          yield { ...said, field: field === undefined ? at : `${at}.${field}` };
        }
      }
    }
  });
}

/** Kinds whose pods run until they are told to stop. */
const LASTING: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']);

/** The tag of an image without a digest: `latest` where none is given. */
function tagOf(image: string): string | undefined {
  if (image.includes('@')) return undefined;
  const name = image.slice(image.lastIndexOf('/') + 1);
  const colon = name.indexOf(':');
  return colon < 0 ? 'latest' : name.slice(colon + 1);
}

export const CONTAINER_RULES: readonly Rule[] = [
  containerRule(
    {
      name: 'latest-tag',
      summary: 'Images have a tag, and it is not latest.',
      severity: 'error',
    },
    function* ({ fields: { image }, name }) {
      if (typeof image !== 'string' || tagOf(image) !== 'latest') return;
      yield {
        message: `container ${name} runs ${image}, which is another image tomorrow`,
        field: 'image',
        hint: 'Name a version, or better a digest.',
      };
    },
  ),
  containerRule(
    { name: 'image-digest', summary: 'Images are named by digest.', severity: 'warning' },
    function* ({ fields: { image }, name }) {
      if (typeof image !== 'string' || /@sha256:[0-9a-f]{64}$/.test(image)) return;
      yield {
        message: `container ${name} runs ${image}, which is not named by digest`,
        field: 'image',
        hint: 'A tag can be moved to another image: write image@sha256:…',
      };
    },
  ),
  containerRule(
    {
      name: 'resources',
      summary: 'Containers say what processor time and memory they need, and how much memory they may take.',
      severity: 'warning',
    },
    function* ({ fields: { resources }, name }) {
      const missing = [
        ...['cpu', 'memory']
          .filter((kind) => asked(resources, kind) === undefined)
          .map((kind) => `requests.${kind}`),
        ...(resources?.limits?.memory === undefined ? ['limits.memory'] : []),
      ];
      if (missing.length === 0) return;
      yield {
        message: `container ${name} has no resources.${missing.join(', no resources.')}`,
        field: 'resources',
        hint: 'Without requests it is placed on nodes that are full, and is the first to go when memory is short.',
      };
    },
  ),
  containerRule(
    {
      name: 'probes',
      summary: 'Containers of lasting workloads that open a port say when they are ready.',
      severity: 'warning',
    },
    function* ({ fields: { ports, readinessProbe }, name, kind, isInit }) {
      if (!LASTING.has(kind) || isInit || readinessProbe !== undefined) return;
      if (!Array.isArray(ports) || ports.length === 0) return;
      yield {
        message: `container ${name} opens a port and has no readinessProbe`,
        hint: 'Requests reach it before it can answer, and a rollout goes on though it never can.',
      };
    },
  ),
  containerRule(
    { name: 'privileged', summary: 'No container has the rights of its node.', severity: 'error' },
    function* ({ fields: { securityContext }, name }) {
      if (securityContext?.privileged === true) {
        yield { message: `container ${name} is privileged`, field: 'securityContext.privileged' };
      }
      for (const [index, capability] of listOf(securityContext?.capabilities?.add).entries()) {
        if (capability !== 'ALL' && capability !== 'SYS_ADMIN') continue;
        yield {
          message: `container ${name} has the capability ${capability}`,
          field: `securityContext.capabilities.add[${index}]`,
        };
      }
    },
  ),
  containerRule(
    { name: 'run-as-non-root', summary: 'No container runs as root.', severity: 'warning' },
    function* ({ fields: { securityContext }, pod, name }) {
      const effective = { ...pod.securityContext, ...securityContext };
      if (effective.runAsUser === 0) {
        yield { message: `container ${name} runs as root`, field: 'securityContext.runAsUser' };
        return;
      }
      if (effective.runAsNonRoot === true || typeof effective.runAsUser === 'number') return;
      yield {
        message: `container ${name} may run as root`,
        field: 'securityContext',
        hint: 'Set runAsNonRoot, or runAsUser.',
      };
    },
  ),
  containerRule(
    {
      name: 'secret-in-env',
      summary: 'No variable that is named like a secret has its value in the program.',
      severity: 'error',
    },
    function* ({ fields: { env }, name }) {
      for (const [index, variable] of itemsOf(env).entries()) {
        if (typeof variable.value !== 'string' || variable.value === '') continue;
        if (!isSecretName(variable.name)) continue;
        yield {
          message: `container ${name} has the value of ${variable.name} in the program`,
          field: `env[${index}].value`,
          hint: 'Take it from a Secret (valueFrom.secretKeyRef) that a secret store or a sealed secret makes.',
        };
      }
    },
  ),
];

/** Kubernetes takes a limit for a request that is not given. */
function asked(resources: Fields, kind: string): unknown {
  return resources?.requests?.[kind] ?? resources?.limits?.[kind];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
