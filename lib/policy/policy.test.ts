import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject } from 'cdk8s';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  App,
  Application,
  Environment,
  Policies,
  Policy,
  PolicyException,
  type PolicyFinding,
  type PolicyObject,
  type PolicyProps,
  Severity,
} from '../constructs/index.ts';
import { TruekeelErrors } from '../objects/index.ts';
import { renderTree } from '../render/index.ts';
import { judgePolicies, STARTER_RULES } from './index.ts';

const NOW = Date.parse('2026-11-26T12:00:00Z');
const DIGEST = `example/web@sha256:${'a'.repeat(64)}`;

interface Told {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** What the policies of an App say, without what they say it about it at all: `name: object message`. */
function judge(app: App): Told {
  const warnings: string[] = [];
  const options = {
    judge: (...given: [Parameters<typeof judgePolicies>[0], Parameters<typeof judgePolicies>[1]]) =>
      judgePolicies(...given, { now: NOW }),
    onWarning: ({ message }: Error) => warnings.push(message),
  };
  try {
    renderTree(app, options);
    return { errors: [], warnings };
  } catch (error) {
    if (!(error instanceof TruekeelErrors)) throw error;
    return { errors: error.errors.map(({ message }) => message), warnings };
  }
}

// biome-ignore lint/suspicious/noExplicitAny: parts of manifests
type Fields = any;

function program(policies: Policy[], objects: readonly Fields[]): { app: App; web: Application } {
  const app = new App({ policies });
  const web = new Application(new Environment(app, 'staging'), 'web', { namespace: 'web' });
  for (const [index, object] of objects.entries()) new ApiObject(web, `object-${index}`, object);
  return { app, web };
}

const deployment = (container: Fields, spec: Fields = {}, replicas = 1): Fields => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'main', image: DIGEST, ...container }], ...spec },
    },
  },
});

const GOOD = {
  image: DIGEST,
  ports: [{ containerPort: 80 }],
  readinessProbe: { httpGet: { port: 80 } },
  resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '1Gi' } },
  securityContext: { runAsNonRoot: true },
};

describe('the starter policies', () => {
  const violating: Readonly<Record<string, readonly Fields[]>> = {
    'latest-tag': [deployment({ ...GOOD, image: 'registry.local:5000/web' })],
    'image-digest': [deployment({ ...GOOD, image: 'example/web:1.4' })],
    resources: [deployment({ ...GOOD, resources: { requests: { cpu: '1' } } })],
    probes: [deployment({ ...GOOD, readinessProbe: undefined })],
    privileged: [deployment({ ...GOOD, securityContext: { runAsNonRoot: true, privileged: true } })],
    'run-as-non-root': [deployment({ ...GOOD, securityContext: { runAsUser: 0 } })],
    'secret-in-env': [deployment({ ...GOOD, env: [{ name: 'DB_PASSWORD', value: 'hunter2' }] })],
    'host-path': [deployment(GOOD, { volumes: [{ name: 'root', hostPath: { path: '/' } }] })],
    'host-namespaces': [deployment(GOOD, { hostPID: true })],
    'disruption-budget': [deployment(GOOD, {}, 3)],
    quota: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' } }],
  };

  it('are all tried here', () => {
    expect(Object.keys(violating).sort()).toEqual(STARTER_RULES.map(({ name }) => name).sort());
  });

  it.each(STARTER_RULES)(
    '$name finds what violates it, and nothing in what does not',
    ({ name, severity }) => {
      const { errors, warnings } = judge(program([Policies.starterRule(name)], violating[name]!).app);
      const [told, other] = severity === 'error' ? [errors, warnings] : [warnings, errors];
      expect(told.filter((message) => message.startsWith(`${name}: `))).toHaveLength(1);
      expect(other).toEqual([]);
      expect(judge(program([Policies.starterRule(name)], [deployment(GOOD)]).app)).toEqual({
        errors: [],
        warnings: [],
      });
    },
  );

  it('say nothing of a good program, all at once', () => {
    const budget = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web' },
      spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'web' } } },
    };
    const { app } = program(Policies.starter(), [deployment(GOOD, {}, 3), budget]);
    expect(judge(app)).toEqual({ errors: [], warnings: [] });
  });

  it('take an image with a port in its registry for what it is', () => {
    const { app } = program(
      [Policies.starterRule('latest-tag')],
      [deployment({ ...GOOD, image: 'registry.local:5000/team/web:1.4' })],
    );
    expect(judge(app).errors).toEqual([]);
  });

  it('can be made stricter, or put off, by environment', () => {
    const app = new App({ policies: Policies.starter() });
    const objects = violating['image-digest']!;
    const add = (name: string, policies: Policy[]) => {
      const web = new Application(new Environment(app, name, { policies }), 'web', { namespace: name });
      new ApiObject(web, 'web', objects[0]);
    };
    add('staging', [Policies.starterRule('image-digest', { severity: Severity.OFF })]);
    add('production', [Policies.starterRule('image-digest', { severity: Severity.ERROR })]);
    const { errors, warnings } = judge(app);
    expect(errors).toEqual([
      expect.stringMatching(/^image-digest: Deployment.apps production\/web container main/),
    ]);
    expect(warnings).toEqual([]);
  });

  it('that do not exist are asked about', () => {
    const { app } = program([Policies.starterRule('image-digests')], []);
    expect(judge(app).errors).toEqual(['there is no starter policy named image-digests']);
  });
});

