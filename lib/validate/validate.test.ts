import { describe, expect, it, test } from 'vitest';
import { type KubernetesObject, keyOf, parseYaml, type TruekeelError } from '../objects/index.ts';
import { type ValidateOptions, validateObjects } from './index.ts';

/** Judges documents; those without a namespace are in `shop`. */
function judge(yaml: string, options: ValidateOptions = {}) {
  const objects = parseYaml(yaml, { file: 'sample.yaml' }).map(({ value, source }) => {
    const given = value as unknown as KubernetesObject; // written as objects
    const object = { ...given, metadata: { namespace: 'shop', ...given.metadata } };
    return { object, key: keyOf(object), source, constructPath: `staging/web/${object.metadata.name}` };
  });
  return validateObjects(objects, options);
}

const told = ({ code, field }: TruekeelError) => (field === undefined ? code : `${code} ${field}`);

function findings(yaml: string, options?: ValidateOptions): readonly string[] {
  const { errors, warnings } = judge(yaml, options);
  return [...errors.map(told), ...warnings.map((warning) => `warning ${told(warning)}`)];
}

function hintOf(yaml: string, options?: ValidateOptions): string | undefined {
  const { errors, warnings } = judge(yaml, options);
  return [...errors, ...warnings][0]?.hint;
}

const deployment = (spec: string, labels = '{ app: web }') => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: ${labels} }
    spec: ${spec}
