/** Diagnostics of running a program, and of what it made. */
import { END, HEAD, object, type Sample } from './sample.ts';

const TSCONFIG = JSON.stringify({
  compilerOptions: {
    target: 'es2024',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
    customConditions: ['source'],
    allowImportingTsExtensions: true,
  },
});
const HOST = "metadata: { name: 'x' }";
const CHART_LOCK = (charts: string) =>
  `{"schema":"truekeel.dev/charts/v1","helm":"4.3.1","charts":${charts}}\n`;
const LOCKED = CHART_LOCK(
  `{"redis":{"version":"1.0.0","file":"charts/redis.tgz","digest":"sha256:${'0'.repeat(64)}"}}`,
);
const REDIS = "new HelmChart(web, 'redis', { chart: 'redis' });";
const IMAGE = "Image.locked(web, 'api');";
const environment = (props: string) =>
  `new Application(new Environment(app, 'production', { namespace: 'x', ${props} }), 'api');`;

export const PROGRAMS: Readonly<Record<string, Sample>> = {
  COMMANDS_NOT_ALLOWED: {
    files: { 'truekeel.config.ts': "export default { app: 'sh -c true' };\n" },
    place: { named: 'sh -c true' },
  },
  NO_APP: { main: 'export {};\n', place: { file: 'main.ts', at: 1 } },
  NO_COMMIT: { args: ['render', '--no-typecheck'], repository: 'empty', place: { named: 'commit' } },
  NO_LOCKFILE: {
    args: ['render', '--source', 'HEAD', '--environment', 'staging'],
    repository: 'without-packages',
    place: { named: 'package-lock.json' },
  },
  PROGRAM_FAILED: { program: "throw new Error('no such region');", place: { line: 'throw new' } },
  PROGRAM_NOT_FOUND: { args: ['synth', '--app', 'mian.ts'], place: { named: 'mian.ts' } },
  PROGRAM_OUT_OF_MEMORY: {
    program: 'const all: unknown[] = [];\nfor (;;) all.push(new Array(1000).fill({}));',
    args: ['synth', '--no-typecheck', '--program-memory', '128'],
    place: { file: 'main.ts', at: 1 },
  },
  PROGRAM_TIMEOUT: {
    program: 'for (;;);',
    args: ['synth', '--no-typecheck', '--program-timeout', '2'],
    place: { file: 'main.ts', at: 1 },
  },
  TYPE_ERROR: {
    program: "const replicas: number = 'three';\nvoid replicas;",
    args: ['synth'],
    files: { 'tsconfig.json': TSCONFIG },
    place: { line: 'const replicas' },
  },
  TYPE_CHECK_FAILED: {
    args: ['synth', '--app', 'app/main.ts'],
    files: {
      'tsconfig.json': TSCONFIG,
      'app/main.ts': HEAD + END,
      'app/node_modules/typescript/package.json': '{"name":"typescript"}',
      'app/node_modules/typescript/bin/tsc': 'process.exitCode = 9;\n',
    },
    place: { named: 'type checker' },
  },
  UNKNOWN_ENVIRONMENT: {
    program: "new Environment(app, 'production', { promotesFrom: [new Environment(new App(), 'testing')] });",
    place: { line: "'production'" },
  },
  CHART_LOCK_MISSING: { program: REDIS, place: { line: REDIS } },
  CHART_MISSING: { program: REDIS, files: { 'charts.lock.json': LOCKED }, place: { line: REDIS } },
  CHART_CHANGED: {
    program: REDIS,
    files: { 'charts.lock.json': LOCKED, 'charts/redis.tgz': 'another' },
    place: { line: REDIS },
  },
  CHART_NOT_LOCKED: {
    program: REDIS,
    files: { 'charts.lock.json': CHART_LOCK('{}') },
    place: { line: REDIS },
  },
  INVALID_CHART_LOCK: { program: REDIS, files: { 'charts.lock.json': '{' }, place: { line: REDIS } },
  DEPENDENCY_ACROSS_ENVIRONMENTS: {
    program:
      "const there = new Application(new Environment(app, 'production', { namespace: 'x' }), 'db');\nweb.addDependency(there);",
    place: { line: 'const web' },
  },
  DEPENDENCY_CYCLE: {
    program: "const db = new Application(staging, 'db');\ndb.addDependency(web);\nweb.addDependency(db);",
    place: { line: 'const web' },
  },
  DEPENDENCY_OUTSIDE: {
    program: "web.node.addDependency(new Environment(new App(), 'elsewhere'));",
    place: { line: 'const web' },
  },
  DEPENDENCY_TOO_WIDE: {
    program: `const [a, b] = ['a', 'b'].map((id) => new Construct(web, id)) as [Construct, Construct];
for (let i = 0; i < 101; i++) for (const at of [a, b]) new ApiObject(at, String(i), { apiVersion: 'v1', kind: 'ConfigMap' });
a.node.addDependency(b);`,
    place: { line: 'const web' },
  },
  DUPLICATE_APPLICATION: {
    program: "new Application(new Construct(staging, 'more'), 'web');",
    place: { line: "'more'" },
  },
  DUPLICATE_ENVIRONMENT: {
    program: "new Environment(new Construct(app, 'more'), 'staging', { namespace: 'x' });",
    place: { line: "'more'" },
  },
  DUPLICATE_KEY: {
    program: `${object('v1', 'ConfigMap', HOST, 'a')}\n${object('v1', 'ConfigMap', HOST, 'b')}`,
    place: { line: "new ApiObject(web, 'b'" },
  },
  IMAGE_LOCK_MISSING: { program: IMAGE, place: { line: 'const web' } },
  IMAGE_NOT_LOCKED: {
    program: IMAGE,
    files: { 'images.lock.json': '{"schema":"truekeel.dev/images/v1","images":{}}' },
    place: { line: 'const web' },
  },
  INVALID_IMAGE_LOCK: { program: IMAGE, files: { 'images.lock.json': '[' }, place: { line: 'const web' } },
  INVALID_APPLICATION_FILE: {
    program: "new ApplicationFile(staging, 'api', { file: new URL('api.ts', import.meta.url).href });",
    files: { 'api.ts': 'export const api = 1;\n' },
    place: { line: 'new ApplicationFile' },
  },
  INVALID_GATE: {
    program: environment('promotesFrom: [staging], gates: [Gate.approval({ people: [] })]'),
    place: { line: "'production'" },
  },
  INVALID_HEALTH_RULE: {
    program:
      "new Application(staging, 'api', { health: [HealthRule.of({ group: 'acme.io', kind: 'Widget', current: 'object.' })] });",
    place: { line: 'HealthRule.of' },
  },
  INVALID_NAME: {
    program: object('v1', 'ConfigMap', "metadata: { name: 'My_Config' }"),
    place: { line: 'My_Config' },
  },
  INVALID_NOTIFICATION: {
    program: environment("notifications: [Notification.webhook({ secret: 'Not A Name' })]"),
    place: { line: "'production'" },
  },
  INVALID_OBJECT: { program: object('v1', '', HOST), place: { line: "web, 'x'" } },
  INVALID_OVERRIDE: {
    program: environment("overrides: [{ path: 'spec.replicas', value: 3, reason: 'load' }]"),
    place: { line: "'production'" },
  },
  INVALID_POLICY_EXCEPTION: {
    program: "PolicyException.add(web, { policy: 'latest-tag', reason: '', expires: '2999-01-01' });",
    place: { line: 'const web' },
  },
  INVALID_PREVIEWS: {
    program: environment("previews: { namespacePrefix: 'Pr_' }"),
    place: { line: "'production'" },
  },
  INVALID_SETTING: {
    program: object('v1', 'ConfigMap', "metadata: { annotations: { 'truekeel.dev/prune': 'never' } }"),
    place: { line: 'truekeel.dev/prune' },
  },
  INVALID_VALUE: {
    program: object('v1', 'ConfigMap', 'data: { a: NaN }'),
    place: { line: 'a: NaN' },
  },
  MISSING_NAMESPACE: {
    program:
      "new ApiObject(new Application(new Environment(app, 'production'), 'api'), 'x', { apiVersion: 'v1', kind: 'ConfigMap' });",
    place: { line: "'production'" },
  },
  NESTED_APPLICATION: { program: "new Application(web, 'cache');", place: { line: "'cache'" } },
  NESTED_ENVIRONMENT: { program: "new Environment(staging, 'inner');", place: { line: "'inner'" } },
  NOT_DETERMINISTIC: {
    program: object('v1', 'ConfigMap', 'data: { pid: String(process.pid) }'),
    args: ['synth', '--no-typecheck', '--twice'],
    place: { line: 'process.pid' },
  },
  NO_ADMISSION_POLICY: {
    program: "new Environment(app, 'production', { policies: Policies.admission('policies') });",
    files: { 'policies/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' },
    place: { line: 'Policies.admission' },
  },
  OVERRIDE_UNUSED: {
    program: environment("overrides: [{ path: '/spec/replica', value: 3, reason: 'load' }]"),
    place: { line: "'production'" },
  },
  PLAIN_SECRET: {
    program: object('v1', 'Secret', "stringData: { password: 'hunter2' }"),
    place: { line: "'Secret'" },
  },
  POLICY_FAILED: {
    program: `class Broken extends Policy { constructor() { super('broken', { description: 'x' }); } checkObject(): never { throw new Error('out of luck'); } }
new ApiObject(new Application(new Environment(app, 'production', { namespace: 'x', policies: [new Broken()] }), 'api'), 'x', { apiVersion: 'v1', kind: 'ConfigMap' });`,
    place: { line: "'production'" },
  },
  POLICY_VIOLATED: {
    program: `const api = new Application(new Environment(app, 'production', { namespace: 'x', policies: [Policies.starterRule('latest-tag')] }), 'api');
new ApiObject(api, 'x', { apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'a', image: 'a:latest' }] } });`,
    place: { line: 'a:latest' },
  },
  RENDER_FAILED: {
    program: object(
      'v1',
      'ConfigMap',
      "data: Lazy.any({ produce: () => { throw new Error('no such key'); } })",
    ),
    place: { line: 'no such key' },
  },
  SEALED_MISSING: {
    program: "new SealedSecret(web, 'db', { file: 'secrets/none.yaml' });",
    place: { line: 'secrets/none.yaml' },
  },
  SEALED_UNREADABLE: {
    program: "new SealedSecret(web, 'db', { file: 'secrets/db.yaml' });",
    files: { 'secrets/db.yaml': 'apiVersion: v1\nkind: Secret\nstringData: {a: b}\n' },
    place: { line: 'secrets/db.yaml' },
  },
  UNKNOWN_POLICY: {
    program: "new Environment(app, 'production', { policies: [Policies.starterRule('latest-tags')] });",
    place: { line: 'latest-tags' },
  },
  UNUSED_POLICY_EXCEPTION: {
    program: `const api = new Application(new Environment(app, 'production', { namespace: 'x', policies: [Policies.starterRule('latest-tag')] }), 'api');
new ApiObject(api, 'x', { apiVersion: 'v1', kind: 'ConfigMap' });
PolicyException.add(api, { policy: 'latest-tag', reason: 'TICKET-7', expires: '2999-01-01' });`,
    place: { line: 'const api' },
  },
  VALIDATION_FAILED: {
    program: "web.node.addValidation({ validate: () => ['at least two replicas'] });",
    place: { line: 'const web' },
  },
};
