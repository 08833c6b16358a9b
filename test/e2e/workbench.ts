/** One repository and one cluster, and the verbs that lead from the one to the other. Everything printed as JSON is
 * held to its published schema. */
import { expect } from 'vitest';
import { type ResultOf, Results } from '../../synth/cli/results.ts';
import { type ClusterUnderTest, project, unique } from './clusters.ts';
import type { Outcome, Project, RunOptions } from './project.ts';

export interface Done<Verb extends keyof typeof Results> extends Outcome {
  readonly result: ResultOf<Verb>;
}

export class Workbench {
  readonly cluster: Pick<ClusterUnderTest, 'kubeconfig'>;
  readonly project: Project;
  /** A namespace that nothing else uses. Programs make it. */
  readonly namespace: string;

  constructor(cluster: Pick<ClusterUnderTest, 'kubeconfig'>, namespace = unique()) {
    this.cluster = cluster;
    this.project = project();
    this.namespace = namespace;
  }

  /** Commits a program and renders it. @returns the rendered commits' outcome */
  async render(text: string, subject = 'A change', flags: readonly string[] = []): Promise<Done<'render'>> {
    this.project.commit(subject, { 'main.ts': text });
    return this.json('render', ['--no-typecheck', ...flags]);
  }

  plan(flags: readonly string[] = []): Promise<Done<'plan'>> {
    return this.json('plan', [...this.#target(flags), ...flags]);
  }

  status(flags: readonly string[] = []): Promise<Done<'status'>> {
    return this.json('status', [...this.#target(flags), ...flags]);
  }

  apply(flags: readonly string[] = ['--yes'], options: RunOptions = {}): Promise<Done<'apply'>> {
    return this.json('apply', [...this.#target(flags), ...flags], options);
  }

  /** Commits, renders and applies a program, which has to go well. */
  async deploy(text: string, subject?: string): Promise<Done<'apply'>> {
    const rendered = await this.render(text, subject);
    expect(rendered.exit, rendered.stderr).toBe(0);
    const applied = await this.apply();
    expect(applied.exit, applied.stderr).toBe(0);
    return applied;
  }

  /** Runs a verb as people do, without `-o json`. */
  run(verb: string, flags: readonly string[] = [], options: RunOptions = {}): Promise<Outcome> {
    return this.project.truekeel([verb, ...this.#target(flags), ...flags], options);
  }

  /** Runs a verb with `-o json`. What it printed matches the verb's schema, unless it failed: then `result` must not be
   * looked at. */
  async json<Verb extends keyof typeof Results>(
    verb: Verb,
    flags: readonly string[],
    options: RunOptions = {},
  ): Promise<Done<Verb>> {
    const outcome = await this.project.truekeel([verb, ...flags, '-o', 'json'], options);
    return withResult(verb, outcome);
  }

  /** Every verb that talks to a cluster gets this one, and `staging` unless the flags name something else. */
  #target(flags: readonly string[]): readonly string[] {
    const named = flags.some((flag) => flag === '--environment' || flag === '--files');
    const connected = flags.includes('--kubeconfig');
    return [
      ...(named ? [] : ['--environment', 'staging']),
      ...(connected ? [] : ['--kubeconfig', this.cluster.kubeconfig]),
    ];
  }
}

/** Reads the JSON of an outcome and checks its shape. */
export function withResult<Verb extends keyof typeof Results>(verb: Verb, outcome: Outcome): Done<Verb> {
  return {
    ...outcome,
    get result(): ResultOf<Verb> {
      const parsed = Results[verb].safeParse(JSON.parse(outcome.stdout));
      if (!parsed.success) throw new Error(`${verb} -o json: ${parsed.error.message}\n${outcome.stdout}`);
      // The schema is that of the verb.
      return parsed.data as ResultOf<Verb>;
    },
  };
}

/** `change ConfigMap settings`, for everything that a plan wants to do, without namespaces. */
export function actionsOf({ changes }: ResultOf<'plan'>): readonly string[] {
  return changes.map(({ action, key }) => `${action} ${key.replace(/ [^ ]*\//, ' ')}`).sort();
}