`;

const CONFIG = `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { greeting: hello }
`;

const SERVICE = `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
`;

const all = (...documents: readonly string[]) => documents.join('\n---\n');

describe('fields', () => {
  it('that do not exist are refused, with the nearest name', () => {
    const yaml = deployment('{ containers: [{ name: main, image: a, imagePulPolicy: Always }] }');
    expect(findings(yaml)).toEqual(['UNKNOWN_FIELD spec.template.spec.containers[0].imagePulPolicy']);
    expect(hintOf(yaml)).toBe('Did you mean imagePullPolicy?');
  });

  it.each([
    [
      '{ containers: [{ name: main, image: a }], imagePullPolicy: Always }',
      '',
      'It is a field of spec.template.spec.containers[0].',
    ],
    ['{ containers: [{ name: main, image: a, replicas: 1 }] }', '', 'It is a field of spec.'],
    [
      '{ containers: [{ name: main, image: a }] }',
      '  containers: []',
      'It is a field of spec.template.spec.',
    ],
    ['{ containers: [{ name: main, image: a }] }', '  annotations: {}', 'It is a field of metadata.'],
    ['{ containers: [{ name: main, image: a }] }', '  nothingLikeThat: {}', undefined],
  ])('that belong elsewhere are told where: %s %s', (spec, more, hint) => {
    expect(hintOf(`${deployment(spec)}${more}\n`)).toBe(hint);
  });

  it('are told with object, construct and place', () => {
    const [error] = judge(`\n\n${CONFIG}datta: {}`).errors;
    expect(error?.toJSON()).toEqual({
      code: 'UNKNOWN_FIELD',
      family: 'validation',
      message: 'ConfigMap shop/settings: datta does not exist',
      key: 'ConfigMap shop/settings',
      field: 'datta',
      constructPath: 'staging/web/settings',
      source: { file: 'sample.yaml', line: 4, column: 1 },
      hint: 'Did you mean data?',
    });
  });

  it('are all told in one run', () => {
    expect(
      findings(
        all(`${CONFIG}datta: {}`, SERVICE.replace('port: 80', 'port: "80"').replace('selector', 'seletor')),
      ),
    ).toEqual(['UNKNOWN_FIELD datta', 'UNKNOWN_FIELD spec.seletor', 'WRONG_TYPE spec.ports[0].port']);
  });

  it('that a newer release has are told so', () => {
    const yaml = deployment(
      '{ containers: [{ name: main, image: a, lifecycle: { preStop: { sleep: { seconds: 1 } } } }] }',
    );
    expect(findings(yaml, { minor: 30 })).toEqual([]);
    const [error] = judge(yaml, { minor: 28 }).errors;
    expect(error?.message).toContain('lifecycle.preStop.sleep does not exist before Kubernetes 1.29');
    expect(error?.hint).toContain('kubernetesVersion');
  });

  it('with numbers that are cut off are warned about', () => {
    const yaml = `${deployment('{ containers: [{ name: main, image: a }] }')}  replicas: 4294967298\n`;
    expect(findings(yaml)).toEqual(['warning WRONG_TYPE spec.replicas']);
  });

  it('with null are as if they were not there', () => {
    expect(findings(`${CONFIG}binaryData: null\nimmutable: null`)).toEqual([]);
  });

  test.each([
    ['a text where a number belongs', 'replicas: "2"', 'WRONG_TYPE spec.replicas'],
    ['a fraction', 'replicas: 1.5', 'WRONG_TYPE spec.replicas'],
    ['a text where true or false belongs', 'paused: "no"', 'WRONG_TYPE spec.paused'],
    ['a list where a map belongs', 'strategy: []', 'WRONG_TYPE spec.strategy'],
  ])('with %s are refused', (_what, field, expected) => {
    const yaml = `${deployment('{ containers: [{ name: main, image: a }] }')}  ${field}\n`;
    expect(findings(yaml)).toEqual([expected]);
  });

  test.each([
    ['cpu: 1.x', 'WRONG_TYPE'],
    ['memory: 1gb', 'WRONG_TYPE'],
    ['cpu: 1e3', undefined],
    ['cpu: .5', undefined],
    ['memory: 1Ki', undefined],
    ['cpu: 0.1', undefined],
  ])('with the quantity %s are %s', (limit, code) => {
    const yaml = deployment(
      `{ containers: [{ name: main, image: a, resources: { limits: { ${limit} } } }] }`,
    );
    expect(judge(yaml).errors.map((error) => error.code)).toEqual(code === undefined ? [] : [code]);
  });

  it('that a server asks for are missed, and no others', () => {
    const yaml = deployment('{ containers: [{ image: a, env: [{ value: x }] }] }');
    expect(findings(yaml)).toEqual([
      'MISSING_FIELD spec.template.spec.containers[0].env[0].name',
      'MISSING_FIELD spec.template.spec.containers[0].name',
    ]);
    // The schema of a StatefulSet calls it required, and no server does.
    expect(
      findings(
        deployment('{ containers: [{ name: main, image: a }] }').replace('Deployment', 'StatefulSet'),
        {
          minor: 27,
        },
      ),
    ).toEqual([]);
  });
});

describe('values of Secrets', () => {
  it('are not shown', () => {
    const secret =
      '{ apiVersion: v1, kind: Secret, metadata: { name: a }, data: { a: "not base64" }, stringData: { b: 12345 } }';
    const { errors } = judge(secret);
    expect(errors.map(told)).toEqual(['WRONG_TYPE data.a', 'WRONG_TYPE stringData.b']);
    expect(JSON.stringify(errors)).not.toMatch(/not base64|12345/);
  });
});

describe('items of lists', () => {
  it('are told apart by their keys', () => {
    const yaml = deployment(
      '{ containers: [{ name: main, image: a, env: [{ name: A }, { name: B }, { name: A }] }] }',
    );
    expect(findings(yaml)).toEqual(['DUPLICATE_ITEM spec.template.spec.containers[0].env[2]']);
  });

  it('have defaults of keys', () => {
    const ports = (protocol: string) =>
      deployment(
        `{ containers: [{ name: main, image: a, ports: [{ containerPort: 53 }, { containerPort: 53, protocol: ${protocol} }] }] }`,
      );
    expect(findings(ports('TCP'))).toEqual(['DUPLICATE_ITEM spec.template.spec.containers[0].ports[1]']);
    expect(findings(ports('UDP'))).toEqual([]);
  });

  it('are found in long lists too', () => {
    const env = Array.from({ length: 40 }, (_, i) => `{ name: V${i === 39 ? 3 : i} }`).join(', ');
    expect(findings(deployment(`{ containers: [{ name: main, image: a, env: [${env}] }] }`))).toEqual([
      'DUPLICATE_ITEM spec.template.spec.containers[0].env[39]',
    ]);
  });
});

describe('API versions', () => {
  const ingress = (apiVersion: string) =>
    `{ apiVersion: ${apiVersion}, kind: Ingress, metadata: { name: web } }`;
  const flow = (version: string) =>
    `{ apiVersion: flowcontrol.apiserver.k8s.io/${version}, kind: FlowSchema, metadata: { name: web }, spec: { priorityLevelConfiguration: { name: a }, matchingPrecedence: 1 } }`;

  it('that are gone are refused, with the one to use', () => {
    expect(findings(ingress('extensions/v1beta1'))).toEqual(['API_REMOVED']);
    expect(hintOf(ingress('extensions/v1beta1'))).toBe('Use networking.k8s.io/v1.');
    expect(findings(flow('v1beta3'), { minor: 31 })).toEqual(['warning API_DEPRECATED']);
    expect(findings(flow('v1beta3'), { minor: 32 })).toEqual(['API_REMOVED']);
    expect(hintOf(flow('v1beta3'), { minor: 32 })).toBe(
      'Use flowcontrol.apiserver.k8s.io/v1, or set kubernetesVersion of the environment if its cluster is older.',
    );
  });

  it('that are to come are refused, with the one to use', () => {
    expect(findings(flow('v1'), { minor: 28 })).toEqual(['API_NOT_SERVED']);
    expect(hintOf(flow('v1'), { minor: 28 })).toBe('Use flowcontrol.apiserver.k8s.io/v1beta3.');
    expect(findings(flow('v1'), { minor: 29 })).toEqual([]);
  });

  it('that went without replacement are refused', () => {
    const policy = '{ apiVersion: policy/v1beta1, kind: PodSecurityPolicy, metadata: { name: p } }';
    expect(findings(policy)).toEqual(['API_REMOVED']);
    expect(hintOf(policy)).toBe('There is no replacement: remove it.');
  });

  test.each([
    ['v1', 'Deployment', 'Deployment is of apps/v1.'],
    ['apps/v1', 'Deploymnt', 'Did you mean Deployment?'],
    ['apps/v2', 'Deployment', 'Deployment is of apps/v1.'],
  ])('of Kubernetes have no kinds of others: %s %s', (apiVersion, kind, hint) => {
    const yaml = `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: web } }`;
    expect(findings(yaml)).toEqual(['UNKNOWN_KIND']);
    expect(hintOf(yaml)).toBe(hint);
  });

  it('are no errors in files for a cluster of unknown version', () => {
    expect(findings(flow('v1beta3'), { isExcerpt: true })).toEqual(['warning API_REMOVED']);
  });
});

describe('definitions', () => {
  const definition = (field: string, more = '') => `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: gadgets.acme.io }
