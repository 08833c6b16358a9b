import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Construct, type IConstruct, Node } from 'constructs';
import { withServerDefaults } from '../../lib/cluster/defaults/index.ts';
import type { RenderedApplication } from '../../lib/objects/index.ts';
import { judgePolicies } from '../../lib/policy/index.ts';
import { assemble, type CollectedApplication, collect, recordSources } from '../../lib/render/index.ts';
import { validateObjects } from '../../lib/validate/index.ts';
import { narrowed, Rendered, settle } from './rendered.ts';

/** From here on: so this module has to be imported before the program makes its constructs. */
const sourceOf = recordSources(Node, { root: process.cwd(), mapped: true });

export interface RenderProgramOptions {
  /** Root of the program's repository: it may read what is below. Default: the current directory where the program
   * lies in it, else the program's own. */
  readonly root?: string;
}

/** Renders an App, in this process and in milliseconds. Of any other construct, what stands below it is returned; the
 * whole of its tree is checked.
 * @throws TruekeelErrors with everything that is wrong with the tree */
export function render(construct: IConstruct): Rendered;
/** Renders a program in its sandbox, as the command line does.
 * @param program path, relative to the current directory, or file URL
 * @throws TruekeelError what `truekeel synth` would end with */
export function render(program: string | URL, options?: RenderProgramOptions): Promise<Rendered>;
export function render(
  what: IConstruct | string | URL,
  options: RenderProgramOptions = {},
): Rendered | Promise<Rendered> {
  if (Construct.isConstruct(what)) return renderConstruct(what);
  return renderProgram(typeof what === 'string' ? resolve(what) : fileURLToPath(what), options);
}

function renderConstruct(construct: IConstruct): Rendered {
  const { root } = construct.node;
  const collected = collect(root, { sourceOf });
  const environments = assemble(collected, {
    validate: validateObjects,
    judge: (environment, applications) =>
      judgePolicies(environment, applications, { now: Date.now(), withDefaults: withServerDefaults }),
  });
  for (const environment of environments) settle(environment);
  if (root === construct) return new Rendered(environments);
  const isBelow = isAtOrBelow(construct.node.path);
  const found = environments.flatMap((environment, index) => {
    const source = collected.environments[index]!;
    const own = new Map(source.applications.map((application) => [application.name, application]));
    const applications = environment.applications.flatMap((application) =>
      belowOnly(application, own.get(application.name), isBelow),
    );
    const isWhole = source.declared && isBelow(source.constructPath);
    return isWhole || applications.length > 0 ? [narrowed(environment, applications)] : [];
  });
  return new Rendered(found);
}

type IsBelow = (path: string | undefined) => boolean;

function isAtOrBelow(top: string): IsBelow {
  return (path) => path !== undefined && (path === top || path.startsWith(`${top}/`));
}

function belowOnly(
  application: RenderedApplication,
  source: CollectedApplication | undefined,
  isBelow: IsBelow,
): readonly RenderedApplication[] {
  if (isBelow(source?.constructPath)) return [application];
  const objects = application.objects.filter(({ constructPath }) => isBelow(constructPath));
  return objects.length > 0 ? [{ ...application, objects }] : [];
}

async function renderProgram(program: string, { root }: RenderProgramOptions): Promise<Rendered> {
  const { runProgram } = await import('../program/index.ts');
  const top = root === undefined ? rootOf(program) : resolve(root);
  return new Rendered(await runProgram({ program, cwd: top, root: top }));
}

function rootOf(program: string): string {
  const here = process.cwd();
  return isAtOrBelow(here)(program) ? here : dirname(program);
}