class HasOwner extends Policy {
  constructor(props?: PolicyProps) {
    super('has-owner', props);
  }
  override checkObject({ manifest }: PolicyObject): PolicyFinding[] {
    return manifest.metadata.labels?.owner
      ? []
      : [{ message: 'has no label "owner"', field: 'metadata.labels' }];
  }
}

describe('a policy of the program', () => {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } };

  it('tells of objects, with key, field and place', () => {
    const { app } = program([new HasOwner()], [object]);
    const found: unknown[] = [];
    try {
      renderTree(app, {
        judge: (environment, applications) => judgePolicies(environment, applications, { now: NOW }),
      });
    } catch (error) {
      if (!(error instanceof TruekeelErrors)) throw error;
      found.push(...error.errors.map((one) => one.toJSON()));
    }
    expect(found).toEqual([
      {
        code: 'POLICY_VIOLATED',
        family: 'validation',
        message: 'has-owner: ConfigMap web/settings has no label "owner"',
        key: 'ConfigMap web/settings',
        field: 'metadata.labels',
        constructPath: 'staging/web/object-0',
      },
    ]);
  });

  it('may only warn', () => {
    const { app } = program([new HasOwner({ severity: Severity.WARNING })], [object]);
    expect(judge(app)).toEqual({
      errors: [],
      warnings: ['has-owner: ConfigMap web/settings has no label "owner"'],
    });
  });

  it('that throws says so, and the others are heard', () => {
    class Broken extends Policy {
      override checkObject(): PolicyFinding[] {
        throw new Error('boom');
      }
    }
    const { app } = program([new Broken('broken'), new HasOwner()], [object]);
    expect(judge(app).errors).toEqual([
      'policy broken failed in environment staging: boom',
      'has-owner: ConfigMap web/settings has no label "owner"',
    ]);
  });
});

describe('an exception', () => {
  const except = (scope: 'object' | 'application' | 'app' | 'none', expires: string, reason = 'TICKET-7') => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } };
    const { app, web } = program([new HasOwner()], [object]);
    const scopes = { object: web.node.findChild('object-0'), application: web, app };
    if (scope !== 'none') PolicyException.add(scopes[scope], { policy: 'has-owner', reason, expires });
    return judge(app);
  };

  it.each(['object', 'application', 'app'] as const)(
    'holds for an %s until the end of its last day',
    (scope) => {
      expect(except(scope, '2026-11-26')).toEqual({ errors: [], warnings: [] });
    },
  );

  it('that has ended is told with its reason', () => {
    expect(except('object', '2026-11-25').errors).toEqual([
      'has-owner: ConfigMap web/settings has no label "owner" (its exception ended on 2026-11-25: TICKET-7)',
    ]);
  });

  it.each(['2026-13-01', '2026-02-30', 'tomorrow', ''])(
    'has to end on a day, which "%s" is not',
    (expires) => {
      expect(except('object', expires).errors[0]).toContain('which is no day such as');
    },
  );

  it('has to give a reason', () => {
    expect(except('object', '2027-01-01', ' ').errors[0]).toBe(
      'the exception from has-owner gives no reason',
    );
  });

  it('that permits nothing is to be taken away', () => {
    const { app, web } = program([new HasOwner()], []);
    PolicyException.add(web, { policy: 'has-owner', reason: 'TICKET-7', expires: '2027-01-01' });
    PolicyException.add(web, { policy: 'has-owners', reason: 'TICKET-7', expires: '2027-01-01' });
    expect(judge(app).warnings).toEqual([
      'the exception from has-owner is not needed any more: nothing there violates it',
      'there is an exception from has-owners, which is no policy of this environment',
    ]);
  });

  it('holds for nothing beside where it stands', () => {
    const { app, web } = program([new HasOwner()], []);
    new ApiObject(web, 'a', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } });
    const other = new ApiObject(web, 'ab', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ab' } });
    PolicyException.add(web.node.findChild('a'), { policy: 'has-owner', reason: 'T', expires: '2027-01-01' });
    expect(judge(app).errors).toEqual([expect.stringContaining(`ConfigMap web/${other.name}`)]);
  });
});

