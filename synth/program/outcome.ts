/** What came of running a program: the collected objects, or the error to show. */
import { type ErrorFamily, type SourceLocation, TruekeelError } from '../../lib/objects/index.ts';
import type { Collected, CollectedObject } from '../../lib/render/index.ts';
import type { Ending } from './child-process.ts';
import { isCommand } from './is-command.ts';
import { OUT_OF_MEMORY } from './limits.ts';
import type { ChildOutput, ContentSources, MadeOf, ProgramFailure } from './protocol.ts';
import type { ProgramResult } from './result.ts';

/** Longer output is cut at its beginning. */
const SHOWN_LINES = 20;

/** @param file of the program, relative to the root; or a command, which has no place
 * @throws TruekeelError when it did not hand anything over */
export function collectedOf(
  file: string,
  ending: Ending,
): Collected & Pick<ChildOutput, 'packages' | 'madeOf'> {
  const command = isCommand(file);
  const fail = (code: string, message: string, hint: string): never => {
    throw new TruekeelError(`${message}${shown(ending.written)}`, {
      code,
      family: 'usage',
      ...(!command && { source: { file, line: 1 } }),
      hint,
    });
  };
  if (ending.reason === 'timeout') {
    return fail(
      'PROGRAM_TIMEOUT',
      `${file} did not end within ${ending.timeoutMs / 1000} s`,
      'Look for an endless loop, or a timer or server that keeps it running.',
    );
  }
  if (ending.reason === 'too-much-output') {
    return fail('PROGRAM_FAILED', `${file} wrote more than fits`, 'Look for a loop that prints.');
  }
  if (ending.reason === 'too-much-memory') {
    return fail(
      'PROGRAM_OUT_OF_MEMORY',
      `${file} needed more memory than it may have`,
      'Look for an endless loop.',
    );
  }
  const output = parse(ending.result);
  if (output?.failure) throw failureError(file, output.failure, ending.written);
  if (!output) {
    if (OUT_OF_MEMORY.test(ending.written)) {
      return fail(
        'PROGRAM_OUT_OF_MEMORY',
        `${file} needed more memory than it may have`,
        'Look for an endless loop.',
      );
    }
    return fail('PROGRAM_FAILED', `${file} ended before it handed anything over`, 'See what it wrote.');
  }
  // Node ends with 13 when a top-level await never settles.
  if (!command && ending.code === 13) {
    return fail(
      'PROGRAM_FAILED',
      `${file} awaits something that never comes`,
      'Look at its top-level awaits.',
    );
  }
  if (command && ending.code !== 0) {
    return fail('PROGRAM_FAILED', `${file} ended with exit code ${ending.code}`, 'See what it wrote.');
  }
  if (ending.code !== 0) {
    return fail(
      'PROGRAM_FAILED',
      `${file} ended itself with exit code ${ending.code}`,
      'Look for process.exit.',
    );
  }
  if (output.apps.length === 0) {
    return fail('NO_APP', `${file} called no app.synth()`, 'End the program with app.synth().');
  }
  return output;
}

function failureError(program: string, failure: ProgramFailure, written: string): TruekeelError {
  const { file, line, column } = failure;
  const source: SourceLocation =
    file === undefined || line === undefined
      ? { file: program, line: 1 }
      : { file, line, ...(column !== undefined && { column }) };
  const place = `${source.file}:${source.line}${source.column === undefined ? '' : `:${source.column}`}`;
  const kind =
    failure.name === 'TruekeelError' || failure.name === 'TruekeelErrors' ? '' : `${failure.name}: `;
  // An error of our own constructs keeps its code; whatever else was thrown is the program's failure.
  const own = failure.name === 'TruekeelError' && failure.code !== undefined;
  const hint = failure.hint ?? hintFor(failure) ?? (own ? undefined : whereToLook(failure));
  return new TruekeelError(`${place}: ${kind}${failure.message}${shown(written)}`, {
    code: own ? failure.code : 'PROGRAM_FAILED',
    family: own ? familyOf(failure.family) : 'usage',
    source,
    ...(failure.constructPath !== undefined && { constructPath: failure.constructPath }),
    ...(hint !== undefined && { hint }),
  });
}

