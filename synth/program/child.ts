/** Loaded before the user's program, in its process: has the construct trees of all Apps handed over, whether
 * they are Truekeel's or plain cdk8s', and reports when the process ends. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { IConstruct, Node } from 'constructs';
import {
  type ChartAnswer,
  type Collected,
  type CollectedObject,
  collect,
  keepContent,
  receiveCharts,
  receiveTrees,
  recordSources,
  type SourceOf,
} from '../../lib/render/tree/index.ts';
import { addressFaster } from './address-faster.ts';
import { takeSources } from './boot.ts';
import { keptPackages } from './code-cache/kept.ts';
import { takeKeptCode } from './code-cache/take.ts';
import { confine, writeAtOnce } from './confine.ts';
import { fixTimeAndRandom } from './determinism.ts';
import { describeFailure } from './failure.ts';
import { Keeper, makeAlone } from './kept/keeper.ts';
import { loadPackages } from './load-packages.ts';
import {
  type ChildInput,
  type ChildOutput,
  CODE_DESCRIPTOR,
  INPUT_VARIABLE,
  KNOWN_DESCRIPTOR,
  type KnownContents,
  type ProgramFailure,
  START_DESCRIPTOR,
} from './protocol.ts';
import { resolveLikeTypeScript } from './resolution.ts';
import { resolveFaster } from './resolve-faster.ts';
import { ask, ObjectSender, send } from './send.ts';

const input: ChildInput = JSON.parse(process.env[INPUT_VARIABLE] ?? '{}');
delete process.env[INPUT_VARIABLE];

const apps = new Map<IConstruct, Collected>();
const recorders: SourceOf[] = [];
const hooked = new Set<object>();
let failure: ProgramFailure | undefined;

const sourceOf: SourceOf = (construct) => {
  for (const recorder of recorders) {
    const source = recorder(construct);
    if (source) return source;
  }
  return undefined;
};
const sender = new ObjectSender();
let keeper: Keeper | undefined;
const receive = (root: IConstruct): void => {
  const onObject = (object: CollectedObject, isNeeded: boolean) => sender.add(object, isNeeded);
  const take = (): void => void apps.set(root, collect(root, { sourceOf, onObject }));
  if (keeper) keeper.collecting(take);
  else take();
  sender.flush();
};

resolveLikeTypeScript();
if (input.hasCode) takeKeptCode(CODE_DESCRIPTOR, input.program);
receiveTrees(receive);
// What answers is our own, on the other side.
receiveCharts((asks) => {
  keeper?.askedOutside();
  return ask({ asks }) as ChartAnswer;
});
// The program's cdk8s, and ours when that is another copy.
for (const from of new Set([pathToFileURL(input.program).href, import.meta.url])) hookCdk8s(from);
process.setUncaughtExceptionCaptureCallback((error) => {
  failure = describeFailure(error, input.root);
  process.exit(1);
});
process.on('exit', report);
if (input.restricted) {
  fixTimeAndRandom(input.time);
  confine();
}
writeAtOnce();
if (input.keeps) {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  // Whoever started us wrote it.
  keeper = new Keeper(input.root, () => JSON.parse(readFileSync(KNOWN_DESCRIPTOR, 'utf8')) as KnownContents);
} else keepContent(makeAlone);
if (input.loads) {
  await loadPackages(input.program, input.loads);
  takeSources(START_DESCRIPTOR, 'now');
}

function hookCdk8s(from: string): void {
  const require = createRequire(from);
  let path: string;
  try {
    path = require.resolve('cdk8s');
  } catch {
    return;
  }
  const cdk8s: { readonly App: { readonly prototype: { synth(this: IConstruct): void } } } = require(path);
  const prototype = cdk8s.App.prototype;
  if (hooked.has(prototype)) return;
  hooked.add(prototype);
  resolveFaster(path, require.cache);
  prototype.synth = function synth(this: IConstruct): void {
    receive(this);
  };
  const beside = createRequire(path);
  const constructs: { readonly Node: { readonly prototype: Node } } = beside('constructs');
  addressFaster(dirname(beside.resolve('constructs')), require.cache);
  if (hooked.has(constructs.Node.prototype)) return;
  hooked.add(constructs.Node.prototype);
  recorders.push(recordSources(constructs.Node, { root: input.root }));
}

function report(code: number): void {
  const required = Object.keys(createRequire(input.program).cache);
  const madeOf = keeper?.madeOf(required);
  const output: ChildOutput = {
    apps: [...apps.values()].map(sent),
    ...(failure && { failure }),
    packages: keptPackages(required),
    ...(madeOf && { madeOf }),
  };
  // A listener of the program's own comes after this one, and can still fail.
  const wentWell = code === 0 && !failure && apps.size > 0 && process.listenerCount('exit') === 1;
  send(JSON.stringify(output) + (wentWell ? '\n' : ''));
}

function sent({ environments, problems }: Collected): ChildOutput['apps'][number] {
  return {
    environments: environments.map((environment) => ({
      ...environment,
      applications: environment.applications.map((application) => ({
        ...application,
        objects: application.objects.map((object) => sender.placeOf(object)),
      })),
    })),
    problems,
  };
}
