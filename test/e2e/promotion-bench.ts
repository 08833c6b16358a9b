/** Two environments in one cluster, the second of which promotes from the first. */
import { expect } from 'vitest';
import type { ResultOf } from '../../synth/cli/results.ts';
import { type ClusterUnderTest, unique } from './clusters.ts';
import type { RunOptions } from './project.ts';
import { Workbench } from './workbench.ts';

export interface ProgramOptions {
  /** The value in staging and, unless `production` says otherwise, in production. */
  readonly value: string;
  readonly production?: string;
  /** Code: `Gate.ready()`. */
  readonly gates?: string;
  /** Code of further properties of production. */
  readonly more?: string;
  /** Of staging's Deployment, which gets ready if it is one that there is. */
  readonly image?: string;
}

export type PromotionResult = ResultOf<'promote'>['promotions'][number];

export class PromotionBench {
  readonly bench: Workbench;
  readonly namespaces = { staging: unique('staging'), production: unique('production') };

  constructor(cluster: Pick<ClusterUnderTest, 'kubeconfig'>) {
    this.bench = new Workbench(cluster);
  }

  program({
    value,
    production = value,
    gates = '',
    more = '',
    image = 'example/web:1',
  }: ProgramOptions): string {
    const environment = (name: 'staging' | 'production', text: string, props: string) => `
const ${name} = new Environment(app, '${name}', { namespace: '${this.namespaces[name]}', ${props} });
const ${name}Web = new Application(${name}, 'web', { createNamespace: true });
new ApiObject(${name}Web, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', data: { value: '${text}' } });
new ApiObject(${name}Web, 'web', {
  apiVersion: 'apps/v1', kind: 'Deployment',
  spec: { selector: { matchLabels: { app: 'web' } }, template: {
    metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: '${image}' }] } } },
});`;
    return `import { ApiObject, Duration } from 'cdk8s';
import { App, Application, Day, Environment, Gate, Policies, Severity } from 'truekeel';
void [Day, Duration, Policies, Severity];
const app = new App();
${environment('staging', value, '')}
${environment('production', production, `promotesFrom: [staging], gates: [${gates}], ${more}`)}
app.synth();
`;
  }

  /** Commits a program. @returns the source commit */
  commit(options: ProgramOptions, subject = `Say ${options.value}`): string {
    return this.bench.project.commit(subject, { 'main.ts': this.program(options) });
  }

  async render(environment: string, flags: readonly string[] = []): Promise<void> {
    const done = await this.bench.json('render', ['--environment', environment, '--no-typecheck', ...flags]);
    expect(done.exit, done.stderr).toBe(0);
  }

  async apply(environment: string): Promise<void> {
    const done = await this.bench.apply(['--environment', environment, '--yes']);
    expect(done.exit, done.stderr).toBe(0);
  }

  /** Commits a program and has it running in staging. @returns the source commit */
  async stage(options: ProgramOptions, flags: readonly string[] = []): Promise<string> {
    const source = this.commit(options);
    await this.render('staging', flags);
    await this.apply('staging');
    return source;
  }

  /** Runs the verb, which has to go well. @returns what became of production */
  async promote(flags: readonly string[] = [], options: RunOptions = {}): Promise<PromotionResult> {
    const { kubeconfig } = this.bench.cluster;
    const done = await this.bench.json('promote', ['--kubeconfig', kubeconfig, ...flags], options);
    expect(done.exit, done.stderr + done.stdout).toBe(0);
    const [promotion] = done.result.promotions;
    if (!promotion) throw new Error('nothing was promoted');
    return promotion;
  }

  /** The source commit that the branch of an environment has. */
  sourceOf(environment: string): string {
    return this.bench.project
      .git('log', '-1', '--format=%(trailers:key=Truekeel-Source,valueonly)', `rendered/${environment}`)
      .trim();
  }
}