function hintFor({ code, message }: ProgramFailure): string | undefined {
  if (code === 'ERR_ACCESS_DENIED') {
    return 'A program may read its repository and packages only: no writing, no network, no child processes. Do that before rendering and commit the result.';
  }
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
    return 'Node runs TypeScript by leaving types out; enums, namespaces and parameter properties have to be compiled to JavaScript first.';
  }
  if (
    code === 'ERR_MODULE_NOT_FOUND' ||
    code === 'MODULE_NOT_FOUND' ||
    /Cannot find (?:package|module)/.test(message)
  ) {
    return 'Install the packages of the program (npm ci), and check the spelling of the import.';
  }
  return undefined;
}

function whereToLook({ line }: ProgramFailure): string {
  return line === undefined
    ? 'Nothing says where it was thrown: throw an Error, and leave its stack as it is.'
    : 'The program itself failed here: look at this line, and at what it was given.';
}

function familyOf(family: string | undefined): ErrorFamily {
  return family === 'validation' ? 'validation' : 'usage';
}

/** What the program wrote, indented below the message. */
function shown(written: string): string {
  const lines = written.trimEnd().split('\n');
  if (lines.length === 1 && lines[0] === '') return '';
  const last = lines.slice(-SHOWN_LINES);
  const cut = lines.length > last.length ? ['…'] : [];
  return `\nThe program wrote:\n${[...cut, ...last].map((line) => `  ${line}`).join('\n')}`;
}

/** The result is made by a process that runs code of users, so it may be anything. What it holds is judged when
 * it is assembled; here it has to have the outer shape. */
function parse({
  output,
  objects,
}: ProgramResult): (Collected & Pick<ChildOutput, 'failure' | 'apps' | 'packages' | 'madeOf'>) | undefined {
  const apps = (output as Partial<ChildOutput> | null | undefined)?.apps;
  if (!Array.isArray(apps)) return undefined;
  if (!apps.every((app) => Array.isArray(app?.problems) && everyOf(app.environments, hasObjects)))
    return undefined;
  const { packages = [] } = output as Partial<ChildOutput>;
  if (!Array.isArray(packages) || !packages.every((name) => typeof name === 'string')) return undefined;
  // Checked as far as said above.
  const { madeOf, ...sent } = output as ChildOutput;
  const environments = sent.apps.flatMap((app) => app.environments);
  return {
    ...sent,
    ...(isMadeOf(madeOf) && { madeOf }),
    packages,
    environments: environments.map((environment) => ({
      ...environment,
      applications: environment.applications.map((application) => ({
        ...application,
        // An object that was not sent is none, which is found when it is judged.
        objects: application.objects.map(
          (sent) => Object(typeof sent === 'number' ? objects[sent] : sent) as CollectedObject,
        ),
      })),
    })),
    problems: sent.apps.flatMap((app) => app.problems),
  };
}

function isMadeOf(value: unknown): value is MadeOf {
  const { code, applications } = Object(value) as Partial<MadeOf>;
  const isTexts = (list: unknown) => everyOf(list, (one) => typeof one === 'string');
  return (
    isTexts(code) &&
    Object.values(Object(applications)).every((one) => {
      const { inputs, files } = Object(one) as Partial<ContentSources>;
      return typeof inputs === 'string' && isTexts(files);
    })
  );
}

function hasObjects(environment: unknown): boolean {
  const { applications } = Object(environment);
  return everyOf(applications, (application) => Array.isArray(Object(application).objects));
}

function everyOf(list: unknown, check: (item: unknown) => boolean): boolean {
  return Array.isArray(list) && list.every(check);
}
