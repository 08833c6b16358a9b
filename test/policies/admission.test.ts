/** Admission policies are carried out as a real API server does: what is denied, and with which words. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withServerDefaults } from '../../lib/cluster/defaults/index.ts';
import type { KubernetesObject } from '../../lib/objects/index.ts';
import { admissionPolicies } from '../../lib/policy/admission/index.ts';
import { AdmissionEvaluator } from '../../lib/policy/index.ts';
import { send } from '../controlplane/connection.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/index.ts';
import { describeOnControlPlane } from '../controlplane/suite.ts';

// biome-ignore lint/suspicious/noExplicitAny: parts of manifests
type Fields = any;

interface Case {
  readonly name: string;
  readonly spec: Fields;
  readonly binding?: Fields;
  readonly denied: Fields;
  readonly allowed: Fields;
}

const containers = (image: string, memory = '1Gi') => [
  { name: 'main', image, resources: { limits: { memory } } },
];
const deployment = (replicas: number, image = 'web:1', memory?: string): Fields => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { labels: { tier: 'front' } },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: containers(image, memory) } },
  },
});
const settings = (data: Fields): Fields => ({ apiVersion: 'v1', kind: 'ConfigMap', data });

const ON_DEPLOYMENTS = {
  resourceRules: [
    {
      apiGroups: ['apps'],
      apiVersions: ['v1'],
      operations: ['CREATE', 'UPDATE'],
      resources: ['deployments'],
    },
  ],
};
const ON_CONFIG_MAPS = {
  resourceRules: [{ apiGroups: [''], apiVersions: ['*'], operations: ['*'], resources: ['configmaps'] }],
};

const CASES: readonly Case[] = [
  {
    name: 'a number',
    spec: { matchConstraints: ON_DEPLOYMENTS, validations: [{ expression: 'object.spec.replicas <= 5' }] },
    denied: deployment(6),
    allowed: deployment(5),
  },
  {
    name: 'a message that is computed',
    spec: {
      matchConstraints: ON_DEPLOYMENTS,
      validations: [
        {
          expression: 'object.spec.replicas <= 5',
          message: 'too many',
          messageExpression:
            "'at most 5, not ' + string(object.spec.replicas) + ' of ' + object.metadata.name",
        },
      ],
    },
    denied: deployment(6),
    allowed: deployment(5),
  },
  {
    name: 'the first of several, images by regular expression',
    spec: {
      matchConstraints: ON_DEPLOYMENTS,
      variables: [{ name: 'containers', expression: 'object.spec.template.spec.containers' }],
      validations: [
        { expression: 'true', message: 'never' },
        {
          expression: "variables.containers.all(c, c.image.matches('^web:[0-9.]+$'))",
          message: 'images are web with a version',
        },
        {
          expression: "variables.containers.all(c, !c.image.endsWith(':latest'))",
          message: 'no latest',
        },
      ],
    },
    denied: deployment(1, 'web:latest'),
    allowed: deployment(1, 'web:1.2'),
  },
  {
    name: 'quantities',
    spec: {
      matchConstraints: ON_DEPLOYMENTS,
      validations: [
        {
          expression:
            "object.spec.template.spec.containers.all(c, has(c.resources.limits) && quantity(c.resources.limits['memory']).isLessThan(quantity('2Gi')))",
          message: 'less than 2Gi',
        },
      ],
    },
    denied: deployment(1, 'web:1', '2048Mi'),
    allowed: deployment(1, 'web:1', '1999Mi'),
  },
  {
    name: 'an absent field, asked for with has and with optionals',
    spec: {
      matchConstraints: ON_CONFIG_MAPS,
      validations: [
        { expression: "has(object.data) && 'owner' in object.data", message: 'has an owner' },
        { expression: "object.?data['owner'].orValue('') != 'nobody'", message: 'somebody owns it' },
      ],
    },
    denied: settings({ owner: 'nobody' }),
    allowed: settings({ owner: 'shop' }),
  },
  {
    name: 'an expression that cannot be evaluated',
    spec: {
      matchConstraints: ON_CONFIG_MAPS,
      validations: [{ expression: "object.data.owner == 'shop'" }],
    },
    denied: settings({}),
    allowed: settings({ owner: 'shop' }),
  },
  {
    name: 'a condition that leaves objects out',
    spec: {
      matchConstraints: ON_DEPLOYMENTS,
      matchConditions: [{ name: 'large', expression: 'object.spec.replicas > 3' }],
      validations: [{ expression: 'false', message: 'large ones are not wanted' }],
    },
    denied: deployment(4),
    allowed: deployment(3),
  },
  {
    name: 'a binding that selects objects',
    spec: {
      matchConstraints: ON_DEPLOYMENTS,
      validations: [{ expression: 'false', message: 'not in front' }],
    },
    binding: {
      matchResources: {
        objectSelector: { matchExpressions: [{ key: 'tier', operator: 'In', values: ['front'] }] },
      },
    },
    denied: deployment(1),
    allowed: { ...deployment(1), metadata: { labels: { tier: 'back' } } },
  },
  {
    name: 'what a server fills in before it asks',
    spec: {
      matchConstraints: ON_DEPLOYMENTS,
      validations: [
        {
          expression:
            "object.spec.strategy.rollingUpdate.maxSurge == '25%' && object.spec.template.spec.containers.all(c, c.imagePullPolicy != 'Always')",
          messageExpression: "'pulls ' + object.spec.template.spec.containers[0].imagePullPolicy",
        },
      ],
    },
    denied: deployment(1, 'web:latest'),
    allowed: deployment(1, 'web:1'),
  },
  {
    name: 'what is known of the request and the namespace',
    spec: {
      matchConstraints: ON_CONFIG_MAPS,
      validations: [
        {
          expression:
            "request.operation == 'CREATE' && request.kind.kind == 'ConfigMap' && request.resource.resource == 'configmaps' && namespaceObject.metadata.name == request.namespace && object.data['home'] == request.namespace",
          message: 'says where it is',
        },
      ],
    },
    denied: settings({ home: 'elsewhere' }),
    allowed: settings({ home: '<namespace>' }),
  },
  {
    name: 'dates, lists and lengths',
    spec: {
      matchConstraints: ON_CONFIG_MAPS,
      validations: [
        {
          expression:
            "size(object.data.names.split(',')) <= 3 && object.data.names.split(',').exists_one(n, n == 'a') && duration(object.data.wait) < duration('1h')",
          message: 'three names, one of them a, and less than an hour',
        },
      ],
    },
    denied: settings({ names: 'a,b,a', wait: '10m' }),
    allowed: settings({ names: 'a,b,c', wait: '10m' }),
  },
];

describeOnControlPlane(
  'an admission policy',
  () => {
    // One of its own: policies that are in force anywhere have other tests' plans ask the server.
    let controlPlane: ControlPlane;

    beforeAll(async () => {
      controlPlane = await startControlPlane({ nodes: 'none' });
    });

    afterAll(() => controlPlane.stop());

    it.each(CASES)('about $name says here what it says there', async ({ spec, binding, denied, allowed }) => {
      const { connection } = controlPlane;
      const name = `policy-${CASES.findIndex((one) => one.spec === spec)}`;
      const namespace = `${name}-home`;
      expect((await send(connection, 'POST', '/api/v1/namespaces', namespaceObject(namespace))).status).toBe(
        201,
      );
      const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
      const documents = [
        { kind: 'ValidatingAdmissionPolicy', spec: { failurePolicy: 'Fail', ...spec } },
        {
          kind: 'ValidatingAdmissionPolicyBinding',
          spec: {
            policyName: name,
            validationActions: ['Deny'],
            ...binding,
            // So that it is in no other case's way.
            matchResources: { ...binding?.matchResources, namespaceSelector },
          },
        },
      ].map((object) => ({
        apiVersion: 'admissionregistration.k8s.io/v1',
        metadata: { name },
        ...object,
      }));
      for (const [index, plural] of [
        'validatingadmissionpolicies',
        'validatingadmissionpolicybindings',
      ].entries()) {
        const path = `/apis/admissionregistration.k8s.io/v1/${plural}`;
        const { status, body } = await send(connection, 'POST', path, documents[index]);
        expect(status, body).toBe(201);
      }
      const object = (fields: Fields): KubernetesObject =>
        JSON.parse(
          JSON.stringify({ ...fields, metadata: { ...fields.metadata, namespace, name: 'web' } }).replaceAll(
            '<namespace>',
            namespace,
          ),
        );
      const real = async (fields: Fields): Promise<string> => {
        const collection = fields.kind === 'Deployment' ? '/apis/apps/v1' : '/api/v1';
        const path = `${collection}/namespaces/${namespace}/${fields.kind.toLowerCase()}s?dryRun=All`;
        const { status, body } = await send(connection, 'POST', path, object(fields));
        if (status === 201) return 'allowed';
        return /denied request: (.*)$/s.exec(JSON.parse(body).message)?.[1] ?? body;
      };
      const here = (fields: Fields): string => {
        const wanted = [{ ...namespaceObject(namespace) }, object(fields)];
        const [policy] = admissionPolicies(
          documents.map((value) => ({ value, line: 1 }) as never),
          'policies.yaml',
        );
        const [found] = [...new AdmissionEvaluator(wanted, withServerDefaults).evaluate(policy!)];
        return found ? found.message.replace(/^is denied: /, '') : 'allowed';
      };
      // A policy is in force some moments after it was made.
      const deadline = Date.now() + 60_000;
      while ((await real(denied)) === 'allowed' && Date.now() < deadline) await sleep(100);
      const words = await real(denied);
      expect(words).not.toBe('allowed');
      // What is not there may be added by a webhook.
      if (/no such key|No such key/.test(words)) expect(here(denied)).toMatch(/cannot be judged/);
      else expect(here(denied)).toBe(words);
      expect([await real(allowed), here(allowed)]).toEqual(['allowed', 'allowed']);
    });
  },
  { nodes: 'none' },
);

function namespaceObject(name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}
