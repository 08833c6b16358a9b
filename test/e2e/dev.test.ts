/** `truekeel dev`, with real saves. What it prints is held to a file that was read by a person. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ResultOf, Results } from '../../synth/cli/results.ts';
import { embeddedCluster, live, unique } from './clusters.ts';
import { type Outcome, Project } from './project.ts';

const cluster = embeddedCluster();

const program = (namespace: string, more = '') => `import { readFileSync } from 'node:fs';
import { ApiObject } from 'cdk8s';
import { App, Application, Environment } from 'truekeel';
import { image } from './src/image.ts';
const settings = JSON.parse(readFileSync(new URL('./settings.json', import.meta.url), 'utf8'));
const app = new App();
const web = new Application(new Environment(app, 'staging'), 'web', { namespace: '${namespace}', createNamespace: true });
new ApiObject(web, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: settings });
const labels = { app: 'web' };
const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image }] } };
new ApiObject(web, 'web', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { selector: { matchLabels: labels }, template } });
${more}
app.synth();
`;

const service =
  "new ApiObject(web, 'port', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: labels, ports: [{ port: 80 }] } });";

const twice = service.replace("'port'", "'again'");

function files(namespace: string): Readonly<Record<string, string>> {
  return {
    'main.ts': program(namespace),
    'src/image.ts': "export const image = 'web:1';\n",
    'settings.json': '{ "greeting": "hello" }\n',
    'package.json': '{ "name": "dev", "type": "module" }\n',
  };
}

/** The command while it runs. */
class Dev {
  readonly project: Project;
  readonly #abort = new AbortController();
  readonly #lines: string[] = [];
  readonly #ended: Promise<Outcome>;
  #arrived = Promise.withResolvers<void>();
  #read = 0;

