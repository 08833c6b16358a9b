/** Engines in a process of their own, which can be killed. Reads orders as JSON from standard input, carries them out
 * at the same time and prints a line of JSON for each that is done. */
import { text } from 'node:stream/consumers';
import { Engine, type Program } from '../../lib/apply/testing/engine.ts';
import { connectWith } from '../../lib/kube/index.ts';
import { APPROVALS } from './scenario.ts';

export interface Order {
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  readonly token: string;
  readonly environment: string;
  readonly program: Program;
}

export interface Report {
  readonly environment: string;
  /** Messages. */
  readonly errors: readonly string[];
}

// Written by killed-run.ts only.
const orders = JSON.parse(await text(process.stdin)) as readonly Order[];

await Promise.all(
  orders.map(async ({ environment, program, ...connection }) => {
    const client = connectWith(connection);
    const { result } = await new Engine(client, environment).sync(program, { approvals: APPROVALS });
    await client.close();
    const report: Report = { environment, errors: result.errors.map(({ message }) => message) };
    console.log(JSON.stringify(report));
  }),
);