spec:
  group: acme.io
  scope: Namespaced
  names: { plural: gadgets, kind: Gadget }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, properties: { a: ${field} } } }
${more}`;
  const at = 'spec.versions[0].schema.openAPIV3Schema.properties[a]';

  it('are let pass where a server takes them', () => {
    expect(findings(definition('{ type: string, default: x }'))).toEqual([]);
    expect(
      findings(definition("{ type: integer, x-kubernetes-validations: [{ rule: 'self < 10' }] }")),
    ).toEqual([]);
  });

  test.each([
    ['a schema that is not structural', '{ minLength: 1 }', `${at}.type`],
    ['a default of another type', '{ type: string, default: 5 }', `${at}.default`],
    [
      'a rule of an unknown field',
      "{ type: object, x-kubernetes-validations: [{ rule: 'self.b == 1' }] }",
      `${at}.x-kubernetes-validations[0].rule`,
    ],
  ])('with %s are refused, with its place as it is written', (_what, field, place) => {
    expect(findings(definition(field))).toEqual([`INVALID_FIELD ${place}`]);
  });

  it('with a wrong column are refused', () => {
    const columns = '      additionalPrinterColumns: [{ name: x, type: string, jsonPath: x }]';
    expect(findings(definition('{ type: string }', columns))).toEqual([
      'INVALID_FIELD spec.versions[0].additionalPrinterColumns[0].jsonPath',
    ]);
  });
});

describe('custom resources', () => {
  const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.acme.io }
spec:
  group: acme.io
  scope: Namespaced
  names: { plural: widgets, kind: Widget }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          required: [metadata, spec]
          properties:
            apiVersion: { type: string }
            kind: { type: string }
            metadata: { type: object }
            spec:
              type: object
              required: [size, mode]
              properties:
                size: { type: integer, minimum: 1 }
                mode: { type: string, default: fast }
                odd: { type: string, pattern: '(?i)^a' }
                free: { type: object, x-kubernetes-preserve-unknown-fields: true }
                slow: { type: string, pattern: '^(a+)+$' }
                most:
                  type: integer
                  x-kubernetes-validations:
                    - { rule: self < 10, messageExpression: "'must be below %d'.format([10])" }
                    - { rule: "!format.dns1123Label().validate(string(self)).hasValue()" }
                    - { rule: self >= oldSelf }
                inner:
                  type: object
                  x-kubernetes-embedded-resource: true
                  properties: { metadata: { type: object }, data: { type: object, additionalProperties: true } }
    - { name: v1alpha1, served: false, storage: false, schema: { openAPIV3Schema: { type: object } } }
`;
  const widget = (spec: string, version = 'v1') =>
    `{ apiVersion: acme.io/${version}, kind: Widget, metadata: { name: one }, spec: ${spec} }`;

  test.each([
    ['{ size: 1, free: { any: thing } }', []],
    ['{ size: 0 }', ['INVALID_FIELD spec.size']],
    ['{ size: one }', ['WRONG_TYPE spec.size']],
    ['{}', ['MISSING_FIELD spec.size']],
    ['{ size: 1, szie: 2 }', ['UNKNOWN_FIELD spec.szie']],
    ['{ size: 1, odd: anything }', []],
    [
      '{ size: 1, inner: { apiVersion: v1, kind: A, metadata: { name: a, labels: { a: b } }, data: { a: [1] } } }',
      [],
    ],
    [
      '{ size: 1, inner: { apiVersion: v1, kind: A, metadata: { name: a }, dat: {} } }',
      ['UNKNOWN_FIELD spec.inner.dat'],
    ],
  ])('are judged by the definition in the program: %s', (spec, expected) => {
    expect(findings(all(definition, widget(spec)))).toEqual(expected);
  });

  it('are asked the rules of their definition, and those that nobody knows are left to the server', () => {
    expect(findings(all(definition, widget('{ size: 1, most: 9 }')))).toEqual([]);
    const { errors } = judge(all(definition, widget('{ size: 1, most: 10 }')));
    expect(errors.map(({ message }) => message)).toEqual([
      'Widget.acme.io shop/one: spec.most is refused: Invalid value: 10: must be below 10',
    ]);
  });

  it('are let pass where judging them takes too long, and what comes after is judged', () => {
    const slow = `'${'a'.repeat(40)}!'`;
    expect(
      findings(all(definition, widget(`{ size: 1, slow: ${slow} }`), widget('{ size: 0 }'), widget('{}'))),
    ).toEqual(['INVALID_FIELD spec.size', 'MISSING_FIELD spec.size', 'warning VALIDATION_TOO_SLOW']);
  });

  it('have their misspelt fields explained', () => {
    expect(hintOf(all(definition, widget('{ size: 1, szie: 2 }')))).toBe('Did you mean size?');
  });

  it('must be of a version that is served', () => {
    expect(findings(all(definition, widget('{}', 'v1alpha1')))).toEqual(['API_NOT_SERVED']);
    expect(findings(all(definition, widget('{}', 'v2')))).toEqual(['API_NOT_SERVED']);
  });

  it('that nobody describes are let pass unless the environment says otherwise', () => {
    expect(findings(widget('{ any: thing }'))).toEqual([]);
    expect(findings(widget('{ any: thing }'), { refuseUnknownKinds: true })).toEqual(['UNKNOWN_KIND']);
  });

  it('have the metadata of all objects', () => {
    expect(findings('{ apiVersion: acme.io/v1, kind: Widget, metadata: { name: one, lables: {} } }')).toEqual(
      ['UNKNOWN_FIELD metadata.lables'],
    );
  });
});

