import { realpathSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { type RenderedEnvironment, TruekeelError, TruekeelErrors } from '../../lib/objects/index.ts';
import type { Collected, PolicyJudge } from '../../lib/render/index.ts';
import { takeAhead } from './ahead.ts';
import type { ChartOptions } from './chart-options.ts';
import { type ProgramPlace, type Running, startChild } from './child-process.ts';
import type { CommandGrant } from './command-process.ts';
import { commandsNotAllowed, commandWords } from './command-words.ts';
import { isCommand } from './is-command.ts';
import { type ChildOptions, DEFAULT_LIMITS } from './limits.ts';
import { projectName } from './project-name.ts';
import { typeErrors } from './typecheck.ts';

export interface RunOptions extends Partial<ChildOptions> {
  /** The program's file, absolute or relative to `cwd`; or a command ({@link isCommand}). */
  readonly program: string;
  /** Working directory of the program. */
  readonly cwd: string;
  /** Root of the repository: places in errors and in the result are relative to it, and the program may read
   * what is below it. */
  readonly root: string;
  /** Has the program's own TypeScript check it at the same time, where it has one and a tsconfig.json: again only where
   * something has changed since its types were right, or always (`anew`). */
  readonly typecheck?: boolean | 'anew';
  /** Lets a command run, which no sandbox holds. Absent: it is refused. */
  readonly commands?: CommandGrant;
  /** For exceptions from policies, which end, in milliseconds since 1970. Default: the time. */
  readonly now?: number;
  /** Told of what is not wrong enough to be an error. */
  readonly onWarning?: (warning: TruekeelError) => void;
  /** How its Helm charts are rendered. */
  readonly charts?: ChartOptions;
  /** Has applications that a file of their own makes not made again while it is the same, on this machine. Never for
   * what goes to Git. */
  readonly keep?: boolean;
}

/** Runs a program in a process of its own and renders what it hands over: Apps of Truekeel, or of plain cdk8s.
 * @throws TruekeelErrors with everything that is wrong with what it made, or every `TYPE_ERROR`
 * @throws TruekeelError `PROGRAM_NOT_FOUND`, `PROGRAM_FAILED`, `PROGRAM_TIMEOUT`, `PROGRAM_OUT_OF_MEMORY`,
 * `NO_APP`, `COMMANDS_NOT_ALLOWED` (all of family `usage`) */
export async function runProgram(options: RunOptions): Promise<readonly RenderedEnvironment[]> {
  const root = realpathSync(options.root);
  if (isCommand(options.program)) return renderCommand(options.program, root, options);
  const program = findProgram(resolve(options.cwd, options.program), root);
  const [ran, checked] = await Promise.allSettled([
    renderProgram(program, root, options),
    options.typecheck ? typeErrors({ program, root, anew: options.typecheck === 'anew' }) : [],
  ]);
  if (checked.status === 'rejected') throw checked.reason;
  if (checked.value.length === 0) {
    if (ran.status === 'rejected') throw ran.reason;
    return ran.value;
  }
  // A type error is often why the program failed, so it comes first; what else is known is told too.
  const also = ran.status === 'rejected' && ran.reason instanceof TruekeelError ? flat(ran.reason) : [];
  const errors = [...checked.value, ...also];
  throw new TruekeelErrors(errors.map((error) => error.message).join('\n'), errors);
}

async function renderProgram(
  program: string,
  root: string,
  options: RunOptions,
): Promise<readonly RenderedEnvironment[]> {
  const keep = options.keep ?? false;
  const start = { program, root, cwd: resolve(options.cwd), keep };
  const limits = { ...DEFAULT_LIMITS, ...limitsOf(options) };
  const running = takeAhead(start, limits) ?? startChild(start, limits, keep);
  const { environments } = await renderedBy(running, start, options);
  return environments;
}

interface ProgramOutcome {
  readonly environments: readonly RenderedEnvironment[];
  /** Names of the packages that it loaded and whose code can be kept. */
  readonly packages: readonly string[];
}

type JudgeOptions = Pick<RunOptions, 'now' | 'onWarning' | 'charts'>;

/** What comes of a program that was started. @throws as {@link runProgram} */
export function renderedBy(
  running: Running,
  { program, root }: ProgramPlace,
  options: JudgeOptions = {},
): Promise<ProgramOutcome> {
  const name = relative(root, program).replaceAll(sep, '/');
  return judged(running, { name, directory: dirname(program), root }, options);
}

async function renderCommand(
  command: string,
  root: string,
  options: RunOptions,
): Promise<readonly RenderedEnvironment[]> {
  const { startCommand } = await import('./command-process.ts');
  const words = commandWords(command);
  if (!options.commands) throw commandsNotAllowed(command);
  const cwd = realpathSync(options.cwd);
  const limits = { ...DEFAULT_LIMITS, ...limitsOf(options) };
  const running = startCommand(words, cwd, options.commands, limits);
  const { environments } = await judged(running, { name: command, directory: cwd, root }, options);
  return environments;
}

interface Started {
  /** For errors: the file, relative to the root, or the command. */
  readonly name: string;
  /** Where package.json is looked for, upwards. */
  readonly directory: string;
  readonly root: string;
}

/** What a program that was started makes, judged and rendered. */
async function judged(
  running: Running,
  { name, directory, root }: Started,
  options: JudgeOptions,
): Promise<ProgramOutcome> {
  running.onQuestion(async (asked, signal) => {
    const { answerQuestion } = await import('./charts.ts');
    return answerQuestion(asked, { root, signal, ...options.charts });
  });
  // What comes after the program is loaded while it runs.
  const judging = Promise.all([
    import('../../lib/render/index.ts'),
    import('../../lib/validate/index.ts'),
  ]).then(([render, validate]) => {
    running.onObject((sent) => {
      const { object } = Object(sent) as { readonly object?: unknown };
      render.prepareObject(object);
      validate.prevalidate(object);
    });
    return { ...render, ...validate };
  });
  const [ending, { collectedOf }, { assemble, validateObjects }] = await Promise.all([
    running.ending,
    import('./outcome.ts'),
    judging,
  ]);
  const collected = collectedOf(name, ending);
  running.used(collected.packages);
  const project = projectName(directory, root);
  const judge = await policyJudge(collected, options.now ?? Date.now());
  const store = await running.store;
  const { madeOf } = collected;
  const hasContents = madeOf !== undefined || collected.environments.some(hasKept);
  const environments = assemble(collected, {
    validate: validateObjects,
    ...(store && hasContents && { kept: store.applications() }),
    ...(judge && { judge }),
    ...(options.onWarning && { onWarning: options.onWarning }),
    ...(project !== undefined && { project }),
  });
  if (madeOf) store?.save(madeOf, keptNames(collected));
  return { environments, packages: collected.packages };
}

function hasKept({ applications }: Collected['environments'][number]): boolean {
  return applications.some(({ isKept }) => isKept);
}

function keptNames({ environments }: Collected): readonly string[] {
  return environments.flatMap(({ name, applications }) =>
    applications.flatMap((one) => (one.isKept ? [`${name}/${one.name}`] : [])),
  );
}

/** Most programs have no policies, and need not load what judges them. */
async function policyJudge({ environments }: Collected, now: number): Promise<PolicyJudge | undefined> {
  if (!environments.some(({ policies, exceptions }) => policies ?? exceptions)) return undefined;
  const isAdmission = environments.some(({ policies = [] }) => policies.some(({ admission }) => admission));
  const [{ judgePolicies }, withDefaults] = await Promise.all([
    import('../../lib/policy/index.ts'),
    // Only what admission sees has the defaults of a server.
    isAdmission
      ? import('../../lib/cluster/defaults/index.ts').then(({ withServerDefaults }) => withServerDefaults)
      : undefined,
  ]);
  return (environment, applications) => judgePolicies(environment, applications, { now, withDefaults });
}

function limitsOf({
  program,
  cwd,
  root,
  typecheck,
  onWarning,
  now,
  charts,
  commands,
  keep,
  ...limits
}: RunOptions): Partial<ChildOptions> {
  return limits;
}

/** @throws TruekeelError `PROGRAM_NOT_FOUND` */
export function findProgram(program: string, root: string): string {
  try {
    return realpathSync(program);
  } catch (cause) {
    throw new TruekeelError(`there is no program ${relative(root, program) || program}`, {
      code: 'PROGRAM_NOT_FOUND',
      family: 'usage',
      hint: 'Name the entry file with --app, relative to the working directory.',
      cause,
    });
  }
}

function flat(error: TruekeelError): readonly TruekeelError[] {
  return error instanceof TruekeelErrors ? error.errors : [error];
}
