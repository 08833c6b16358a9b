/** The engine in a process of its own, which can be killed. Reads one order as JSON from standard input, carries it out
 * and prints what came of it as JSON. */
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
  /** Messages. */
  readonly errors: readonly string[];
}

// Written by killed.test.ts only.
const { environment, program, ...connection } = JSON.parse(await text(process.stdin)) as Order;
const client = connectWith(connection);
const { result } = await new Engine(client, environment).sync(program, { approvals: APPROVALS });
await client.close();
const report: Report = { errors: result.errors.map(({ message }) => message) };
console.log(JSON.stringify(report));