describe('what a server refuses beyond the schema', () => {
  const pod = (container: string, more = '') =>
    `{ apiVersion: v1, kind: Pod, metadata: { name: one }, spec: { containers: [{ name: main, image: a, ${container} }]${more} } }`;

  test.each([
    ['30 2 * * 1-5', true],
    ['*/15 * * * *', true],
    ['0 0 1 jan,jul sun', true],
    ['@hourly', true],
    ['TZ=UTC 0 0 * * *', true],
    ['0 0 * * 7', false],
    ['61 * * * *', false],
    ['* * * *', false],
    ['@often', false],
    ['0 0 10-5 * *', false],
    ['*/0 * * * *', false],
  ])('the schedule %s: %s', (schedule, isOne) => {
    const yaml = `{ apiVersion: batch/v1, kind: CronJob, metadata: { name: a }, spec: { schedule: "${schedule}", jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: main, image: a }] } } } } } }`;
    expect(findings(yaml)).toEqual(isOne ? [] : ['INVALID_FIELD spec.schedule']);
  });

  it('names of variables are stricter before Kubernetes 1.32', () => {
    const yaml = pod('env: [{ name: "1 a" }]');
    expect(findings(yaml, { minor: 31 })).toEqual(['INVALID_FIELD spec.containers[0].env[0].name']);
    expect(findings(yaml, { minor: 32 })).toEqual([]);
  });
});