describe('admission policies', () => {
  const read = (yaml: string): Policy[] => {
    const directory = mkdtempSync(join(tmpdir(), 'truekeel-policies-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    writeFileSync(join(directory, 'policies.yaml'), yaml);
    return Policies.admission(directory);
  };
  const policy = (spec: Fields, binding: Fields = {}): Policy[] =>
    read(
      [
        {
          apiVersion: 'admissionregistration.k8s.io/v1',
          kind: 'ValidatingAdmissionPolicy',
          metadata: { name: 'limits' },
          spec: {
            matchConstraints: {
              resourceRules: [
                {
                  apiGroups: ['apps'],
                  apiVersions: ['v1'],
                  operations: ['CREATE'],
                  resources: ['deployments'],
                },
              ],
            },
            ...spec,
          },
        },
        {
          apiVersion: 'admissionregistration.k8s.io/v1',
          kind: 'ValidatingAdmissionPolicyBinding',
          metadata: { name: 'limits' },
          spec: { policyName: 'limits', validationActions: ['Deny'], ...binding },
        },
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'limits', namespace: 'web' },
          data: { replicas: '5' },
        },
      ]
        .map((object) => JSON.stringify(object))
        .join('\n---\n'),
    );
  const told = (policies: Policy[], replicas: number): Told =>
    judge(program(policies, [deployment(GOOD, {}, replicas)]).app);

  it('deny what their expressions do not hold for', () => {
    const policies = policy({
      validations: [
        {
          expression: 'object.spec.replicas <= 5',
          messageExpression: "'at most 5, not ' + string(object.spec.replicas)",
        },
      ],
    });
    expect(told(policies, 5)).toEqual({ errors: [], warnings: [] });
    expect(told(policies, 6).errors).toEqual(['limits: Deployment.apps web/web is denied: at most 5, not 6']);
  });

  it('warn where their binding says so, and are silent where they only audit', () => {
    const spec = { validations: [{ expression: 'false', message: 'never' }] };
    expect(told(policy(spec, { validationActions: ['Warn'] }), 1)).toEqual({
      errors: [],
      warnings: ['limits: Deployment.apps web/web is denied: never'],
    });
    expect(told(policy(spec, { validationActions: ['Audit'] }), 1)).toEqual({ errors: [], warnings: [] });
  });

  it('use variables, conditions, parameters and quantities', () => {
    const policies = policy(
      {
        paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
        matchConditions: [{ name: 'no-batch', expression: "!object.metadata.name.startsWith('batch-')" }],
        variables: [
          { name: 'containers', expression: 'object.spec.template.spec.containers' },
          {
            name: 'small',
            expression:
              "variables.containers.all(c, quantity(c.resources.limits.memory).compareTo(quantity('1Gi')) <= 0)",
          },
        ],
        validations: [
          { expression: 'object.spec.replicas <= int(params.data.replicas)' },
          { expression: 'variables.small' },
        ],
      },
      { paramRef: { name: 'limits', parameterNotFoundAction: 'Deny' } },
    );
    expect(told(policies, 5)).toEqual({ errors: [], warnings: [] });
    expect(told(policies, 6).errors).toEqual([
      'limits: Deployment.apps web/web is denied: failed expression: object.spec.replicas <= int(params.data.replicas)',
    ]);
  });

  it('are about the resources that they name, in the namespaces that they select', () => {
    const spec = { validations: [{ expression: 'false' }] };
    const only = (namespaceSelector: Fields) =>
      told(policy(spec, { matchResources: { namespaceSelector } }), 1).errors.length;
    expect(only({ matchLabels: { 'kubernetes.io/metadata.name': 'web' } })).toBe(1);
    expect(only({ matchLabels: { 'kubernetes.io/metadata.name': 'other' } })).toBe(0);
    const { app } = program(policy(spec), [
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: {} },
    ]);
    expect(judge(app).errors).toEqual([]);
  });

  it('that cannot be evaluated are told: the API server may fill in what they ask for', () => {
    const spec = { validations: [{ expression: 'object.spec.paused == false' }] };
    expect(told(policy(spec), 1)).toEqual({
      errors: [],
      warnings: [
        expect.stringContaining('cannot be judged: object.spec.paused == false: No such key: paused'),
      ],
    });
    expect(told(policy({ ...spec, failurePolicy: 'Ignore' }), 1)).toEqual({ errors: [], warnings: [] });
  });

  it('that ask who sends a request are not evaluated: nobody does', () => {
    const spec = { validations: [{ expression: "request.userInfo.username == 'admin'" }] };
    expect(told(policy(spec), 1).errors).toEqual([]);
  });

  it('are to be in the files', () => {
    expect(() => read('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n')).toThrow(
      expect.objectContaining({ code: 'NO_ADMISSION_POLICY' }),
    );
  });
});
