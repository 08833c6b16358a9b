import type { IConstruct } from 'constructs';
import { render } from './render.ts';
import { Rendered } from './rendered.ts';

/** Has something be true of each environment, and tells of all of which it is not.
 * @param check gets each environment alone; what it throws is told with the environment's name
 * @throws RangeError when there is no environment
 * @throws AggregateError, its message that of all failures */
export async function everyEnvironment(
  what: IConstruct | Rendered,
  check: (environment: Rendered, name: string) => void | Promise<void>,
): Promise<void> {
  const { environments } = what instanceof Rendered ? what : render(what);
  if (environments.length === 0) throw new RangeError('there is no environment');
  const failures: { readonly name: string; readonly error: unknown }[] = [];
  for (const environment of environments) {
    try {
      await check(new Rendered([environment]), environment.name);
    } catch (error) {
      failures.push({ name: environment.name, error });
    }
  }
  if (failures.length === 0) return;
  throw new AggregateError(
    failures.map(({ error }) => error),
    failures.map(({ name, error }) => `in ${name}: ${messageOf(error)}`).join('\n\n'),
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
