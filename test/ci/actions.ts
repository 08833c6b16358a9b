/** A small runner of workflows: what GitHub's, Gitea's and Forgejo's do with the steps of a job. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../synth/version.ts';
import type { Machine, Ran } from './machine.ts';
import { template } from './templates.ts';

export interface ActionsRun {
  readonly machine: Machine;
  /** What `actions/checkout` leaves. */
  readonly workspace: string;
  /** What the system sets for every step. */
  readonly env: Readonly<Record<string, string>>;
  /** `github.token`. */
  readonly token: string;
  /** The event, as its file has it. */
  readonly event: object;
  /** Gets what the workflow keeps. */
  readonly onArtifact?: (name: string, content: string) => void;
}

export interface StepRan extends Ran {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

const ACTION = /truekeel\/truekeel\/templates\/github@/;

/** Runs the steps of the first job of a workflow, GitHub's own actions aside: after one that failed, those that run always.
 * @returns what each of them did */
export async function runWorkflow(name: string, run: ActionsRun): Promise<readonly StepRan[]> {
  const { machine, workspace } = run;
  const [job] = Object.values<{ steps: readonly WorkflowStep[] }>(template(name).jobs);
  const known = new Map<string, StepRan>();
  const all: StepRan[] = [];
  let failed = false;
  for (const [index, step] of job!.steps.entries()) {
    if (step.uses?.startsWith('actions/checkout@')) continue;
    const value = (text: string) => expand(text, run, known);
    const [, always, condition] = /^(always\(\) && )?(.*)$/.exec(step.if ?? '')!;
    if (failed && always === undefined) continue;
    if (condition !== '' && value(`\${{ ${condition} }}`) !== 'true') continue;
    if (step.uses?.startsWith('actions/upload-artifact@')) {
      run.onArtifact?.(step.with!.name!, readFileSync(join(workspace, step.with!.path!), 'utf8'));
      continue;
    }
    const names = { output: `output-${index}`, summary: `summary-${index}` };
    const env = {
      ...run.env,
      GITHUB_WORKSPACE: workspace,
      GITHUB_EVENT_PATH: machine.file('event.json', JSON.stringify(run.event)),
      GITHUB_OUTPUT: machine.file(names.output, ''),
      GITHUB_STEP_SUMMARY: machine.file(names.summary, ''),
      RUNNER_TEMP: machine.path('temp'),
    };
    const ran = await machine.run({
      cwd: workspace,
      ...(step.uses === undefined
        ? { script: step.run!, env: { ...env, ...mapped(step.env, value) } }
        : { ...action(step), env: { ...env, ...actionInputs(step, value) } }),
    });
    const done = {
      ...ran,
      outputs: parseOutputs(machine.read(names.output)),
      summary: machine.read(names.summary),
    };
    all.push(done);
    if (step.id !== undefined) known.set(step.id, done);
    failed ||= ran.exit !== 0;
  }
  return all;
}

interface WorkflowStep {
  readonly uses?: string;
  readonly id?: string;
  readonly if?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** A runner starts the file that `runs.main` names, with Node of the kind that `runs.using` names. */
function action(step: WorkflowStep) {
  if (!ACTION.test(step.uses ?? '')) throw new Error(`no test has ${step.uses}`);
  const { runs } = template('github/action.yml');
  const main = join(packageRoot(), 'templates/github', runs.main);
  return { script: `exec '${process.execPath}' '${main}'` };
}

function actionInputs(step: WorkflowStep, value: (text: string) => string): Record<string, string> {
  const inputs: Record<string, { default?: string }> = template('github/action.yml').inputs;
  for (const name of Object.keys(step.with ?? {})) {
    if (!(name in inputs)) throw new Error(`the action has no input ${name}`);
  }
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { default: otherwise = '' }]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value(String(step.with?.[name] ?? otherwise)),
    ]),
  );
}

function mapped(env: WorkflowStep['env'], value: (text: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(env ?? {}).map(([name, text]) => [name, value(text)]));
}

/** The few expressions that the templates use; anything else is a failure of the test. */
function expand(text: string, { token }: ActionsRun, steps: ReadonlyMap<string, StepRan>): string {
  return text.replace(/\$\{\{(.*?)\}\}/g, (_, inside: string) => {
    const expression = inside.trim();
    if (expression === 'github.token') return token;
    const output = /^steps\.(\w+)\.outputs\.([\w-]+)( == '(.*)')?$/.exec(expression);
    if (!output) throw new Error(`no test knows the expression ${expression}`);
    const is = steps.get(output[1]!)?.outputs[output[2]!] ?? '';
    return output[3] === undefined ? is : String(is === output[4]);
  });
}

/** As the runner reads the file (GitHub, "Setting an output parameter", "Multiline strings"). */
export function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let at = 0; at < lines.length - 1; ) {
    const [, name, end] = /^([^=<]+)<<(.+)$/.exec(lines[at]!) ?? [];
    const last = lines.indexOf(end ?? '', at + 1);
    if (name === undefined || last < 0) throw new Error(`not an output: ${lines[at]}`);
    outputs[name] = lines.slice(at + 1, last).join('\n');
    at = last + 1;
  }
  return outputs;
}

export function eventFile(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'testdata/events', `${name}.json`), 'utf8'));
}

/** The lines that a runner takes for commands: it does not mind spaces before them. */
export function commandsOf(output: string): readonly string[] {
  const heard: string[] = [];
  let resume: string | undefined;
  for (const line of output.split('\n').map((one) => one.trimStart())) {
    if (resume !== undefined) resume = line === resume ? undefined : resume;
    else if (line.startsWith('::stop-commands::')) resume = `::${line.slice('::stop-commands::'.length)}::`;
    else if (line.startsWith('::')) heard.push(line);
  }
  return heard;
}