describe('references', () => {
  const withEnv = (from: string) =>
    deployment(`{ containers: [{ name: main, image: a, env: [{ name: A, valueFrom: { ${from} } }] }] }`);
  const key = 'spec.template.spec.containers[0].env[0].valueFrom.configMapKeyRef.key';

  it('to a key that is not there are errors, with the nearest one', () => {
    const yaml = all(CONFIG, withEnv('configMapKeyRef: { name: settings, key: greting }'));
    expect(findings(yaml)).toEqual([`BROKEN_REFERENCE ${key}`]);
    expect(hintOf(yaml)).toBe('Did you mean greeting?');
    expect(findings(all(CONFIG, withEnv('configMapKeyRef: { name: settings, key: greeting }')))).toEqual([]);
    expect(
      findings(all(CONFIG, withEnv('configMapKeyRef: { name: settings, key: x, optional: true }'))),
    ).toEqual([]);
  });

  it('to keys that others fill in are right', () => {
    const empty = CONFIG.replace('data: { greeting: hello }', '');
    const once = CONFIG.replace(
      'name: settings',
      'name: settings, annotations: { truekeel.dev/apply: create-only }',
    );
    for (const config of [empty, once]) {
      expect(findings(all(config, withEnv('configMapKeyRef: { name: settings, key: x }')))).toEqual([]);
    }
  });

  it('to what is not in the program are warnings, and to Secrets nothing', () => {
    expect(findings(withEnv('configMapKeyRef: { name: other, key: a }'))).toEqual([
      'warning MISSING_OBJECT spec.template.spec.containers[0].env[0].valueFrom.configMapKeyRef.name',
    ]);
    expect(findings(withEnv('secretKeyRef: { name: other, key: a }'))).toEqual([]);
    expect(findings(withEnv('configMapKeyRef: { name: kube-root-ca.crt, key: ca.crt }'))).toEqual([]);
  });

  it('across namespaces are none', () => {
    const elsewhere = CONFIG.replace('name: settings', 'name: settings, namespace: other');
    expect(findings(all(elsewhere, withEnv('configMapKeyRef: { name: settings, key: a }')))).toEqual([
      'warning MISSING_OBJECT spec.template.spec.containers[0].env[0].valueFrom.configMapKeyRef.name',
    ]);
  });

  test.each([
    [
      'a volume',
      '{ containers: [{ name: main, image: a }], volumes: [{ name: v, configMap: { name: other } }] }',
      'volumes[0].configMap.name',
    ],
    [
      'a projected volume',
      '{ containers: [{ name: main, image: a }], volumes: [{ name: v, projected: { sources: [{ configMap: { name: other } }] } }] }',
      'volumes[0].projected.sources[0].configMap.name',
    ],
    [
      'a claim',
      '{ containers: [{ name: main, image: a }], volumes: [{ name: v, persistentVolumeClaim: { claimName: other } }] }',
      'volumes[0].persistentVolumeClaim.claimName',
    ],
    [
      'envFrom',
      '{ containers: [{ name: main, image: a, envFrom: [{ configMapRef: { name: other } }] }] }',
      'containers[0].envFrom[0].configMapRef.name',
    ],
    [
      'a service account',
      '{ serviceAccountName: other, containers: [{ name: main, image: a }] }',
      'serviceAccountName',
    ],
  ])('of %s are looked at', (_what, spec, field) => {
    expect(findings(deployment(spec))).toEqual([`warning MISSING_OBJECT spec.template.spec.${field}`]);
  });

  it('of items of volumes are looked at', () => {
    const spec =
      '{ containers: [{ name: main, image: a }], volumes: [{ name: v, configMap: { name: settings, items: [{ key: nope, path: a }] } }] }';
    expect(findings(all(CONFIG, deployment(spec)))).toEqual([
      'BROKEN_REFERENCE spec.template.spec.volumes[0].configMap.items[0].key',
    ]);
  });

  it('of probes are to ports of the container', () => {
    const spec = (port: string) =>
      deployment(
        `{ containers: [{ name: main, image: a, ports: [{ name: http, containerPort: 80 }], livenessProbe: { httpGet: { port: ${port} } } }] }`,
      );
    expect(findings(spec('http'))).toEqual([]);
    expect(findings(spec('9999'))).toEqual([]);
    expect(findings(spec('htttp'))).toEqual([
      'BROKEN_REFERENCE spec.template.spec.containers[0].livenessProbe.httpGet.port',
    ]);
  });

  const web = deployment(
    '{ containers: [{ name: main, image: a, ports: [{ name: http, containerPort: 8080 }] }] }',
  );

  it('of services are to pods and their ports', () => {
    expect(findings(all(web, SERVICE))).toEqual([]);
    expect(findings(SERVICE)).toEqual(['warning SELECTS_NOTHING spec.selector']);
    expect(findings(all(web, SERVICE.replace('8080', 'http')))).toEqual([]);
    expect(findings(all(web, SERVICE.replace('8080', 'htp')))).toEqual([
      'BROKEN_REFERENCE spec.ports[0].targetPort',
    ]);
  });

  it('of services are right where an operator may make the pods', () => {
    const rollout = '{ apiVersion: acme.io/v1, kind: Fleet, metadata: { name: web } }';
    expect(findings(all(rollout, SERVICE))).toEqual([]);
  });

  it('of services are to pods of custom kinds with a template too', () => {
    const rollout = web.replace('apps/v1', 'argoproj.io/v1alpha1').replace('Deployment', 'Rollout');
    expect(findings(all(rollout, SERVICE.replace('8080', 'htp')))).toEqual([
      'BROKEN_REFERENCE spec.ports[0].targetPort',
    ]);
  });

  const ingress = (port: string, name = 'web') =>
    `{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: web }, spec: { rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: ${name}, port: ${port} } } }] } }] } }`;
  const backend = 'spec.rules[0].http.paths[0].backend.service';

  it('of an Ingress are to services and their ports', () => {
    expect(findings(all(web, SERVICE, ingress('{ number: 80 }'), ingress('{ name: http }')))).toEqual([]);
    expect(findings(all(web, SERVICE, ingress('{ number: 81 }')))).toEqual([
      `BROKEN_REFERENCE ${backend}.port`,
    ]);
    expect(findings(all(web, SERVICE, ingress('{ name: https }')))).toEqual([
      `BROKEN_REFERENCE ${backend}.port`,
    ]);
    expect(findings(ingress('{ number: 80 }', 'other'))).toEqual([`warning MISSING_OBJECT ${backend}.name`]);
  });

  it('to ports are judged where the service names one by a number', () => {
    const service = SERVICE.replace('name: http', 'name: 2');
    const yaml = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec: { defaultBackend: { service: { name: web, port: { name: http } } } }
`;
    const told = findings(all(service, yaml), { isExcerpt: true });
    expect(told).toContain('warning BROKEN_REFERENCE spec.defaultBackend.service.port');
  });

  it('of a route are to services and their ports', () => {
    const route = (port: number) =>
      `{ apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: { name: web }, spec: { rules: [{ backendRefs: [{ name: web, port: ${port} }] }] } }`;
    expect(findings(all(web, SERVICE, route(80)))).toEqual([]);
    expect(findings(all(web, SERVICE, route(81)))).toEqual([
      'BROKEN_REFERENCE spec.rules[0].backendRefs[0].port',
    ]);
  });

  test.each([
    [
      'a role binding to no role',
      '{ apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: { name: a }, roleRef: { kind: Role, name: other } }',
      'MISSING_OBJECT roleRef.name',
    ],
    [
      'a role binding of no account',
      '{ apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: { name: a }, roleRef: { kind: ClusterRole, name: view }, subjects: [{ kind: ServiceAccount, name: other }] }',
      'MISSING_OBJECT subjects[0].name',
    ],
    [
      'an autoscaler of nothing',
      '{ apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: a }, spec: { maxReplicas: 2, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: other } } }',
      'MISSING_OBJECT spec.scaleTargetRef.name',
    ],
    [
      'a disruption budget of nothing',
      '{ apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: a }, spec: { minAvailable: 1, selector: { matchLabels: { app: other } } } }',
      'SELECTS_NOTHING spec.selector',
    ],
    [
      'a StatefulSet without its service',
      web.replace('Deployment', 'StatefulSet').replace('spec:', 'spec:\n  serviceName: other'),
      'MISSING_OBJECT spec.serviceName',
    ],
  ])('that lead nowhere are warned about: %s', (_what, yaml, expected) => {
    expect(findings(yaml)).toEqual([`warning ${expected}`]);
  });

  it('are only warned about where the objects are not all', () => {
    const yaml = all(CONFIG, withEnv('configMapKeyRef: { name: settings, key: greting }'));
    expect(findings(yaml, { isExcerpt: true })).toEqual([`warning BROKEN_REFERENCE ${key}`]);
  });
});

describe('objects that are let pass', () => {
  const noted = (note: string) =>
    `{ apiVersion: v1, kind: ConfigMap, metadata: { name: a, annotations: { truekeel.dev/validation: "${note}" } }, datta: {} }`;

  it('say why', () => {
    expect(findings(noted('off: the server is patched'))).toEqual([]);
  });

  it.each(['off', 'off:', 'off: ', 'no'])('are judged where the reason is %j', (note) => {
    expect(findings(noted(note))).toContain('INVALID_SETTING');
    expect(findings(noted(note))).toContain('UNKNOWN_FIELD datta');
  });
});

it('refuses releases that it does not know', () => {
  expect(() => judge(CONFIG, { minor: 26 })).toThrow(RangeError);
});