  constructor(project: Project, flags: readonly string[] = [], env: NodeJS.ProcessEnv = process.env) {
    this.project = project;
    this.#ended = project.truekeel(['dev', ...flags], {
      signal: this.#abort.signal,
      env,
      onLine: (line) => {
        this.#lines.push(line);
        this.#arrived.resolve();
      },
    });
    onTestFinished(async () => {
      await this.end();
      project.remove();
    });
  }

  /** The next line of a form that was not read before. */
  async next(form: RegExp): Promise<string> {
    for (;;) {
      while (this.#read < this.#lines.length) {
        const line = this.#lines[this.#read++]!;
        if (form.test(line)) return line;
      }
      const ended = await Promise.race([this.#arrived.promise, this.#ended]);
      if (ended && this.#read === this.#lines.length) throw new Error(`it ended: ${ended.stderr}`);
      this.#arrived = Promise.withResolvers();
    }
  }

  end(): Promise<Outcome> {
    this.#abort.abort();
    return this.#ended;
  }
}

/** As editors save: another file, in the place of the old one. */
function replaceFile(project: Project, name: string, text: string): void {
  const path = join(project.directory, name);
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

describe('truekeel dev', () => {
  it('reads as it was approved', async () => {
    const dev = new Dev(new Project(files('dev')));
    const { project } = dev;
    await dev.next(/^applied/);
    replaceFile(project, 'src/image.ts', "export const image = 'web:2';\n");
    await dev.next(/^applied/);
    project.write({ 'settings.json': '{ "greeting": "good morning" }\n' });
    await dev.next(/^applied/);
    project.write({ 'main.ts': program('dev', service) });
    await dev.next(/^applied/);
    project.write({ 'main.ts': program('dev', "throw new Error('not yet');") });
    await dev.next(/to do/);
    project.write({ 'main.ts': program('dev', `${service} ${twice}`) });
    await dev.next(/to do/);
    project.write({ 'main.ts': program('dev') });
    await dev.next(/^applied/);
    project.write({ 'README.md': 'Not of the program, as far as anybody knows.\n' });
    await dev.next(/^applied/);
    const { exit, stdout, stderr } = await dev.end();
    expect(exit).toBe(0);
    expect(stderr).toBe('');
    const text = stdout.replaceAll(/\b\d+(\.\d+)? m?s\b/g, '0 s');
    await expect(`$ truekeel dev\n${text}\n`).toMatchFileSnapshot('golden/dev.txt');
  });

  it('takes a burst of saves for one, and new directories as part of the program', async () => {
    const dev = new Dev(new Project(files('dev')), ['-o', 'json']);
    const { project } = dev;
    await dev.next(/"applied"/);
    for (let count = 2; count <= 9; count++)
      replaceFile(project, 'src/image.ts', `export const image = 'web:${count}';\n`);
    project.write({ 'settings.json': '{ "greeting": "bye" }\n', 'src/.image.ts.swp': 'x' });
    const round = read(await dev.next(/"rendered"/));
    expect(round).toMatchObject({
      round: 2,
      saved: ['settings.json', 'src/image.ts'],
      changes: [{ key: 'ConfigMap dev/settings' }, { key: 'Deployment.apps dev/web' }],
    });
    await dev.next(/"applied"/);
    project.write({
      'new/image.ts': "export const image = 'web:new';\n",
      'main.ts': program('dev').replace('./src/', './new/'),
    });
    await dev.next(/web:new/);
    await dev.next(/"applied"/);
    project.write({ 'new/image.ts': "export const image = 'web:newer';\n" });
    await dev.next(/web:newer/);
  });

  it('prints what its schema says', async () => {
    const dev = new Dev(new Project(files('dev')), ['-o', 'json']);
    await dev.next(/"applied"/);
    dev.project.write({ 'main.ts': 'throw 1;\n' });
    await dev.next(/"failed"/);
    const { stdout } = await dev.end();
    expect(stdout.split('\n').map((line) => read(line).event)).toEqual(['rendered', 'applied', 'failed']);
  });

  it('finds the program that the configuration names, also when that changes', async () => {
    const other = program('dev').replace("'staging'", "'other'");
    const project = new Project({ ...files('dev'), 'other.ts': other });
    const dev = new Dev(project, ['-o', 'json']);
    expect(read(await dev.next(/"rendered"/))).toMatchObject({ environment: 'staging' });
    await dev.next(/"applied"/);
    project.write({ 'truekeel.config.ts': "export default { app: 'other.ts' };\n" });
    expect(read(await dev.next(/"rendered"/))).toMatchObject({ environment: 'other' });
    await dev.next(/"applied"/);
    project.write({ 'truekeel.config.ts': 'export default { app: 1 };\n' });
    expect(read(await dev.next(/"failed"/))).toMatchObject({ errors: [{ code: 'CONFIG_INVALID' }] });
    project.write({ 'truekeel.config.ts': 'export default {};\n' });
    expect(read(await dev.next(/"rendered"/))).toMatchObject({ environment: 'staging' });
  });

  it('waits for a program that is not there, and for an environment that it does not have', async () => {
    const project = new Project({ ...files('dev'), 'main.ts': undefined as never });
    const dev = new Dev(project, ['--environment', 'production', '-o', 'json']);
    expect(read(await dev.next(/"failed"/))).toMatchObject({ errors: [{ code: 'PROGRAM_NOT_FOUND' }] });
    project.write({ 'main.ts': program('dev') });
    expect(read(await dev.next(/"failed"/))).toMatchObject({
      errors: [{ code: 'UNKNOWN_ENVIRONMENT', hint: 'It has: staging.' }],
    });
    project.write({ 'main.ts': program('dev').replace("'staging'", "'production'") });
    await dev.next(/"applied"/);
  });

  it('applies to a cluster that is named, and keeps its guards', async () => {
    const namespace = unique('dev');
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' };
    const dev = new Dev(new Project(files(namespace)), ['--kubeconfig', cluster().kubeconfig, '-o', 'json']);
    await dev.next(/"applied"/);
    expect(await live(cluster(), settings)).toMatchObject({ data: { greeting: 'hello' } });
    const empty =
      "import { App, Environment } from 'truekeel';\nconst app = new App();\nnew Environment(app, 'staging');\napp.synth();\n";
    dev.project.write({ 'main.ts': empty });
    expect(read(await dev.next(/"failed"/))).toMatchObject({ errors: [{ family: 'guard' }] });
    expect(await live(cluster(), settings)).toBeDefined();
  });

  it('leaves clusters alone that nobody named', async () => {
    const namespace = unique('dev');
    const { kubeconfig } = cluster();
    const project = new Project({
      ...files(namespace),
      'truekeel.config.ts': `export default { kubeconfig: ${JSON.stringify(kubeconfig)} };\n`,
    });
    const env = { ...process.env, KUBECONFIG: kubeconfig, TRUEKEEL_KUBECONFIG: kubeconfig };
    const dev = new Dev(project, [], env);
    await dev.next(/^applied/);
    expect(await live(cluster(), { apiVersion: 'v1', kind: 'Namespace', name: namespace })).toBeUndefined();
  });

  it('ends with exit 3 when the configuration is wrong from the start', async () => {
    const project = new Project({ ...files('dev'), 'truekeel.config.ts': 'export default { app: 1 };\n' });
    onTestFinished(() => project.remove());
    expect(await project.truekeel(['dev'])).toMatchObject({ exit: 3 });
  });
});

function read(line: string): ResultOf<'dev'> {
  return Results.dev.parse(JSON.parse(line));
}
